"""The new password after the code: twice, once, all sessions end, and nobody is logged in."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.urls import reverse

from accounts import active_sessions
from accounts.models import KnownDevice, PasswordReset, User
from tests.accounts.make import LOGIN, log_in, page, sms, words
from tests.accounts.password_steps import ANOTHER, NEW, RESET, RESET_CONFIRM, choose, forget, letters, may_choose
from tests.people import ANNAS_PHONE, NOW, PASSWORD

pytestmark = pytest.mark.django_db
CLOSED = reverse("billing:account-list")


@pytest.fixture
def client(anna):
    """A browser that may choose the password."""
    return may_choose()


def has_password(password):
    return User.objects.get(phone=ANNAS_PHONE).check_password(password)


def test_the_page_asks_for_the_password_twice(client):
    html = page(client.get(NEW))

    assert "Новый пароль" in html
    assert "Повторите пароль" in html
    assert html.count('autocomplete="new-password"') == 2


def test_it_changes_the_password_and_leads_to_the_login_page(client):
    response = choose(client)

    assert response["Location"] == LOGIN
    assert "Пароль изменён. Войдите с новым паролем" in words(client.get(LOGIN))
    assert has_password(ANOTHER)


def test_nobody_is_logged_in_by_it(client):
    choose(client)

    assert "_auth_user_id" not in client.session
    assert client.get(CLOSED)["Location"].startswith(LOGIN)


def test_the_new_password_opens_the_cabinet_and_the_old_one_does_not(client):
    choose(client)

    assert log_in(Client(), ANNAS_PHONE, PASSWORD).status_code == 200
    assert log_in(Client(), ANNAS_PHONE, ANOTHER).status_code == 302


def test_every_session_ends_at_its_next_request(client):
    elsewhere = [Client(), Client()]
    for browser in elsewhere:
        log_in(browser, ANNAS_PHONE)

    choose(client)

    for browser in elsewhere:
        assert browser.get(CLOSED)["Location"].startswith(LOGIN)
        assert "_auth_user_id" not in browser.session


def test_saboteur_sessions_without_the_digest_of_the_password_go_on(monkeypatch, client):
    monkeypatch.setattr(AbstractBaseUser, "get_session_auth_hash", lambda self: "the same for ever")
    monkeypatch.setattr(active_sessions, "end_all", lambda **arguments: None)
    monkeypatch.setattr(AbstractBaseUser, "get_session_auth_fallback_hash", lambda self: [])
    elsewhere = Client()
    log_in(elsewhere, ANNAS_PHONE)

    choose(client)

    assert elsewhere.get(CLOSED).status_code == 200


def test_a_neighbours_session_goes_on(client, boris_client):
    choose(client)

    assert boris_client.get(CLOSED).status_code == 200


def test_the_owner_is_told_by_sms_with_the_moment_and_how_to_block(client):
    choose(client)

    assert sms(ANNAS_PHONE)[-1].startswith(
        "Пароль изменён 20.11 в 12:00 (Мск). Это были не вы? Заблокируйте: http://127.0.0.1"
    )


def test_an_unconfirmed_address_is_not_told(client, anna):
    choose(client)

    assert letters(anna.email) == []


def test_a_confirmed_address_is_told(client, anna):
    User.objects.update(email_confirmed_at=NOW)

    choose(client)

    (letter,) = letters(anna.email)
    assert letter.subject == "Пароль в Смарт Сервис изменён"
    assert "20.11 в 12:00" in letter.full_text()


def test_only_this_browser_stays_known(client, anna):
    log_in(Client(), ANNAS_PHONE)

    choose(client)

    assert KnownDevice.objects.filter(user=anna).count() == 1


def test_strangers_failures_do_not_keep_the_owner_out_afterwards(client):
    for _ in range(12):
        log_in(Client(), ANNAS_PHONE, "Chuzhoy2017")
    choose(client)

    assert log_in(client, ANNAS_PHONE, ANOTHER).status_code == 302


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("", "", "Введите новый пароль"),
        ("Ab1", "Ab1", "слишком короткий: нужно не менее 6 символов"),
        ("123456", "123456", "Такой пароль легко угадать"),
        ("89161234567", "89161234567", "Пароль не должен совпадать с номером телефона"),
        (ANOTHER, "", "Повторите пароль"),
        (ANOTHER, "Osina2026", "Пароли не совпадают"),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_changes_nothing(client, password, again, said):
    response = choose(client, password, again)

    assert said in words(response)
    assert "Ошибка: Новый пароль" in page(response)
    assert has_password(PASSWORD)
    assert choose(client)["Location"] == LOGIN


def test_what_was_typed_never_comes_back(client):
    assert ANOTHER not in page(choose(client, ANOTHER, "Osina2026"))


def test_the_right_is_used_up(client):
    browser = client.session.session_key
    choose(client)

    assert client.session.session_key != browser
    assert choose(client, "Osina2026")["Location"] == RESET
    assert has_password(ANOTHER)
    assert not PasswordReset.objects.exists()


def test_another_right_to_the_same_cabinet_ends_with_it(client):
    with time_machine.travel(NOW + timedelta(minutes=2)):
        second = may_choose()
        choose(client)

        response = choose(second, "Osina2026")

    assert response["Location"] == RESET
    assert has_password(ANOTHER)


def test_the_right_lasts_ten_minutes(client):
    with time_machine.travel(NOW + timedelta(minutes=11)):
        response = client.post(NEW, {"password": ANOTHER, "password_again": ANOTHER}, follow=True)

    assert "Время вышло" in words(response)
    assert has_password(PASSWORD)


def test_a_cabinet_blocked_meanwhile_keeps_its_password(client):
    User.objects.update(blocked_at=NOW)

    assert choose(client)["Location"] == RESET
    assert has_password(PASSWORD)


def test_without_the_code_there_is_no_page(anna):
    browser = Client()
    forget(browser)

    assert browser.get(NEW)["Location"] == RESET_CONFIRM
    assert choose(browser)["Location"] == RESET_CONFIRM
    assert has_password(PASSWORD)


def test_a_stranger_is_led_to_the_beginning(client, boris_client):
    for browser in (Client(), boris_client):
        assert browser.get(NEW)["Location"] == RESET
        assert choose(browser)["Location"] == RESET
    assert has_password(PASSWORD)
