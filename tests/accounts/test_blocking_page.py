"""Page «Блокировка»: the words of the manual, the code, every way of typing it wrong, and the door that closes."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import active_sessions, confirmations
from accounts.middleware import end_idle_session
from accounts.models import BlockEvent, Confirmation, User
from tests.accounts.make import LOGIN, code_sent_to, log_in, sms, words, wrong
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db
BLOCKING, BLOCKED = reverse("accounts:blocking"), reverse("accounts:blocked")
CLOSED = reverse("billing:account-list")


@pytest.fixture
def client(anna):
    """Anna's browser, logged in as people do."""
    browser = Client()
    log_in(browser, ANNAS_PHONE)
    return browser


def ask_code(client):
    return client.post(BLOCKING, {"resend": "1"}, follow=True)


def block(client, code=None):
    return client.post(BLOCKING, {"code": code or code_sent_to(ANNAS_PHONE, 6)})


def test_it_says_what_the_manual_says(client):
    text = words(client.get(BLOCKING))

    assert "Заблокируйте свой аккаунт при подозрении на мошенничество." in text
    assert "Разблокировать аккаунт можно будет через оператора Контакт-Центра." in text
    assert "Сообщения о новых счетах по e-mail и SMS приходить не будут" in text
    assert "только, обратившись в Контакт-Центр по бесплатному номеру 8 800 100-39-00" in text
    assert "Нажмите кнопку «Получить одноразовый пароль»" in text
    assert "+7 916 ***-**-67" in text


def test_looking_at_it_sends_nothing(client):
    client.get(BLOCKING)

    assert not Confirmation.objects.exists()
    assert sms(ANNAS_PHONE) == []


def test_the_button_sends_the_code_and_the_field_appears(client):
    assert "Заблокировать</button>" not in client.get(BLOCKING).content.decode()

    html = ask_code(client).content.decode()

    assert "для блокировки" in sms(ANNAS_PHONE)[-1]
    assert 'name="code"' in html
    assert 'class="button button-danger">Заблокировать</button>' in html
    assert "Внимание! Введите одноразовый пароль. Если пароль не пришёл" in words(client.get(BLOCKING))


def test_loading_the_page_again_sends_no_second_sms(client):
    ask_code(client)
    client.get(BLOCKING)

    assert len(sms(ANNAS_PHONE)) == 1


def test_a_second_request_within_its_minute_is_told_to_wait(client):
    ask_code(client)

    text = words(ask_code(client))

    assert "Новый пароль можно получить через" in text
    assert len(sms(ANNAS_PHONE)) == 1


def test_the_right_code_closes_the_cabinet_and_this_session(client, anna):
    ask_code(client)

    response = block(client)

    anna.refresh_from_db()
    event = BlockEvent.objects.get()
    assert (response.status_code, response["Location"]) == (302, BLOCKED)
    assert anna.blocked_at is not None
    assert (event.source, event.ip) == ("CABINET", "127.0.0.1")
    assert "_auth_user_id" not in client.session


def test_the_page_that_follows_has_the_phone(client):
    ask_code(client)

    text = words(client.post(BLOCKING, {"code": code_sent_to(ANNAS_PHONE, 6)}, follow=True))

    assert "Личный кабинет заблокирован" in text
    assert "8 800 100-39-00" in text
    assert "Здравствуйте" not in text


@pytest.mark.parametrize("code", ["", "12345", "1234567", "абвгде"])
def test_a_code_of_another_shape_costs_no_try(client, code):
    ask_code(client)

    response = client.post(BLOCKING, {"code": code})

    assert "<title>Ошибка: " in response.content.decode()
    assert Confirmation.objects.get().tries == 0


def test_spaces_in_the_code_are_forgiven(client, anna):
    ask_code(client)
    code = code_sent_to(ANNAS_PHONE, 6)

    block(client, f" {code[:3]} {code[3:]} ")

    anna.refresh_from_db()
    assert anna.blocked_at


def test_a_wrong_code_blocks_nothing_and_never_comes_back(client, anna):
    ask_code(client)
    guess = wrong(code_sent_to(ANNAS_PHONE, 6))

    for left in (4, 3, 2, 1):
        text = words(block(client, guess))
        assert f"Неверный код из SMS. Осталось попыток: {left}" in text
    response = block(client, guess)

    anna.refresh_from_db()
    assert "Попытки закончились. Получите новый пароль" in words(response)
    assert "Получить одноразовый пароль" in words(response)
    assert 'name="code"' not in response.content.decode()
    assert guess not in response.content.decode()
    assert anna.blocked_at is None


