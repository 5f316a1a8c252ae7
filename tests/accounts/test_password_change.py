"""«Смена пароля»: the current password, the new one twice, a one-time password; only this session goes on."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.urls import reverse

from accounts import active_sessions
from accounts.models import Confirmation, KnownDevice, User
from tests.accounts.make import LOGIN, code_sent_to, log_in, page, sms, words, wrong
from tests.accounts.password_steps import (
    ANOTHER,
    CHANGE,
    CHANGE_CONFIRM,
    ask_to_change,
    letters,
    may_choose,
    save_change,
)
from tests.people import ANNAS_PHONE, NOW, PASSWORD

pytestmark = pytest.mark.django_db
CLOSED = reverse("billing:account-list")


@pytest.fixture
def client(anna):
    """A browser that its owner has logged in with."""
    browser = Client()
    log_in(browser, ANNAS_PHONE)
    return browser


@pytest.fixture
def asked(client):
    """A browser that has asked for the one-time password."""
    ask_to_change(client)
    return client


def has_password(password):
    return User.objects.get(phone=ANNAS_PHONE).check_password(password)


def test_the_menu_leads_here(client):
    html = page(client.get(CHANGE))

    assert f'<a href="{CHANGE}" aria-current="page">Смена пароля</a>' in html
    assert f'href="{CHANGE}"' in page(client.get(CLOSED))


def test_the_page_has_the_fields_of_the_screen(client):
    text = words(client.get(CHANGE))

    for word in ("Текущий пароль", "Новый пароль", "Повторите пароль", "Получить одноразовый пароль"):
        assert word in text


def test_asking_sends_a_code_and_changes_nothing(client):
    response = ask_to_change(client)

    assert response["Location"] == CHANGE_CONFIRM
    assert "для смены пароля" in sms(ANNAS_PHONE)[-1]
    assert has_password(PASSWORD)
    text = words(client.get(CHANGE_CONFIRM))
    assert "На Ваш номер +7 916 ***-**-67 отправлено SMS" in text
    assert "Сохранить" in text


def test_the_new_password_waits_as_a_hash(asked):
    assert ANOTHER not in str(asked.session.load())
    assert asked.session["new_password"].startswith("md5$")


def test_the_right_code_changes_the_password(asked):
    response = save_change(asked)

    assert response["Location"] == CHANGE
    assert "Пароль изменён." in words(asked.get(CHANGE))
    assert has_password(ANOTHER)
    assert "new_password" not in asked.session


def test_this_session_goes_on_under_a_new_key(asked):
    before = asked.session.session_key

    save_change(asked)

    assert asked.get(CLOSED).status_code == 200
    assert asked.session.session_key != before
    assert not type(asked.session)(before).exists(before)


def test_every_other_session_ends_at_its_next_request(asked):
    elsewhere = Client()
    log_in(elsewhere, ANNAS_PHONE)

    save_change(asked)

    assert elsewhere.get(CLOSED)["Location"].startswith(LOGIN)
    assert "_auth_user_id" not in elsewhere.session


def test_a_copy_of_this_session_ends_as_well(asked):
    thief = Client()
    thief.cookies = asked.cookies.copy()

    save_change(asked)

    assert thief.get(CLOSED)["Location"].startswith(LOGIN)


def test_saboteur_sessions_without_the_digest_of_the_password_go_on(monkeypatch, asked):
    monkeypatch.setattr(AbstractBaseUser, "get_session_auth_hash", lambda self: "the same for ever")
    monkeypatch.setattr(active_sessions, "end_all", lambda **arguments: None)
    browser, elsewhere = Client(), Client()
    log_in(browser, ANNAS_PHONE)
    log_in(elsewhere, ANNAS_PHONE)
    with time_machine.travel(NOW + timedelta(minutes=2)):
        ask_to_change(browser)
        save_change(browser)

        assert elsewhere.get(CLOSED).status_code == 200


def test_the_owner_is_told_by_sms_and_at_a_confirmed_address(asked, anna):
    User.objects.update(email_confirmed_at=NOW)

    save_change(asked)

    assert "Пароль изменён 20.11 в 12:00 (Мск)" in sms(ANNAS_PHONE)[-1]
    assert len(letters(anna.email)) == 1


def test_an_unconfirmed_address_is_not_told(asked, anna):
    save_change(asked)

    assert letters(anna.email) == []


def test_this_device_stays_known_and_the_others_do_not(asked, anna):
    log_in(Client(), ANNAS_PHONE)
    mine = KnownDevice.objects.order_by("id").first()

    save_change(asked)

    assert list(KnownDevice.objects.all()) == [mine]


def test_a_right_from_a_forgotten_password_ends_with_it(asked):
    forgetful = may_choose()
    with time_machine.travel(NOW + timedelta(minutes=2)):
        asked.post(CHANGE_CONFIRM, {"resend": "1"})
        save_change(asked)

    assert forgetful.get(reverse("accounts:password-reset-new"))["Location"] == reverse("accounts:password-reset")


@pytest.mark.parametrize(
    ("current", "new", "again", "said"),
    [
        ("", ANOTHER, ANOTHER, "Введите текущий пароль"),
        ("Chuzhoy2017", ANOTHER, ANOTHER, "Неверный пароль"),
        (PASSWORD, "", "", "Введите новый пароль"),
        (PASSWORD, "Ab1", "Ab1", "слишком короткий: нужно не менее 6 символов"),
        (PASSWORD, "qwerty", "qwerty", "Такой пароль легко угадать"),
        (PASSWORD, "9161234567", "9161234567", "Пароль не должен совпадать с номером телефона"),
        (PASSWORD, PASSWORD, PASSWORD, "Новый пароль совпадает с текущим"),
        (PASSWORD, ANOTHER, "Osina2026", "Пароли не совпадают"),
        (PASSWORD, ANOTHER, "", "Повторите пароль"),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_sends_nothing(client, current, new, again, said):
    response = ask_to_change(client, current, new, password_again=again)

    assert said in words(response)
    assert "Ошибка: Смена пароля" in page(response)
    assert not sms(ANNAS_PHONE)


def test_a_wrong_current_password_is_told_together_with_the_other_mistakes(client):
    text = words(ask_to_change(client, "Chuzhoy2017", "Ab1", password_again="Ab2"))

    for said in ("исправьте 3 поля", "Неверный пароль", "слишком короткий", "Пароли не совпадают"):
        assert said in text


def test_a_right_one_costs_no_try_when_something_else_is_wrong(client):
    for _ in range(6):
        text = words(ask_to_change(client, PASSWORD, "Ab1"))

    assert "Слишком много попыток" not in text


def test_no_password_comes_back_to_the_page(client):
    html = page(ask_to_change(client, "Chuzhoy2017", ANOTHER))

    assert "Chuzhoy2017" not in html
    assert ANOTHER not in html


def test_the_current_password_bears_five_wrong_ones(client):
    for _ in range(5):
        ask_to_change(client, "Chuzhoy2017")

    response = ask_to_change(client)

    assert "Слишком много попыток. Повторите через 30 минут" in words(response)
    assert not sms(ANNAS_PHONE)


def test_right_ones_are_not_counted(client):
    for minutes in range(8):
        with time_machine.travel(NOW + timedelta(minutes=minutes)):
            assert ask_to_change(client)["Location"] == CHANGE_CONFIRM


def test_tries_go_down_and_are_over_after_five(asked):
    right = code_sent_to(ANNAS_PHONE, 6)

    heard = [words(save_change(asked, wrong(right))) for _ in range(5)]

    assert "Неверный код из SMS. Осталось попыток: 4" in heard[0]
    assert "Попытки закончились. Получите новый пароль" in heard[4]
    page = save_change(asked, right)
    assert "Попытки закончились" in words(page)
    assert 'name="code"' not in page.content.decode()
    assert has_password(PASSWORD)


@pytest.mark.parametrize("code", ["", "12345", "abcdef"])
def test_what_is_no_code_costs_no_try(asked, code):
    response = asked.post(CHANGE_CONFIRM, {"code": code})

    assert "Ошибка: " in page(response)
    assert Confirmation.objects.get().tries == 0


def test_the_code_is_good_for_ten_minutes(asked):
    with time_machine.travel(NOW + timedelta(minutes=11)):
        response = save_change(asked)

    assert "Пароль больше не действует. Получите новый" in words(response)
    assert has_password(PASSWORD)


def test_the_code_is_good_for_the_password_it_was_sent_for(asked):
    code = code_sent_to(ANNAS_PHONE, 6)
    ask_to_change(asked, new="Osina2026")

    save_change(asked, code)

    assert has_password(PASSWORD)


def test_another_session_of_hers_cannot_use_it_for_another_password(asked):
    other = Client()
    log_in(other, ANNAS_PHONE)
    session = other.session
    session["new_password"] = "md5$planted"
    session.save()

    response = save_change(other)

    assert "Пароль больше не действует" in words(response)
    assert has_password(PASSWORD)


def test_saboteur_a_digest_of_nothing_lets_it(monkeypatch, client):
    monkeypatch.setattr("accounts.password_change._digest", lambda user, hashed: "the same")
    ask_to_change(client)
    session = client.session
    session["new_password"] = "md5$planted"
    session.save()

    save_change(client)

    assert User.objects.get().password == "md5$planted"


def test_the_code_works_once(asked):
    code = code_sent_to(ANNAS_PHONE, 6)
    save_change(asked, code)

    assert save_change(asked, code)["Location"] == CHANGE


def test_resending_too_early_says_so_and_later_sends(asked):
    early = words(asked.post(CHANGE_CONFIRM, {"resend": "1"}, follow=True))
    with time_machine.travel(NOW + timedelta(minutes=2)):
        later = words(asked.post(CHANGE_CONFIRM, {"resend": "1"}, follow=True))
        save_change(asked)

    assert "Новое SMS можно получить через" in early
    assert "Новый одноразовый пароль отправлен. Прежний больше не действует." in later
    assert has_password(ANOTHER)


def test_without_a_new_password_there_is_nothing_to_confirm(client):
    assert client.get(CHANGE_CONFIRM)["Location"] == CHANGE
    assert client.post(CHANGE_CONFIRM, {"code": "123456"})["Location"] == CHANGE


def test_a_visitor_logs_in_and_comes_back(anna):
    browser = Client()
    asked_to = browser.get(CHANGE)["Location"]

    response = log_in(browser, ANNAS_PHONE, next=CHANGE)

    assert asked_to == f"{LOGIN}?next={CHANGE}"
    assert response["Location"] == CHANGE


def test_the_neighbour_can_do_nothing_with_her_code(asked, boris_client):
    code = code_sent_to(ANNAS_PHONE, 6)
    ask_to_change(boris_client)

    response = save_change(boris_client, code)

    assert response.status_code == 200 or code == code_sent_to("+79031112233", 6)
    assert has_password(PASSWORD)
