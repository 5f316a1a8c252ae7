"""«Забыли пароль?»: the phone and the picture."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Confirmation, PasswordReset, User
from tests.accounts.make import LOGIN, NEW_PHONE, code_sent_to, page, picture, sms, words
from tests.accounts.password_steps import RESET, RESET_CONFIRM, forget, type_code
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("door", [LOGIN, reverse("agreement")], ids=["login page", "side column"])
def test_every_place_to_log_in_leads_here(client, door):
    assert f'href="{RESET}">Забыли пароль?</a>' in page(client.get(door))


def test_the_page_asks_for_the_phone_once_and_for_a_picture(client):
    html = page(client.get(RESET))

    assert html.count('name="phone"') == html.count('name="captcha_1"') == 1
    assert "Забыли пароль?" in html


def test_a_right_form_sends_six_digits_and_leads_to_their_page(client, anna):
    response = forget(client, "8 (916) 123-45-67")

    assert (response.status_code, response["Location"]) == (302, RESET_CONFIRM)
    assert len(code_sent_to(ANNAS_PHONE, 6)) == 6
    assert "Никому не сообщайте" in sms(ANNAS_PHONE)[-1]


def test_the_code_stands_in_the_queue_encrypted_only(client, anna):
    forget(client)

    (row,) = anna._meta.apps.get_model("notifications", "Message").objects.all()
    assert row.text == ""
    assert row.secret_text


@pytest.mark.parametrize(
    ("changes", "words_at_the_field"),
    [
        ({"phone": ""}, "Введите номер мобильного телефона"),
        ({"phone": "12345"}, "Введите номер российского мобильного телефона"),
        ({"captcha_1": ""}, "Введите код с картинки"),
        ({"captcha_1": "wrong"}, "Код с картинки не подошёл"),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_sends_nothing(client, anna, changes, words_at_the_field):
    response = forget(client, **changes)

    assert words(response).count(words_at_the_field) == 2
    assert "Ошибка: Восстановление пароля" in page(response)
    assert not sms(ANNAS_PHONE)
    assert not PasswordReset.objects.exists()


def test_the_phone_stays_in_a_wrong_form(client):
    assert 'value="+7 916 1"' in page(forget(client, "+7 916 1"))


def test_a_picture_is_good_for_one_form(client, anna):
    used = picture()
    client.post(RESET, {"phone": ANNAS_PHONE, **used})

    response = client.post(RESET, {"phone": NEW_PHONE, **used})

    assert response.status_code == 200
    assert not sms(NEW_PHONE)


def test_another_picture_keeps_the_phone(client):
    response = forget(client, "+7 916 1", new_picture="1")

    assert 'value="+7 916 1"' in page(response)
    assert "Ошибка" not in page(response)


def test_looking_at_the_page_writes_nothing(client, anna):
    client.get(RESET)

    assert not PasswordReset.objects.exists()
    assert not sms(ANNAS_PHONE)


def test_asking_again_at_once_keeps_the_code_that_is_on_its_way(client, anna):
    forget(client)
    forget(client)

    assert len(sms(ANNAS_PHONE)) == 1
    assert type_code(client)["Location"].endswith("/new/")


def test_another_phone_in_the_same_browser_begins_anew(client, anna, boris):
    forget(client)
    code = code_sent_to(ANNAS_PHONE, 6)
    forget(client, boris.phone)

    type_code(client, code)

    assert not PasswordReset.objects.filter(confirmed_at__isnull=False).exists()


def test_too_early_it_says_how_long_to_wait(client, anna):
    with time_machine.travel(NOW, tick=False):
        forget(Client())

        response = client.get(forget(client)["Location"])

    assert "Новое SMS можно получить через 60 секунд." in words(response)
    assert "Одноразового пароля ещё нет" in words(response)


def test_codes_for_it_leave_the_codes_of_payments_alone(client, anna):
    for minutes in range(0, 60, 2):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            forget(Client())

    assert len(sms(ANNAS_PHONE)) == 10
    assert all(purpose == "PASSWORD_RESET" for purpose in Confirmation.objects.values_list("purpose", flat=True))


def test_rows_older_than_an_hour_are_swept(client, anna):
    forget(client)
    with time_machine.travel(NOW + timedelta(hours=2)):
        forget(Client(), NEW_PHONE)

    assert list(PasswordReset.objects.values_list("phone", flat=True)) == [NEW_PHONE]


def test_it_needs_no_login_and_bears_one(boris_client, anna):
    assert boris_client.get(RESET).status_code == 200
    assert forget(boris_client)["Location"] == RESET_CONFIRM
    assert User.objects.count() == 2