def test_a_code_out_of_time_is_said_so(client, anna):
    ask_code(client)
    code = code_sent_to(ANNAS_PHONE, 6)

    with time_machine.travel(NOW + 11 * confirmations.MINUTE):
        text = words(client.post(BLOCKING, {"code": code}))

    anna.refresh_from_db()
    assert "Пароль больше не действует. Получите новый" in text
    assert anna.blocked_at is None


def test_while_no_code_can_be_had_it_names_the_way_without_one(client):
    for minute in range(3):
        with time_machine.travel(NOW + 2 * minute * confirmations.MINUTE):
            assert "откройте ссылку из SMS с кодом" not in words(ask_code(client))
    with time_machine.travel(NOW + 4 * confirmations.MINUTE):
        Confirmation.objects.all().delete()
        text = words(client.get(BLOCKING))

    assert "Новое SMS можно получить через" in text
    assert "откройте ссылку из SMS с кодом, которое пришло за последние сутки" in text


def test_the_next_request_of_every_session_is_refused(client, anna):
    others = [Client() for _ in range(5)]
    for other in others:
        log_in(other, ANNAS_PHONE)
        assert other.get(CLOSED).status_code == 200
    ask_code(client)

    block(client)

    for other in others:
        response = other.get(CLOSED)
        assert response.status_code == 403
        assert "Личный кабинет заблокирован" in words(response)
        assert "_auth_user_id" not in other.session
        assert other.get(CLOSED)["Location"].startswith(LOGIN)


def test_saboteur_without_the_look_at_the_person_the_others_would_go_on(client, anna, settings):
    other = Client()
    log_in(other, ANNAS_PHONE)
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith(end_idle_session.__name__)]
    careless = Client()
    careless.cookies = other.cookies
    User.objects.update(blocked_at=NOW)

    assert careless.get(CLOSED).status_code == 200


def test_a_session_that_slept_through_it_is_dead_after_opening(client, anna):
    sleeper = Client()
    log_in(sleeper, ANNAS_PHONE)
    ask_code(client)
    block(client)
    User.objects.update(blocked_at=None)

    response = sleeper.get(CLOSED)

    assert response["Location"].startswith(LOGIN)


def test_saboteur_without_ending_the_rows_the_sleeper_would_wake_up(client, anna, monkeypatch):
    monkeypatch.setattr(active_sessions, "end_all", lambda **_: None)
    sleeper = Client()
    log_in(sleeper, ANNAS_PHONE)
    ask_code(client)
    block(client)
    User.objects.update(blocked_at=None)

    assert sleeper.get(CLOSED).status_code == 200


def test_who_logs_in_again_is_told_what_to_do(client):
    ask_code(client)
    block(client)

    response = log_in(Client(), ANNAS_PHONE)

    assert response.status_code == 403
    assert "Разблокировать личный кабинет можно только, обратившись в Контакт-Центр" in words(response)


def test_a_stranger_cannot_use_her_code(client, anna, boris_client, boris):
    ask_code(client)

    response = boris_client.post(BLOCKING, {"code": code_sent_to(ANNAS_PHONE, 6)})

    anna.refresh_from_db()
    boris.refresh_from_db()
    assert "Пароль больше не действует" in words(response)
    assert anna.blocked_at is None
    assert boris.blocked_at is None


def test_it_needs_a_token_of_its_page(anna):
    client = Client(enforce_csrf_checks=True)
    client.force_login(anna)

    assert client.post(BLOCKING, {"resend": "1"}).status_code == 403


def test_it_is_kept_by_no_cache_and_closed_to_visitors(client):
    assert "no-store" in client.get(BLOCKING)["Cache-Control"]
    assert Client().get(BLOCKING)["Location"].startswith(LOGIN)


def test_the_menu_leads_here(client):
    html = client.get(CLOSED).content.decode()

    assert f'href="{BLOCKING}"' in html
    assert f'href="{reverse("accounts:session-list")}"' in html


def test_the_page_of_a_blocked_cabinet_is_open_to_all_and_names_nobody(anna):
    User.objects.update(blocked_at=NOW)

    response = Client().get(BLOCKED)

    assert response.status_code == 200
    assert anna.masked_phone not in words(response)
    assert anna.first_name not in words(response)
