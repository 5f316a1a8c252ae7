"""The code of a forgotten password: five tries, ten minutes, its own browser, once."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts import confirmations
from accounts.models import Confirmation, PasswordReset
from tests.accounts.make import code_sent_to, page, sms, words, wrong
from tests.accounts.password_steps import NEW, RESET, RESET_CONFIRM, forget, type_code
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(anna):
    """A browser that has just asked for the code."""
    browser = Client()
    forget(browser)
    return browser


def test_the_page_names_the_masked_phone_the_tries_and_the_contact_centre(client):
    text = words(client.get(RESET_CONFIRM))

    for sentence in (
        "На Ваш номер +7 916 ***-**-67 отправлено SMS с одноразовым паролем. Никому его не сообщайте.",
        "Одноразовый пароль",
        "Осталось попыток: 5.",
        "Получить одноразовый пароль ещё раз",
        "8 800 100-39-00",
    ):
        assert sentence in text
    assert ANNAS_PHONE not in page(client.get(RESET_CONFIRM))


def test_the_field_is_made_for_codes(client):
    html = page(client.get(RESET_CONFIRM))

    assert 'autocomplete="one-time-code"' in html
    assert 'inputmode="numeric"' in html


def test_the_right_code_opens_the_page_of_the_new_password(client):
    response = type_code(client)

    assert (response.status_code, response["Location"]) == (302, NEW)
    assert client.get(RESET_CONFIRM)["Location"] == NEW


def test_the_session_gets_a_new_key_with_the_right_code(client):
    before = client.session.session_key

    type_code(client)

    assert client.session.session_key != before
    assert not type(client.session)(before).exists(before)


def test_saboteur_without_a_new_key_whoever_planted_the_session_chooses_the_password(monkeypatch, client):
    monkeypatch.setattr("django.contrib.sessions.backends.base.SessionBase.cycle_key", lambda self: None)
    thief = Client()
    thief.cookies = client.cookies.copy()

    type_code(client)

    assert thief.get(NEW).status_code == 200


def test_whoever_planted_the_session_does_not_choose_the_password(client):
    thief = Client()
    thief.cookies = client.cookies.copy()

    type_code(client)

    assert thief.get(NEW)["Location"] == RESET


@pytest.mark.parametrize("spelling", [" {} ", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}"])
def test_blanks_in_the_code_do_not_matter(client, spelling):
    assert type_code(client, spelling.format(code_sent_to(ANNAS_PHONE, 6)))["Location"] == NEW


def test_tries_go_down_and_are_over_after_five(client):
    right = code_sent_to(ANNAS_PHONE, 6)

    heard = [words(type_code(client, wrong(right))) for _ in range(5)]

    for left, text in zip((4, 3, 2, 1), heard, strict=False):
        assert f"Неверный код из SMS. Осталось попыток: {left}" in text
    assert "Попытки закончились. Получите новый пароль" in heard[4]
    page = type_code(client, right)
    assert "Попытки закончились" in words(page)
    assert 'name="code"' not in page.content.decode()


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "<script>"])
def test_what_is_no_code_costs_no_try(client, code):
    response = client.post(RESET_CONFIRM, {"code": code})

    assert "Ошибка: " in page(response)
    assert Confirmation.objects.get().tries == 0


def test_the_code_never_comes_back_to_the_page(client):
    guess = wrong(code_sent_to(ANNAS_PHONE, 6))

    assert guess not in page(type_code(client, guess))


def test_the_code_is_good_for_ten_minutes(client):
    with time_machine.travel(NOW + timedelta(minutes=11)):
        response = type_code(client)

    assert "Пароль больше не действует. Получите новый" in words(response)


def test_it_is_good_in_its_own_browser_only(client):
    code = code_sent_to(ANNAS_PHONE, 6)

    assert type_code(Client(), code)["Location"] == RESET
    assert type_code(client, code)["Location"] == NEW


def test_it_is_good_for_its_own_phone_only(client, boris):
    other = Client()
    forget(other, boris.phone)

    response = type_code(other, code_sent_to(ANNAS_PHONE, 6))

    assert response.status_code == 200
    assert not PasswordReset.objects.filter(phone=boris.phone, confirmed_at__isnull=False).exists()


def test_saboteur_a_code_that_knows_no_phone_opens_the_neighbours_cabinet(monkeypatch, client, boris):
    mine = Confirmation.objects.get()
    other = Client()
    forget(other, boris.phone)
    monkeypatch.setattr(confirmations, "current", lambda **_: mine)
    monkeypatch.setattr(confirmations, "digest_of", lambda *_: mine.digest)

    assert type_code(other, code_sent_to(ANNAS_PHONE, 6))["Location"] == NEW


def test_too_early_the_button_sends_nothing(client):
    response = client.post(RESET_CONFIRM, {"resend": "1"}, follow=True)

    assert "Новое SMS можно получить через" in words(response)
    assert len(sms(ANNAS_PHONE)) == 1


def test_a_new_code_replaces_the_old_one(client):
    old = code_sent_to(ANNAS_PHONE, 6)
    with time_machine.travel(NOW + timedelta(minutes=2)):
        client.post(RESET_CONFIRM, {"resend": "1"})
        refused, accepted = type_code(client, old), type_code(client)

    assert refused.status_code == 200 or old == code_sent_to(ANNAS_PHONE, 6)
    assert accepted["Location"] == NEW


def test_after_ten_codes_it_says_when_in_words(client):
    for minutes in range(4, 60, 4):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            forget(Client())
    with time_machine.travel(NOW + timedelta(minutes=58), tick=False):
        text = words(client.get(RESET_CONFIRM))

    assert len(sms(ANNAS_PHONE)) == 10
    assert "Новое SMS можно получить через 24 часа" in text
    assert "секунд" not in text


def test_after_an_hour_it_begins_anew(client):
    with time_machine.travel(NOW + timedelta(minutes=61)):
        response = client.post(RESET_CONFIRM, {"code": "123456"}, follow=True)

    assert response.redirect_chain[-1][0] == RESET
    assert "Время вышло. Начните восстановление пароля ещё раз." in words(response)


def test_a_stranger_is_led_to_the_beginning(client, boris_client):
    for browser in (Client(), boris_client):
        assert browser.get(RESET_CONFIRM)["Location"] == RESET
        assert browser.post(RESET_CONFIRM, {"code": code_sent_to(ANNAS_PHONE, 6)})["Location"] == RESET
