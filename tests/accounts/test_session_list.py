"""Page «Активные сеансы»: where one is logged in, and ending it from afar."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import active_sessions, sessions
from accounts.models import ResidentSession
from tests.accounts.make import LOGIN, LOGOUT, log_in, words
from tests.people import ANNAS_PHONE, BORISS_PHONE, NOW

pytestmark = pytest.mark.django_db
SESSIONS, END_OTHERS = reverse("accounts:session-list"), reverse("accounts:session-end-others")
EXTEND, CLOSED = reverse("accounts:session-extend"), reverse("billing:account-list")
MINUTE = timedelta(minutes=1)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1"


def browser(user_agent, phone=ANNAS_PHONE, ip="127.0.0.1"):
    """Somebody logged in with this browser, from this address."""
    client = Client(headers={"User-Agent": user_agent}, REMOTE_ADDR=ip)
    log_in(client, phone)
    return client


@pytest.fixture
def computer(anna):
    return browser(FIREFOX)


@pytest.fixture
def telephone(anna):
    return browser(IPHONE)


def end_of(client):
    return reverse("accounts:session-end", args=[client.session[sessions.RESIDENT_SESSION]])


def is_logged_in(client):
    return client.get(CLOSED).status_code == 200


def test_it_lists_devices_in_words_with_the_current_one_first(computer, telephone):
    text = words(computer.get(SESSIONS))

    assert "Активные сеансы" in text
    assert text.index("Firefox, Windows") < text.index("текущий") < text.index("Safari, iPhone")
    assert text.count("текущий") == 1
    assert "20.11.2026 12:00" in text


def test_it_tells_his_own_network_from_another_without_a_whole_address(anna):
    home, away = browser(FIREFOX, ip="203.0.113.7"), browser(IPHONE, ip="198.51.100.200")
    browser("curl/8.5.0", ip="203.0.113.99")

    text = words(home.get(SESSIONS))

    assert text.count("та же сеть, что у Вас сейчас") == 2
    assert "iPhone другая сеть: 198.51.100.*" in text
    assert "iPhone текущий та же сеть" in words(away.get(SESSIONS))
    assert not ResidentSession.objects.filter(network__regex="7$|200$|99$").exists()


def test_two_that_look_alike_differ_by_the_time_of_login_and_his_own_says_so(computer):
    with time_machine.travel(NOW + 5 * MINUTE, tick=False):
        browser(FIREFOX)
        text = words(computer.get(SESSIONS))

    assert "Firefox, Windows текущий та же сеть, что у Вас сейчас 20.11.2026 12:00" in text
    assert "Firefox, Windows та же сеть, что у Вас сейчас 20.11.2026 12:05" in text
    assert text.count("Вы сейчас здесь") == 1


def test_alone_there_is_nothing_to_end(computer):
    html = computer.get(SESSIONS).content.decode()

    assert "Завершить" not in html


def test_the_last_use_goes_on_once_a_minute(computer, telephone):
    with time_machine.travel(NOW + 5 * MINUTE, tick=False):
        telephone.get(CLOSED)
        text = words(computer.get(SESSIONS))

    assert "сейчас 20.11.2026 12:00 20.11.2026 12:05" in text
    assert {row.seen_at for row in ResidentSession.objects.all()} == {NOW + 5 * MINUTE}


def test_one_is_ended_and_refused_at_its_next_request(computer, telephone):
    response = computer.post(end_of(telephone), follow=True)

    assert "Сеанс завершён: Safari, iPhone, вход 20.11.2026 12:00." in words(response)
    assert telephone.get(CLOSED)["Location"] == f"{LOGIN}?next=%2Faccounts%2F&ended=elsewhere"
    assert "_auth_user_id" not in telephone.session
    assert is_logged_in(computer)


def test_saboteur_without_the_look_at_the_list_it_would_go_on(computer, telephone, monkeypatch):
    monkeypatch.setattr(active_sessions, "is_ended", lambda **_: False)

    computer.post(end_of(telephone))

    assert is_logged_in(telephone)


def test_the_login_page_says_why(computer, telephone):
    computer.post(end_of(telephone))

    text = words(telephone.get(CLOSED, follow=True))

    assert "Сеанс завершён. Войдите, чтобы продолжить." in text
    assert "Вас долго не было" not in text


def test_an_ended_session_cannot_post_either(computer, telephone):
    computer.post(end_of(telephone))

    telephone.post(END_OTHERS)

    assert is_logged_in(computer)


def test_an_open_page_is_shown_as_to_any_visitor(computer, telephone):
    computer.post(end_of(telephone))

    text = words(telephone.get(reverse("agreement")))

    assert "Здравствуйте" not in text


def test_all_the_others_are_ended_at_once(computer, telephone):
    others = [telephone, browser(IPHONE), browser("curl/8.5.0")]

    response = computer.post(END_OTHERS, follow=True)

    text = words(response)
    assert "Все сеансы, кроме текущего, завершены." in text
    assert "Safari, iPhone" not in text
    assert not any(map(is_logged_in, others))
    assert is_logged_in(computer)


def test_others_of_a_session_without_a_place_are_all(anna, anna_client, telephone):
    anna_client.post(END_OTHERS)

    assert not is_logged_in(telephone)


def test_who_logs_out_leaves_the_list(computer, telephone):
    telephone.post(LOGOUT)

    assert "iPhone" not in words(computer.get(SESSIONS))


def test_who_was_away_too_long_is_not_in_the_list(computer, telephone):
    for minutes in (10, 14):
        with time_machine.travel(NOW + minutes * MINUTE, tick=False):
            computer.get(CLOSED)

    with time_machine.travel(NOW + 20 * MINUTE, tick=False):
        text = words(computer.get(SESSIONS))

    assert "iPhone" not in text
    assert "Firefox" in text


def test_logging_in_twice_in_one_browser_is_one_session(computer, boris):
    log_in(computer, BORISS_PHONE)
    computer.post(LOGIN, {})

    computer.post(LOGOUT)
    log_in(computer, ANNAS_PHONE)

    assert words(computer.get(SESSIONS)).count("Firefox") == 1


def test_it_goes_on_for_who_says_that_he_is_here(computer):
    with time_machine.travel(NOW + 13 * MINUTE, tick=False):
        assert computer.post(EXTEND).status_code == 204

    with time_machine.travel(NOW + 27 * MINUTE, tick=False):
        assert is_logged_in(computer)


def test_saying_so_too_late_leads_to_the_login_page(computer):
    with time_machine.travel(NOW + 16 * MINUTE, tick=False):
        response = computer.post(EXTEND)

    assert response["Location"].startswith(LOGIN)


def test_pages_of_who_is_logged_in_know_when_to_warn(computer):
    assert 'data-ends-in="840"' in computer.get(CLOSED).content.decode()
    assert "data-ends-in" not in Client().get(reverse("agreement")).content.decode()


def test_a_session_planted_without_a_place_is_refused(anna_client):
    anna_client.get(CLOSED)
    session = anna_client.session
    del session[sessions.RESIDENT_SESSION]
    session.save()

    assert not is_logged_in(anna_client)


def test_a_place_of_somebody_else_is_refused(computer, boris_client):
    boris_client.get(CLOSED)
    session = boris_client.session
    session[sessions.RESIDENT_SESSION] = computer.session[sessions.RESIDENT_SESSION]
    del session[sessions.CHECKED_VERSION]
    session.save()

    assert not is_logged_in(boris_client)


def test_a_stranger_sees_and_ends_nothing_of_hers(computer, boris_client):
    assert "Firefox" not in words(boris_client.get(SESSIONS))
    assert boris_client.post(end_of(computer)).status_code == 404
    boris_client.post(END_OTHERS)

    assert is_logged_in(computer)


def test_ending_twice_is_not_found(computer, telephone):
    address = end_of(telephone)
    computer.post(address)

    assert computer.post(address).status_code == 404


@pytest.mark.parametrize("path", [SESSIONS, END_OTHERS])
def test_only_the_list_can_be_got(computer, path):
    assert computer.get(path).status_code == (200 if path == SESSIONS else 405)


def test_what_a_browser_writes_of_itself_is_not_shown(anna):
    client = browser("<script>alert(1)</script>" * 50)

    html = client.get(SESSIONS).content.decode()

    assert "<script>alert" not in html
    assert "Неизвестное устройство" in html


def test_other_pages_ask_nothing_more_for_it(computer, django_assert_num_queries):
    computer.get(CLOSED)

    with django_assert_num_queries(2):
        computer.get(reverse("accounts:password-change"))


def test_after_an_ending_each_of_the_rest_looks_once(computer, telephone, django_assert_num_queries):
    third = browser(IPHONE)
    computer.post(end_of(telephone))
    third.get(CLOSED)

    with django_assert_num_queries(2):
        third.get(reverse("accounts:password-change"))
