"""A wrong password is answered byte for byte the same for every phone, with the same hashing and the same queries."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import entry
from accounts.models import User
from tests.accounts.make import LOGIN, NEW_PHONE, log_in, page, register
from tests.people import NOW

pytestmark = pytest.mark.django_db
UNCONFIRMED_PHONE = "+79261110067"
FAILURES = 7


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
    return response.status_code, headers, cookies, page(response).replace(phone, "PHONE")


def failing(phone):
    """What a stranger sees who guesses at this phone until the picture comes, and on."""
    client = Client()
    yield answer(client.get(LOGIN), phone)
    for _ in range(FAILURES):
        yield answer(log_in(client, phone, "Chuzhoy2017"), phone)


def test_every_failure_is_the_same_for_every_phone(phones):
    resident, blocked, unconfirmed, unknown = [list(failing(phone)) for phone in phones]

    assert resident == unknown
    assert blocked == unknown
    assert unconfirmed == unknown
    assert "Неверный номер телефона или пароль" in unknown[1][3]


def test_every_phone_costs_one_hash_and_the_same_queries(monkeypatch, phones):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))
    work = []
    # Counters that begin with this address are rows that the others need not insert.
    log_in(Client(), "+79260000000", "Chuzhoy2017")
    for phone in phones:
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            log_in(Client(), phone, "Chuzhoy2017")
        work.append((len(hashed), len(queries)))

    assert work == [work[0]] * 4
    assert work[0][0] == 1


def test_saboteur_a_blocked_cabinet_that_is_told_before_the_password_is_seen(monkeypatch, phones):
    usual = entry.let_in

    def let_in(*, phone, **rest):
        if User.objects.filter(phone=phone, blocked_at__isnull=False).exists():
            raise entry.CabinetBlocked
        return usual(phone=phone, **rest)

    monkeypatch.setattr(entry, "let_in", let_in)

    assert list(failing(phones[1])) != list(failing(phones[3]))
