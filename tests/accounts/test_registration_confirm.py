"""«Подтверждение регистрации»: five tries, ten minutes, and a resident at the end, once."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Confirmation, Consent, KnownDevice, PendingRegistration, User
from notifications import subscriptions
from notifications.models import Topic
from tests.accounts.make import (
    CONFIRM,
    DONE,
    LOGIN,
    NEW_PHONE,
    REGISTRATION,
    RESEND,
    code_sent_to,
    page,
    pending_of,
    register,
    registered,
    words,
    wrong,
)
from tests.people import NOW, PASSWORD, make_resident
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    """A browser that has just registered."""
    browser = Client()
    register(browser)
    return browser


def confirm(client, code=None):
    return client.post(CONFIRM, {"code": code or code_sent_to(NEW_PHONE)})


def test_the_page_has_the_manuals_words(client):
    text = words(client.get(CONFIRM))

    for sentence in (
        "В целях Вашей безопасности требуется подтверждение регистрации, позволяющее удостовериться",
        "в том, что Вы владелец указанного номера телефона.",
        "На Ваш номер выслано SMS с кодом. Введите его в поле ниже.",
        "Номер: +7 926 ***-**-33",
        "У Вас 5 попыток для ввода кода.",
        "Введите код",
        "Подтвердить",
        "получить код ещё раз",
        "Отмена",
        "При возникновении проблем с подтверждением регистрации, пожалуйста, обратитесь в Контакт-Центр",
        "по номеру: 8 800 100-39-00 (звонок по России бесплатный).",
    ):
        assert sentence in text


def test_the_field_is_made_for_codes(client):
    html = page(client.get(CONFIRM))

    assert 'autocomplete="one-time-code"' in html
    assert 'inputmode="numeric"' in html


def test_the_right_code_makes_a_resident_and_logs_him_in(client):
    response = confirm(client)

    user = User.objects.get()
    assert (response.status_code, response["Location"]) == (302, DONE)
    assert (user.phone, user.full_name, user.email) == (NEW_PHONE, "Иванов Иван", "ivanovivan@mail.ru")
    assert user.code_word == "Смиронова"
    assert user.check_password(PASSWORD)
    assert client.session["_auth_user_id"] == str(user.pk)


def test_nothing_of_the_registration_is_left(client):
    confirm(client)

    assert not PendingRegistration.objects.exists()
    assert "pending_registration" not in client.session
    assert Consent.objects.count() == 2


def test_the_session_gets_a_new_key(client):
    before = client.session.session_key

    confirm(client)

    assert client.session.session_key != before
    assert not type(client.session)(before).exists(before)


def test_the_session_lives_as_any_other_from_now_on(client):
    assert client.get(CONFIRM).wsgi_request.session.get_expiry_age() > 80_000

    confirm(client)

    assert client.session.get_expiry_age() == 12 * 60 * 60


def test_the_browser_becomes_a_known_device(client):
    confirm(client)

    assert KnownDevice.objects.get().user.phone == NEW_PHONE


@pytest.mark.parametrize("spelling", [" {} ", "{0[0]}{0[1]} {0[2]}{0[3]}"])
def test_blanks_in_the_code_do_not_matter(client, spelling):
    confirm(client, spelling.format(code_sent_to(NEW_PHONE)))

    assert User.objects.exists()


def test_tries_go_down_and_are_over_after_five(client):
    guess = wrong(code_sent_to(NEW_PHONE))

    heard = [words(confirm(client, guess)) for _ in range(6)]

    assert "У Вас осталось 4 попытки для ввода кода." in heard[0]
    assert "У Вас осталось 3 попытки для ввода кода." in heard[1]
    assert "У Вас осталось 2 попытки для ввода кода." in heard[2]
    assert "У Вас осталась 1 попытка для ввода кода." in heard[3]
    for text in heard[4:]:
        assert "Попытки закончились. Запросите новый код." in text
    page = confirm(client)
    assert "Попытки закончились" in words(page)
    assert 'name="code"' not in page.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("code", ["", "123", "12345", "abcd", "١٢٣٤", "12.4", "<script>"])
def test_what_is_no_code_costs_no_try(client, code):
    response = client.post(CONFIRM, {"code": code})

    assert response.status_code == 200
    assert "Ошибка: " in page(response)
    assert Confirmation.objects.get().tries == 0


def test_the_code_never_comes_back_to_the_page(client):
    guess = wrong(code_sent_to(NEW_PHONE))

    assert guess not in page(confirm(client, guess))


def test_the_code_is_good_for_ten_minutes(client):
    with time_machine.travel(NOW + timedelta(minutes=11)):
        response = confirm(client)

    assert "срок его действия истёк. Запросите новый код." in words(response)
    assert not User.objects.exists()


def test_a_page_without_a_code_says_so(client):
    with time_machine.travel(NOW + timedelta(minutes=11)):
        text = words(client.get(CONFIRM))

    assert "Запросите новый код" in text
    assert "попыт" not in text


def test_a_fresh_code_after_five_wrong_ones_goes_through(client):
    for _ in range(5):
        confirm(client, wrong(code_sent_to(NEW_PHONE)))
    with time_machine.travel(NOW + timedelta(minutes=2)):
        client.post(RESEND)
        confirm(client)

    assert User.objects.exists()


def test_a_registration_older_than_a_day_begins_anew(client):
    PendingRegistration.objects.update(expires_at=NOW)

    response = client.get(CONFIRM, follow=True)

    assert response.redirect_chain[-1][0] == REGISTRATION


def test_a_stranger_without_a_registration_is_led_to_the_form():
    for response in (Client().get(CONFIRM, follow=True), Client().post(CONFIRM, {"code": "1234"}, follow=True)):
        assert response.redirect_chain[-1][0] == REGISTRATION


def test_another_browser_cannot_confirm_it(client):
    code = code_sent_to(NEW_PHONE)

    Client().post(CONFIRM, {"code": code})

    assert not User.objects.exists()


def test_sent_twice_it_makes_one_resident(client):
    code = code_sent_to(NEW_PHONE)
    confirm(client, code)

    response = client.post(CONFIRM, {"code": code})

    assert response["Location"] == DONE
    assert User.objects.count() == 1


def test_who_registered_twice_with_one_phone_hears_of_it_after_the_right_code(client):
    code = code_sent_to(NEW_PHONE)
    make_resident(NEW_PHONE)

    response = client.post(CONFIRM, {"code": code}, follow=True)

    assert response.redirect_chain[-1][0] == LOGIN
    assert "Этот номер уже зарегистрирован. Войдите с паролем." in words(response)
    assert not PendingRegistration.objects.exists()
    assert User.objects.count() == 1


def test_a_wrong_code_tells_nothing_of_a_phone_taken_meanwhile(client):
    guess = wrong(code_sent_to(NEW_PHONE))
    before = page(Client().get(LOGIN))
    make_resident(NEW_PHONE)

    text = words(confirm(client, guess))

    assert "Неверный код" in text
    assert "уже зарегистрирован" not in text
    assert before


def test_who_is_logged_in_already_sees_the_welcome(anna_client):
    assert anna_client.get(CONFIRM)["Location"] == DONE


def test_it_asks_for_no_more_than_post_and_get(client):
    assert client.put(CONFIRM).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_make_one_resident():
    browser = Client()
    register(browser)
    code, cookies = code_sent_to(NEW_PHONE), browser.cookies

    def tab(_):
        mine = Client()
        mine.cookies = cookies.copy()
        return mine.post(CONFIRM, {"code": code}).status_code

    statuses = at_once(4, tab)

    assert User.objects.count() == 1
    assert set(statuses) <= {200, 302}


@pytest.mark.django_db(transaction=True)
def test_two_registrations_of_one_phone_at_once_make_one_resident():
    browsers, codes = [Client(), Client()], []
    for number, browser in enumerate(browsers):
        with time_machine.travel(NOW + timedelta(minutes=2 * number)):
            register(browser)
            codes.append(code_sent_to(NEW_PHONE))

    with time_machine.travel(NOW + timedelta(minutes=3)):
        statuses = at_once(2, lambda which: browsers[which].post(CONFIRM, {"code": codes[which]}).status_code)

    assert User.objects.count() == 1
    assert statuses == [302, 302]


def test_the_greeting_knows_the_new_resident():
    client = Client()
    registered(client)

    assert "Здравствуйте, Иванов Иван" in words(client.get(reverse("accounts:registration-done")))


def test_the_registration_row_is_its_sessions_own(client):
    other = Client()
    register(other, "+79261112244")

    assert pending_of(client).phone == NEW_PHONE
    assert pending_of(other).phone == "+79261112244"


def test_the_consent_to_promotions_subscribes_and_nothing_else_does():
    browser, other = Client(), Client()
    register(browser, marketing="on")
    confirm(browser)
    willing = User.objects.get(phone=NEW_PHONE)
    register(other, "+79261112244")
    other.post(CONFIRM, {"code": code_sent_to("+79261112244")})

    reserved = User.objects.get(phone="+79261112244")

    assert subscriptions.wants(willing.uuid, Topic.PROMOTIONS_BY_SMS)
    assert not subscriptions.wants(willing.uuid, Topic.LETTERS_BY_EMAIL)
    assert not subscriptions.wants(reserved.uuid, Topic.PROMOTIONS_BY_SMS)
