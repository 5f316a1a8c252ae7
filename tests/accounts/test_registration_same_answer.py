"""No page, status, header, cookie or amount of work tells whether a phone is registered."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import confirmations, registration
from accounts.models import PendingRegistration, User
from accounts.phones import masked
from tests.accounts.make import CANCEL, CONFIRM, NEW_PHONE, RESEND, log_in, page, register, sms
from tests.people import NOW

pytestmark = pytest.mark.django_db
UNCONFIRMED_PHONE = "+79261110000"


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
    return (
        response.status_code,
        headers,
        cookies,
        page(response).replace(phone, "PHONE").replace(masked(phone), "PHONE"),
    )


def registering(phone):
    """What a stranger sees who registers with that phone, guesses, asks again and gives up."""
    client = Client()
    yield answer(register(client, phone), phone)
    yield answer(client.get(CONFIRM), phone)
    for _ in range(6):
        yield answer(client.post(CONFIRM, {"code": "1234"}), phone)
    yield answer(client.get(CONFIRM), phone)
    yield answer(client.post(RESEND), phone)
    yield answer(client.get(CONFIRM), phone)
    yield answer(client.post(CANCEL), phone)
    yield answer(client.get(CONFIRM), phone)


def guessing(phone):
    """What he sees who tries to log in with it."""
    client = Client()
    for _ in range(11):
        yield answer(log_in(client, phone, "Chuzhoy2017"), phone)


@pytest.mark.parametrize("journey", [registering, guessing])
def test_every_step_is_the_same_for_every_phone(monkeypatch, phones, journey):
    monkeypatch.setattr(confirmations.secrets, "randbelow", lambda below: below - 1)

    resident, blocked, unconfirmed, unknown = [list(journey(phone)) for phone in phones]

    assert resident == unknown
    assert blocked == unknown
    assert unconfirmed == unknown


def test_saboteur_a_known_phone_that_is_treated_apart_is_seen(monkeypatch, phones):
    def send_code(*, pending, ip, now):
        if not User.objects.filter(phone=pending.phone).exists():
            confirmed(pending=pending, ip=ip, now=now)

    confirmed = registration.send_code
    monkeypatch.setattr(registration, "send_code", send_code)

    assert list(registering(phones[0])) != list(registering(phones[-1]))


@pytest.mark.parametrize("deed", [register, lambda client, phone: log_in(client, phone, "Chuzhoy2017")])
def test_every_phone_costs_the_same_hashes_and_queries(monkeypatch, phones, deed):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))
    work = []
    # Counters that begin with this address are rows that the others need not insert.
    deed(Client(), "+79260000000")
    for phone in (phones[0], phones[1], phones[-1]):
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            deed(Client(), phone)
        work.append((len(hashed), len(queries)))

    assert work[0][0] == 1
    assert len(set(work)) == 1


def test_only_the_owner_of_a_known_phone_learns_that_it_is_known(phones):
    for phone in phones:
        register(Client(), phone)

    assert [("уже зарегистрирован" in sms(phone)[-1]) for phone in phones] == [True, True, False, False]
    assert PendingRegistration.objects.count() == 5


def test_no_code_of_four_digits_ever_fits_a_known_phone(phones):
    client = Client()
    register(client, phones[0])
    confirmation = confirmations.Confirmation.objects.latest("id")

    hmacs = {confirmations._code_hmac(confirmation, f"{code:04}") for code in range(10_000)}

    assert confirmation.code_hmac not in hmacs


def test_the_owner_is_told_as_rarely_as_codes_are_sent(phones):
    client = Client()
    for minute in range(60):
        with time_machine.travel(NOW + timedelta(minutes=minute), tick=False):
            register(client, phones[0])

    assert len(sms(phones[0])) == 10
