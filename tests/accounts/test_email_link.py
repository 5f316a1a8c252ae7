"""The link of the letter: a day, once, by a button only, for the address it was sent to."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse

from accounts import email_links
from accounts.models import User
from tests.accounts.make import DONE, page, registered, words
from tests.accounts.password_steps import EMAIL, letters, link_sent_to
from tests.people import NOW

pytestmark = pytest.mark.django_db
DEAD = "Ссылка не действует"


@pytest.fixture
def link(anna):
    """The path of the link in Anna's letter."""
    email_links.send(resident=anna, now=NOW)
    return link_sent_to(anna.email)


def confirmed_at():
    return User.objects.get(email="anna@example.com").email_confirmed_at


def test_registration_sends_the_letter_and_says_so(client):
    user = registered(client)

    (letter,) = letters("ivanovivan@mail.ru")
    assert letter.subject == "Подтвердите e-mail в Смарт Сервис"
    assert letter.expires_at == letter.created_at + timedelta(hours=24)
    assert user.email_confirmed_at is None
    assert "Подтвердите e-mail: мы отправили ссылку на ivanovivan@mail.ru" in words(client.get(DONE))


def test_the_letter_says_nothing_that_the_one_who_registered_could_write(client):
    registered(client)

    text = letters("ivanovivan@mail.ru")[-1].full_text()
    assert "Иван" not in text
    assert "ivanov" not in text


def test_the_link_stands_in_the_queue_encrypted_only(link, anna):
    (letter,) = letters(anna.email)

    assert letter.text == ""
    assert "/email/" in letter.secret_text


def test_the_link_tells_the_address_to_no_history_and_no_log(link, anna):
    assert anna.email not in link
    assert anna.email not in Signer(salt="accounts.email_link", sep=".").unsign_object(link.split("/")[2])


def test_looking_confirms_nothing(client, link):
    for method in (client.get, client.head, client.get):
        assert method(link).status_code == 200

    assert confirmed_at() is None
    assert "anna@example.com" in page(client.get(link))


def test_saboteur_a_link_that_confirms_by_itself_is_seen(monkeypatch, client, link):
    opened = email_links.opened

    def opened_and_confirmed(*, token, now):
        User.objects.update(email_confirmed_at=now)
        return opened(token=token, now=now)

    monkeypatch.setattr(email_links, "opened", opened_and_confirmed)
    client.get(link)

    assert confirmed_at() is not None


def test_the_button_confirms_without_a_login(client, link):
    response = client.post(link, follow=True)

    assert confirmed_at() is not None
    assert "E-mail подтверждён." in words(response)


def test_the_button_has_its_token(link):
    assert Client(enforce_csrf_checks=True).post(link).status_code == 403
    assert confirmed_at() is None


def test_afterwards_the_page_shows_the_address_to_nobody(client, link):
    client.post(link)

    assert "anna@example.com" not in page(client.get(link))


def test_it_confirms_once(client, link):
    client.post(link)
    first = confirmed_at()
    with time_machine.travel(NOW + timedelta(hours=1)):
        client.post(link)

    assert confirmed_at() == first


@pytest.mark.parametrize("hours", [24, 25])
def test_it_is_good_for_a_day(client, link, hours):
    with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
        for response in (client.get(link), client.post(link)):
            assert response.status_code == 404
            assert DEAD in words(response)

    assert confirmed_at() is None


def test_just_before_a_day_is_over_it_is_good(client, link):
    with time_machine.travel(NOW + timedelta(hours=23, minutes=59), tick=False):
        client.post(link)

    assert confirmed_at() is not None


def test_after_the_address_was_changed_it_is_dead(client, link):
    User.objects.update(email="other@example.com")

    assert client.post(link).status_code == 404
    assert User.objects.get().email_confirmed_at is None


@pytest.mark.parametrize("changes", [{"is_active": False}, {"blocked_at": NOW}])
def test_for_who_is_blocked_or_gone_it_is_dead(client, link, changes):
    User.objects.update(**changes)

    assert client.post(link).status_code == 404
    assert confirmed_at() is None


def test_a_changed_or_forged_link_is_dead(client, link, boris):
    token = link.split("/")[2]
    payload, signature = token.split(".")
    forged = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        f"{payload[:-2]}AA.{signature}",
        payload,
        f".{signature}",
        "x" * 3000,
        Signer(salt="another", sep=".").sign_object([boris.uuid.hex, email_links._digest(boris.email), 4102444800]),
    ]

    for one in forged:
        url = reverse("accounts:email-link", args=[one])
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404
    assert not User.objects.exclude(email_confirmed_at=None).exists()


def test_saboteur_a_link_without_a_signature_confirms_any_address(monkeypatch, client, boris):
    monkeypatch.setattr(Signer, "unsign", lambda self, value: value.rsplit(self.sep, 1)[0])
    forged = Signer(key="no key", salt="x", sep=".").sign_object(
        [boris.uuid.hex, email_links._digest(boris.email), 4102444800]
    )

    client.post(reverse("accounts:email-link", args=[forged]))

    assert User.objects.get().email_confirmed_at is not None


def test_the_neighbour_is_not_confirmed_by_her_link(boris_client, boris, link):
    boris_client.post(link)

    assert User.objects.get(pk=boris.pk).email_confirmed_at is None
    assert confirmed_at() is not None


def test_a_dead_link_leads_to_a_new_one(client, anna):
    html = page(client.get(reverse("accounts:email-link", args=["dead"])))

    assert f'href="{EMAIL}"' in html


def test_the_link_leads_to_the_portal_itself(link, anna, settings):
    (address,) = re.findall(r"http\S+", letters(anna.email)[-1].full_text())

    assert address == settings.BASE_URL + link
