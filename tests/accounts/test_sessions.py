"""Sessions end after 15 minutes of nothing, after 12 hours of anything, and at once for the blocked."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.make import LOGIN, LOGOUT, log_in, page, words
from tests.people import ANNAS_PHONE, BORISS_PHONE, NOW

pytestmark = pytest.mark.django_db
CLOSED, OPEN = reverse("billing:account-list"), reverse("agreement")
MINUTE = timedelta(minutes=1)
NOTICE = "Вас долго не было"


@pytest.fixture
def client(anna):
    """Anna's browser, logged in at NOW."""
    browser = Client()
    with time_machine.travel(NOW, tick=False):
        log_in(browser, ANNAS_PHONE)
    return browser


def ask(client, minutes, path=CLOSED, method="get", **more):
    with time_machine.travel(NOW + minutes * MINUTE, tick=False):
        return getattr(client, method)(path, **more)


def is_logged_in(client):
    return "_auth_user_id" in client.session


def test_within_fifteen_minutes_it_goes_on(client):
    for minutes in range(14, 200, 14):
        assert ask(client, minutes).status_code == 200


def test_after_fifteen_minutes_of_nothing_it_ends(client):
    ask(client, 5)

    response = ask(client, 20)

    assert response["Location"] == f"{LOGIN}?next=%2Faccounts%2F&ended=1"
    assert not is_logged_in(client)


def test_the_login_page_says_why_and_leads_back(client):
    response = ask(client, 20, f"{CLOSED}?page=2", follow=True)

    assert NOTICE in words(response)
    assert f'name="next" value="{CLOSED}?page=2"' in page(response)
    assert log_in(client, ANNAS_PHONE, next=f"{CLOSED}?page=2")["Location"] == f"{CLOSED}?page=2"


def test_a_first_visit_to_the_login_page_says_nothing_of_it(client):
    assert NOTICE not in words(Client().get(LOGIN))


def test_after_twelve_hours_it_ends_however_busy_it_was(client):
    for minutes in range(14, 12 * 60, 14):
        assert ask(client, minutes).status_code == 200

    assert ask(client, 12 * 60)["Location"].startswith(LOGIN)


def test_requests_of_every_second_write_the_session_once_a_minute(client):
    ask(client, 2)
    for second in range(1, 59, 7):
        ask(client, 2 + second / 60)

    assert client.session["seen_at"] == (NOW + 2 * MINUTE).timestamp()


@pytest.mark.parametrize(
    "referer, way_back",
    [
        ("http://testserver/bills/?page=2", "%2Fbills%2F%3Fpage%3D2"),
        ("https://evil.example/bills/", "%2F"),
        ("", "%2F"),
        ("javascript:alert(1)", "%2F"),
    ],
)
def test_an_ended_session_leads_a_post_back_to_the_page_it_came_from(client, referer, way_back):
    response = ask(client, 20, CLOSED, "post", headers={"Referer": referer})

    assert response["Location"] == f"{LOGIN}?next={way_back}&ended=1"


def test_a_form_whose_session_is_gone_altogether_leads_there_too(client):
    client.cookies.clear()
    others = reverse("accounts:session-end-others")

    response = ask(client, 1, others, "post", headers={"Referer": f"http://testserver{CLOSED}"})

    assert response["Location"] == f"{LOGIN}?next=%2Faccounts%2F&ended=elsewhere"


def test_an_open_page_is_shown_as_to_any_visitor(client):
    response = ask(client, 20, OPEN)

    assert response.status_code == 200
    assert "Здравствуйте" not in words(response)
    assert not is_logged_in(client)


def test_who_logs_out_too_late_is_logged_out(client):
    assert ask(client, 20, LOGOUT, "post")["Location"] == "/"


def test_who_logs_in_again_in_another_tab_goes_on(client, boris):
    with time_machine.travel(NOW + 20 * MINUTE):
        log_in(client, BORISS_PHONE)

    assert client.session["_auth_user_id"] == str(boris.pk)


def test_a_page_that_does_not_exist_does_not_keep_it_alive(client):
    ask(client, 10, "/no-such-page/")

    assert ask(client, 16)["Location"].startswith(LOGIN)


def test_an_idle_session_on_one_device_does_not_live_by_another(client):
    other = Client()
    with time_machine.travel(NOW, tick=False):
        log_in(other, ANNAS_PHONE)
    for minutes in range(5, 21, 5):
        ask(other, minutes)

    assert ask(client, 20)["Location"].startswith(LOGIN)
    assert ask(other, 20).status_code == 200


def test_a_blocked_resident_is_out_at_his_next_request(client):
    User.objects.update(blocked_at=NOW)

    response = ask(client, 1)

    assert response.status_code == 403
    assert "Личный кабинет заблокирован" in words(response)
    assert not is_logged_in(client)
    assert ask(client, 1, OPEN).status_code == 200


def test_an_inactive_resident_is_out_at_his_next_request(client):
    User.objects.update(is_active=False)

    assert ask(client, 1)["Location"].startswith(LOGIN)
    assert not is_logged_in(client)


def test_a_changed_password_ends_the_other_sessions(client, anna):
    anna.set_password("Drugoy2017")
    anna.save()

    assert ask(client, 1)["Location"].startswith(LOGIN)


def test_a_session_that_the_test_client_made_has_its_times_as_well(anna_client):
    anna_client.get(CLOSED)

    assert {"began_at", "seen_at"} <= set(anna_client.session.keys())


def test_the_key_of_a_session_is_new_at_every_login(client):
    keys = set()
    for _ in range(3):
        log_in(client, ANNAS_PHONE)
        keys.add(client.session.session_key)
        client.post(LOGOUT)

    assert len(keys) == 3


def test_a_key_that_no_database_can_hold_is_nobodys_session(settings):
    stranger = Client(headers={"Cookie": f'{settings.SESSION_COOKIE_NAME}="\\000aaaaaaaa"'})

    assert stranger.get(OPEN).status_code == 200
    assert stranger.get(CLOSED)["Location"].startswith(LOGIN)
