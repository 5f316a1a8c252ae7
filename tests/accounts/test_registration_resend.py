"""«получить код ещё раз»: after a minute, and no oftener than the caps allow."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import Confirmation, User
from tests.accounts.make import CONFIRM, NEW_PHONE, REGISTRATION, RESEND, code_sent_to, page, register, sms, words
from tests.people import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    """A browser that has just registered."""
    browser = Client()
    with time_machine.travel(NOW, tick=False):
        register(browser)
    return browser


def resend(client, seconds):
    with time_machine.travel(NOW + timedelta(seconds=seconds), tick=False):
        return client.post(RESEND, follow=True)


def test_too_early_it_sends_nothing_and_says_how_long_to_wait(client):
    response = resend(client, 18)

    assert "Новое SMS можно получить через 42 секунды." in words(response)
    assert len(sms(NEW_PHONE)) == 1


def test_the_page_counts_the_seconds_down(client):
    with time_machine.travel(NOW + timedelta(seconds=18), tick=False):
        html = page(client.get(CONFIRM))

    assert 'data-resend-in="42"' in html


def test_after_a_minute_a_new_code_replaces_the_former_one(client):
    former = code_sent_to(NEW_PHONE)

    response = resend(client, 60)

    assert "Новый код отправлен. Прежний больше не действует." in words(response)
    assert len(sms(NEW_PHONE)) == 2
    assert Confirmation.objects.filter(cancelled_at=None).count() == 1
    with time_machine.travel(NOW + timedelta(seconds=61)):
        client.post(CONFIRM, {"code": code_sent_to(NEW_PHONE)})
    assert User.objects.exists() or former == code_sent_to(NEW_PHONE)


def test_a_long_wait_is_said_in_minutes_and_has_no_button(client):
    resend(client, 60)
    resend(client, 120)

    response = resend(client, 180)

    assert "Новое SMS можно получить через 7 минут." in words(response)
    assert RESEND not in page(response)
    assert len(sms(NEW_PHONE)) == 3


def test_a_stranger_without_a_registration_is_led_to_the_form():
    assert Client().post(RESEND, follow=True).redirect_chain[-1][0] == REGISTRATION


def test_it_is_asked_for_by_post_alone(client):
    assert client.get(RESEND).status_code == 405


def test_the_form_may_be_sent_while_the_phone_still_waits(client):
    other = Client()
    with time_machine.travel(NOW + timedelta(seconds=10), tick=False):
        response = register(other)
        text = words(other.get(CONFIRM))

    assert response["Location"] == CONFIRM
    assert "Новое SMS можно получить через 50 секунд." in text
    assert "выслано" not in text
    assert len(sms(NEW_PHONE)) == 1
