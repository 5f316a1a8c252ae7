"""Another e-mail address in «Личные данные»: confirmed anew, and the former one hears of it."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from accounts import profile
from accounts.models import User
from notifications.models import Message
from tests.accounts.make import sms
from tests.accounts.profile_steps import PROFILE, confirm, typed
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db
NEW = "anna@novaya.example"


@pytest.fixture
def confirmed(anna):
    anna.email_confirmed_at = NOW
    anna.save()
    return anna


def change(client, resident, email=NEW):
    led = client.post(PROFILE, typed(resident, email=email))
    return confirm(client, led, resident)


def letters(address):
    return [row.kind for row in Message.objects.filter(address=address).order_by("id")]


def test_it_waits_for_the_one_time_password(anna_client, confirmed):
    answer = anna_client.post(PROFILE, typed(confirmed, email=NEW), follow=True)

    confirmed.refresh_from_db()
    assertContains(answer, NEW)
    assert (confirmed.email, letters(NEW)) == ("anna@example.com", [])


def test_the_new_address_is_unconfirmed_and_gets_its_link_and_nothing_else(anna_client, confirmed):
    change(anna_client, confirmed)

    confirmed.refresh_from_db()
    assert (confirmed.email, confirmed.email_confirmed_at) == (NEW, None)
    assert letters(NEW) == ["email_link"]


def test_its_link_confirms_it(anna_client, confirmed):
    change(anna_client, confirmed)

    text = Message.objects.get(address=NEW).full_text()
    Client().post(re.search(r"http://[^/]+(/email/\S+)", text)[1])

    confirmed.refresh_from_db()
    assert confirmed.email_confirmed_at is not None


def test_the_former_address_and_the_phone_hear_of_it_with_a_link_that_blocks(anna_client, confirmed):
    change(anna_client, confirmed)

    letter = Message.objects.get(kind="email_changed_letter")
    assert letter.address == "anna@example.com"
    assert re.search(r"Это были не вы\? Заблокируйте кабинет: http\S+/s/", letter.full_text())
    text = sms(ANNAS_PHONE)[-1]
    assert text.startswith("E-mail изменён 20.11 в 12:00 (Мск). Это были не вы? Заблокируйте: http")
    Client().post(re.search(r"/s/\w+", text)[0])
    assert User.objects.get().blocked_at is not None


def test_a_former_address_that_was_never_confirmed_hears_nothing(anna_client, anna):
    change(anna_client, anna)

    assert letters("anna@example.com") == []
    assert "E-mail изменён" in sms(ANNAS_PHONE)[-1]


def test_the_link_of_the_former_address_confirms_nothing_any_more(anna_client, anna):
    anna_client.post(reverse("accounts:email"))
    old = re.search(r"http://[^/]+(/email/\S+)", Message.objects.get(kind="email_link").full_text())[1]
    change(anna_client, anna)

    assert Client().post(old).status_code == 404
    anna.refresh_from_db()
    assert anna.email_confirmed_at is None


@pytest.mark.parametrize(("email", "says"), [("", "Введите e-mail"), ("anna@", "Введите e-mail, например")])
def test_what_is_no_address_is_told_at_the_field(anna_client, anna, email, says):
    assertContains(anna_client.post(PROFILE, typed(anna, email=email)), says)


def test_other_data_leave_the_address_confirmed(anna_client, confirmed):
    led = anna_client.post(PROFILE, typed(confirmed, address="Москва"))
    confirm(anna_client, led, confirmed)

    confirmed.refresh_from_db()
    assert confirmed.email_confirmed_at == NOW
    assert "E-mail изменён" not in " ".join(sms(ANNAS_PHONE))


def test_the_neighbours_address_stays(boris_client, boris, anna):
    change(boris_client, boris)

    anna.refresh_from_db()
    assert anna.email == "anna@example.com"


def test_without_the_defence_a_change_would_keep_the_old_proof(anna_client, confirmed, monkeypatch):
    """The saboteur: nobody prepares the change."""
    monkeypatch.setattr(profile.email_change, "prepare", lambda **_: None)

    change(anna_client, confirmed)

    confirmed.refresh_from_db()
    assert confirmed.email_confirmed_at is not None
