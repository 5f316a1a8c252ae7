"""Login: one message for every wrong pair, a new session for every right one, and back to where one came from."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.make import LOGIN, NEW_PHONE, log_in, page, register, words
from tests.people import ANNAS_PHONE, NOW, PASSWORD

pytestmark = pytest.mark.django_db
WRONG_PAIR = "Неверный номер телефона или пароль"
HOSTILE = '"><script>alert(1)</script>'


def is_logged_in(client):
    return "_auth_user_id" in client.session


def test_the_page_has_its_fields_and_links(client):
    text = words(client.get(LOGIN))

    for word in ("Вход", "Номер мобильного телефона", "Пароль", "Войти", "Регистрация", "Забыли пароль?"):
        assert word in text


def test_phone_and_password_stand_once_on_the_page(client):
    html = page(client.get(LOGIN))

    assert html.count('name="phone"') == html.count('name="password"') == 1


def test_every_other_page_has_the_login_block(client):
    html = page(client.get(reverse("agreement")))

    assert f'action="{LOGIN}"' in html
    assert '<input type="hidden" name="next" value="/agreement/">' in html
    assert html.count('name="phone"') == 1


@pytest.mark.parametrize("written", [ANNAS_PHONE, "8 (916) 123-45-67", "9161234567"])
def test_the_right_pair_logs_in_and_leads_home(anna, client, written):
    response = log_in(client, written)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(anna.pk)


@pytest.mark.parametrize(
    "phone, password",
    [(ANNAS_PHONE, "Smart2018"), (ANNAS_PHONE, PASSWORD + " "), (ANNAS_PHONE, PASSWORD.lower()), (NEW_PHONE, PASSWORD)],
)
def test_every_wrong_pair_hears_the_same(anna, client, phone, password):
    response = log_in(client, phone, password)

    assert WRONG_PAIR in words(response)
    assert not is_logged_in(client)
    assert password not in response.content.decode()


@pytest.mark.parametrize(
    "phone, password, message",
    [
        ("", PASSWORD, "Введите номер мобильного телефона"),
        ("12", PASSWORD, "Введите номер российского мобильного телефона"),
        (ANNAS_PHONE, "", "Введите пароль"),
        (ANNAS_PHONE, "x" * 129, "не более 128"),
        (HOSTILE, PASSWORD, "Введите номер российского мобильного телефона"),
    ],
)
def test_what_is_no_pair_is_said_at_its_field(anna, client, phone, password, message):
    response = log_in(client, phone, password)

    assert words(response).count(message) >= 2
    assert "<script>alert" not in response.content.decode()
    assert not is_logged_in(client)


def test_inactive_people_hear_the_same_as_strangers(anna, client):
    User.objects.update(is_active=False)

    assert WRONG_PAIR in words(log_in(client, ANNAS_PHONE))


def test_people_without_a_password_cannot_be_logged_in(client):
    User.objects.create_user(NEW_PHONE)

    assert WRONG_PAIR in words(log_in(client, NEW_PHONE, "!"))


def test_a_planted_session_is_worthless_after_login(anna):
    thief, victim = Client(), Client()
    register(thief)
    planted = thief.session.session_key
    victim.cookies = thief.cookies.copy()

    log_in(victim, ANNAS_PHONE)

    assert victim.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()
    assert not is_logged_in(thief)


def test_a_registration_on_its_way_is_not_carried_into_the_session(anna, client):
    register(client)

    log_in(client, ANNAS_PHONE)

    assert "pending_registration" not in client.session
    assert client.session.get_expiry_age() == 12 * 60 * 60


@pytest.mark.parametrize("wanted", ["/agreement/", "/bills/?page=2"])
def test_it_leads_back_to_the_page_that_was_wanted(anna, client, wanted):
    html = page(client.get(LOGIN, {"next": wanted}))

    assert f'name="next" value="{wanted}"' in html
    assert log_in(client, ANNAS_PHONE, next=wanted)["Location"] == wanted


def test_a_wrong_pair_does_not_forget_where_to_go(anna, client):
    assert 'name="next" value="/agreement/"' in page(log_in(client, ANNAS_PHONE, "wrong", next="/agreement/"))


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "http:evil.example",
        "javascript:alert(1)",
        " //evil.example/",
        "/%09/evil.example/",
        "http://testserver@evil.example/",
        "data:text/html,x",
        "\x00",
        "/no-such-page/",
        LOGIN,
        reverse("accounts:logout"),
        reverse("accounts:registration-resend"),
        HOSTILE,
        "",
    ],
)
def test_it_leads_nowhere_else(anna, client, wanted):
    html = client.get(LOGIN, {"next": wanted}).content.decode()

    assert 'name="next" value="/"' in html
    assert log_in(client, ANNAS_PHONE, next=wanted)["Location"] == "/"


def test_a_blocked_resident_with_the_right_password_hears_why(anna, client):
    User.objects.update(blocked_at=NOW)

    response = log_in(client, ANNAS_PHONE)

    text = words(response)
    assert response.status_code == 403
    assert "Личный кабинет заблокирован" in text
    assert (
        "Разблокировать личный кабинет можно только, обратившись в Контакт-Центр по бесплатному номеру 8 800 100-39-00"
        in text
    )
    assert not is_logged_in(client)


def test_a_blocked_resident_with_a_wrong_password_hears_nothing_of_it(anna, client):
    User.objects.update(blocked_at=NOW)

    text = words(log_in(client, ANNAS_PHONE, "Smart2018"))

    assert WRONG_PAIR in text
    assert "заблокирован" not in text


def test_who_registered_here_and_has_not_confirmed_goes_on_to_the_code(client):
    register(client)

    assert log_in(client, NEW_PHONE)["Location"] == reverse("accounts:registration-confirm")


def test_who_registered_here_needs_his_password_for_that(client):
    register(client)

    assert WRONG_PAIR in words(log_in(client, NEW_PHONE, "Smart2018"))
    assert WRONG_PAIR in words(log_in(client, "+79261112244"))


def test_who_registered_elsewhere_hears_the_same_as_strangers(client):
    register(Client())

    assert WRONG_PAIR in words(log_in(client, NEW_PHONE))


def test_who_is_logged_in_is_led_on(anna_client):
    assert anna_client.get(LOGIN, {"next": "/agreement/"})["Location"] == "/agreement/"


def test_it_needs_a_token_of_its_page(anna):
    client = Client(enforce_csrf_checks=True)

    assert log_in(client, ANNAS_PHONE).status_code == 403
    assert not is_logged_in(client)


def test_it_is_kept_by_no_cache(client):
    assert "no-store" in client.get(LOGIN)["Cache-Control"]
