"""No page, status, header, cookie or amount of work tells whether a forgotten password's phone is known."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import confirmations, password_reset
from accounts.models import PasswordReset, User
from tests.accounts.make import NEW_PHONE, page, register, sms
from tests.accounts.password_steps import NEW, RESET, RESET_CONFIRM, forget, type_code
from tests.people import NOW

pytestmark = pytest.mark.django_db
UNCONFIRMED_PHONE = "+79261110067"
GUESS = "314159"


@pytest.fixture
def phones(anna, boris):
    """A resident's, a blocked one's, one whose registration waits for its code, and nobody's."""
    User.objects.filter(pk=boris.pk).update(blocked_at=NOW)
    with time_machine.travel(NOW - timedelta(hours=2)):
        register(Client(), UNCONFIRMED_PHONE)
    with time_machine.travel(NOW, tick=False):
        yield [anna.phone, boris.phone, UNCONFIRMED_PHONE, NEW_PHONE]


def answer(response, phone):
    """All that the reader of an answer can see, but for what is random and for the phone he typed."""
    cookies = {name: (morsel["max-age"], morsel["httponly"]) for name, morsel in response.cookies.items()}
    headers = {
        name: value for name, value in response.headers.items() if name not in {"Content-Length", "X-Request-ID"}
    }
    masked = f"{phone[:2]} {phone[2:5]} ***-**-{phone[10:]}"
    text = page(response).replace(phone, "PHONE").replace(masked, "MASKED")
    return response.status_code, headers, cookies, len(text), text


def forgetting(phone):
    """What a stranger sees who forgets that phone's password, guesses, and asks again."""
    client = Client()
    yield answer(client.get(RESET), phone)
    yield answer(forget(client, phone), phone)
    yield answer(client.get(RESET_CONFIRM), phone)
    for _ in range(6):
        yield answer(type_code(client, GUESS), phone)
    yield answer(client.get(RESET_CONFIRM), phone)
    yield answer(client.post(RESET_CONFIRM, {"resend": "1"}), phone)
    yield answer(client.get(RESET_CONFIRM), phone)
    yield answer(forget(client, phone), phone)
    yield answer(client.get(NEW), phone)
    yield answer(client.post(NEW, {"password": "Berezka2026", "password_again": "Berezka2026"}), phone)


def test_every_step_is_the_same_for_every_phone(monkeypatch, phones):
    monkeypatch.setattr(confirmations.secrets, "randbelow", lambda below: below - 1)

    resident, blocked, unconfirmed, unknown = [list(forgetting(phone)) for phone in phones]

    assert resident == unknown
    assert blocked == unknown
    assert unconfirmed == unknown


@pytest.mark.parametrize("which", [0, 1], ids=["resident", "blocked"])
def test_saboteur_a_phone_that_is_treated_apart_is_seen(monkeypatch, phones, which):
    def send_code(*, reset, ip, now):
        if User.objects.filter(phone=reset.phone).exists():
            usual(reset=reset, ip=ip, now=now)

    usual = password_reset.send_code
    monkeypatch.setattr(password_reset, "send_code", send_code)

    assert list(forgetting(phones[which])) != list(forgetting(phones[-1]))


@pytest.mark.parametrize("step", ["phone", "code"])
def test_every_phone_costs_the_same_hashes_and_queries(monkeypatch, phones, step):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))
    work = []
    # Counters that begin with this address are rows that the others need not insert.
    forget(Client(), "+79260000000")
    for phone in phones:
        client = Client()
        if step == "code":
            forget(client, phone)
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            forget(client, phone) if step == "phone" else type_code(client, GUESS)
        work.append((len(hashed), len(queries)))

    # The unconfirmed phone has its counters already: it was registered with.
    resident, blocked, _, unknown = work
    assert resident == blocked == unknown
    assert resident[0] == 0


def test_only_the_owner_learns_what_his_phone_is(phones):
    for phone in phones:
        forget(Client(), phone)

    resident, blocked, unconfirmed, unknown = [sms(phone)[-1] for phone in phones]
    assert "для нового пароля" in resident
    assert blocked == "Кабинет заблокирован. Контакт-Центр 8 800 100-39-00"
    assert unconfirmed == unknown == "Смарт Сервис: у этого номера нет личного кабинета. Зарегистрируйтесь."
    assert PasswordReset.objects.count() == 4


def test_an_inactive_person_hears_what_a_blocked_one_hears(anna):
    User.objects.update(is_active=False)

    forget(Client(), anna.phone)

    assert sms(anna.phone) == ["Кабинет заблокирован. Контакт-Центр 8 800 100-39-00"]


@pytest.mark.parametrize("which", [1, 2, 3], ids=["blocked", "unconfirmed", "unknown"])
def test_no_code_of_six_digits_ever_fits_them(phones, which):
    forget(Client(), phones[which])
    confirmation = confirmations.Confirmation.objects.latest("id")

    hmacs = {confirmations._code_hmac(confirmation, f"{code:06}") for code in range(0, 1_000_000, 97)}

    assert len(confirmation.code_hmac) == 64
    assert confirmation.code_hmac not in hmacs
