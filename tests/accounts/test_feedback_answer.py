"""The answer to a visitor who left his telephone: a short SMS, and the page behind its link."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts import feedback, feedback_links
from accounts.models import Feedback
from notifications import texts
from notifications.models import Message
from tests.accounts.feedback_steps import sent
from tests.people import NOW, make_resident

pytestmark = pytest.mark.django_db
PHONE = "+79161112233"


@pytest.fixture
def one():
    """Answered by an operator; its author left his telephone."""
    request_of = sent(None, name="Пётр", contact=PHONE, text="Где мой платёж?")
    operator = make_resident("+79000000001", last_name="Операторова")
    feedback.answer(feedback=request_of, text="Вернули <b>сегодня</b>", who=operator, now=NOW)
    return request_of


def sms():
    return texts.of(Message.objects.get()).text


def path():
    return sms().partition(settings.BASE_URL)[2]


def test_the_sms_is_short_and_says_nothing_of_the_answer(one):
    text = sms()

    assert re.fullmatch(rf"Готов ответ на обращение № {one.number}. Прочитать без входа: \S+", text)
    assert texts.segments(text) == 2
    assert Message.objects.get().address == PHONE
    assert Message.objects.get().secret_text


def test_the_link_shows_the_answer_and_nothing_of_who_asked_or_answered(one, client):
    page = client.get(path())

    assertContains(page, f"Ответ на обращение № {one.number}")
    assertContains(page, "Вернули &lt;b&gt;сегодня&lt;/b&gt;")
    for hidden in ("Пётр", PHONE, "2233", "Где мой платёж", "Операторова"):
        assertNotContains(page, hidden)
    assert "no-store" in page["Cache-Control"]


def test_it_is_read_as_often_as_one_likes_for_a_month(one, client):
    link = path()

    with time_machine.travel(NOW + timedelta(days=29), tick=False):
        assert client.get(link).status_code == 200
        assert client.get(link).status_code == 200
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        stale = client.get(link)

    assertContains(stale, "8 800 100-39-00", status_code=404)
    assertNotContains(stale, "Вернули", status_code=404)


@pytest.mark.parametrize("token", ["x", "1", "1-", "1-" + "0" * 20, "zzzzzzzzzzzzz-0", "z" * 500, "Ж-Ж", "-"])
def test_a_wrong_link_is_met_calmly(one, token):
    answer = Client().get(reverse("accounts:feedback-answer", args=["TOKEN"]).replace("TOKEN", token))

    assertContains(answer, "Ссылка не действует", status_code=404)


def test_the_neighbours_signature_opens_nothing(one):
    other = sent(None, name="Иван", contact="+79160000000")
    token = feedback_links.make(other).rpartition("-")[2]

    assert Client().get(path().rpartition("-")[0] + f"-{token}").status_code == 404


def test_saboteur_without_the_signature_the_number_alone_would_open_it(one, monkeypatch):
    monkeypatch.setattr(feedback_links, "constant_time_compare", lambda *_: True)

    assert Client().get(path().rpartition("-")[0] + "-x").status_code == 200


def test_nothing_of_a_resident_opens_without_login(anna, client):
    request_of = sent(anna)
    feedback.answer(feedback=request_of, text="Вернули", who=make_resident("+79000000001"), now=NOW)

    assert client.get(feedback_links.make(request_of).removeprefix(settings.BASE_URL)).status_code == 404


def test_what_is_closed_without_an_answer_has_no_page(client):
    request_of = sent(None, name="Пётр", contact=PHONE)
    feedback.close(feedback=request_of, who=make_resident("+79000000001"), now=NOW)

    assert client.get(feedback_links.make(request_of).removeprefix(settings.BASE_URL)).status_code == 404
    assert not Message.objects.exists()
    assert Feedback.objects.get().status == "CLOSED"
