"""«Подтверждение e-mail»: where a resident stands, and another letter, not too often."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts import email_links
from accounts.models import User
from safeguards import throttle
from tests.accounts.make import DONE, LOGIN, page, registered, words
from tests.accounts.password_steps import EMAIL, kinds, letters, link_sent_to
from tests.people import NOW, make_resident

pytestmark = pytest.mark.django_db


def test_the_frame_reminds_until_it_is_confirmed(anna_client):
    before = page(anna_client.get("/"))
    User.objects.update(email_confirmed_at=NOW)
    after = page(anna_client.get("/"))

    assert f'href="{EMAIL}">Подтвердите e-mail</a>' in before
    assert EMAIL not in after


def test_before_the_first_letter_it_offers_one(anna_client):
    text = words(anna_client.get(EMAIL))

    assert "Ваш e-mail anna@example.com не подтверждён." in text
    assert "Отправить ссылку" in text
    assert "мы отправили" not in text


def test_the_button_sends_the_letter(anna_client, anna):
    response = anna_client.post(EMAIL, follow=True)

    assert "мы отправили ссылку на anna@example.com" in words(response)
    assert "Новую ссылку можно получить через" in words(response)
    assert len(letters(anna.email)) == 1


def test_looking_sends_nothing(anna_client):
    anna_client.get(EMAIL)

    assert kinds() == []


def test_a_confirmed_address_gets_no_link(anna_client):
    User.objects.update(email_confirmed_at=NOW)

    text = words(anna_client.post(EMAIL, follow=True))

    assert "Ваш e-mail anna@example.com подтверждён." in text
    assert kinds() == []


def test_without_an_address_nothing_is_sent(anna_client):
    User.objects.update(email="")

    assert "E-mail в личном кабинете не указан." in words(anna_client.post(EMAIL, follow=True))
    assert kinds() == []


def test_a_minute_lies_between_two_letters(anna_client, anna):
    anna_client.post(EMAIL)

    assert "Новую ссылку можно получить через" in words(anna_client.post(EMAIL, follow=True))
    assert len(letters(anna.email)) == 1


def send_every_two_minutes(client, times):
    for number in range(times):
        with time_machine.travel(NOW + timedelta(minutes=2 * number), tick=False):
            client.post(EMAIL)


def test_five_letters_a_day_are_enough(anna_client, anna):
    send_every_two_minutes(anna_client, 7)

    assert len(letters(anna.email)) == 5


def test_saboteur_without_the_caps_a_mailbox_fills(monkeypatch, anna_client, anna):
    monkeypatch.setattr(throttle, "take", lambda *args: True)

    send_every_two_minutes(anna_client, 7)

    assert len(letters(anna.email)) == 7


def test_several_cabinets_cannot_fill_one_mailbox(anna):
    for number in range(7):
        other = make_resident(f"+7903000000{number}", email="Anna@Example.com")
        if number < 5:
            email_links.send(resident=other, now=NOW)
            continue
        with pytest.raises(email_links.TooManyLetters) as refusal:
            email_links.send(resident=other, now=NOW)
        assert refusal.value.retry_after == timedelta(days=1)

    assert len(letters("Anna@Example.com")) == 5


def test_a_refused_letter_takes_no_place(anna):
    for _ in range(3):
        try:
            email_links.send(resident=anna, now=NOW)
        except email_links.TooManyLetters:
            continue

    assert throttle.used(email_links.ADDRESS, anna.email, NOW) == 1
    assert throttle.used(email_links.DAY, str(anna.uuid), NOW) == 1


def test_a_registration_whose_letter_is_capped_says_so(client):
    for number in range(5):
        email_links.send(resident=make_resident(f"+7903000000{number}", email="ivanovivan@mail.ru"), now=NOW)

    registered(client)

    text = words(client.get(DONE))
    assert "получите ссылку на ivanovivan@mail.ru" in text
    assert "мы отправили" not in text


def test_the_way_from_the_welcome_to_another_letter(client):
    user = registered(client)

    assert f'href="{EMAIL}">Отправить ссылку ещё раз</a>' in page(client.get(DONE))
    with time_machine.travel(NOW + timedelta(minutes=2)):
        client.post(EMAIL)
    client.post(link_sent_to(user.email))
    assert "Подтвердите e-mail" not in page(client.get(DONE))


def test_a_visitor_logs_in_first(client):
    assert client.get(EMAIL)["Location"] == f"{LOGIN}?next={EMAIL}"
    assert client.post(EMAIL)["Location"].startswith(LOGIN)


def test_the_neighbour_sees_and_sends_his_own_only(boris_client, anna):
    response = boris_client.post(EMAIL, follow=True)

    assert "boris@example.com" in page(response)
    assert anna.email not in page(response)
    assert letters(anna.email) == []
    assert Client().get(EMAIL).status_code == 302
