"""SMSC.ru: what is asked, what each documented answer means, and that a second try asks before it sends again."""

import time

import pytest
from django.db import OperationalError

from notifications import delivery
from notifications.channels import sms_http
from notifications.channels.base import NotDelivered, NotNow, Receipt, Refused, Report
from notifications.channels.sms_smsc import SmsSmsc
from notifications.messages import PROMOTION
from notifications.models import State
from safeguards import pace
from tests.clock import NOW
from tests.notifications.make import queue
from tests.notifications.provider import provider

pytestmark = pytest.mark.django_db
TAKEN = {"id": 7, "cnt": 1, "cost": "2.35", "balance": "100"}


def carrier(it, credentials="login:p%40ss", options="?rate=1000"):
    return SmsSmsc(f"smsc://{credentials}@{it.address}/{options}")


def test_it_asks_as_the_provider_says_and_keeps_number_and_price():
    message = queue(code="4821")
    with provider(TAKEN) as it:
        receipt = carrier(it, options="?sender=SMART&rate=1000").send(message)

    ((path, asked),) = it.requests
    assert path == "/sys/send.php"
    assert asked.pop("mes").startswith("Код 4821 для регистрации")
    assert asked == {
        "login": "login",
        "psw": "p@ss",
        "phones": "79161234567",
        "id": str(message.pk),
        "sender": "SMART",
        "cost": "3",
        "fmt": "3",
        "charset": "utf-8",
    }
    assert receipt == Receipt("smsc", str(message.pk), 235)


def test_an_api_key_needs_no_login():
    with provider(TAKEN) as it:
        carrier(it, credentials=":key").send(queue())

    assert it.sent[0]["apikey"] == "key"
    assert "psw" not in it.sent[0]


@pytest.mark.parametrize("code", [7, 8])
def test_a_phone_that_cannot_be_reached_is_refused_for_good(code):
    with provider({"error": "invalid number", "error_code": code}) as it, pytest.raises(Refused, match=f"error {code}"):
        carrier(it).send(queue())


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, 6, 9])
def test_other_errors_are_tried_again_later(code):
    said = {"error": "duplicate request, wait a minute", "error_code": code}
    with provider(said) as it, pytest.raises(NotDelivered) as raised:
        carrier(it).send(queue())

    assert not isinstance(raised.value, Refused)
    assert str(raised.value) == f"smsc: error {code}"


@pytest.mark.parametrize(
    ("answer", "said"),
    [(500, "HTTP 500"), ("<html>", "not JSON"), ("[]", "smsc: unexpected answer"), ({}, "error None")],
)
def test_nonsense_is_no_delivery(answer, said):
    with provider(answer) as it, pytest.raises(NotDelivered, match=said):
        carrier(it).send(queue())


def test_a_dead_line_is_no_delivery_and_says_neither_phone_nor_password():
    with pytest.raises(NotDelivered) as raised:
        SmsSmsc("smsc://login:secret@127.0.0.1:1/").send(queue())

    assert str(raised.value) == "ConnectError"


def test_a_second_try_sends_nothing_when_the_first_came_through():
    message = queue()
    message.attempts = 1
    with provider({"status": 0, "last_date": "20.11.2026 12:00:00"}) as it:
        receipt = carrier(it).send(message)

    assert [path for path, _ in it.requests] == ["/sys/status.php"]
    assert receipt == Receipt("smsc", str(message.pk))


def test_and_sends_when_the_provider_has_never_heard_of_it():
    message = queue()
    message.attempts = 1
    with provider({"status": -3, "error": "message not found"}, TAKEN) as it:
        carrier(it).send(message)

    assert len(it.sent) == 1


@pytest.mark.parametrize("code", [1, 2, 4, 9])
def test_a_question_that_is_refused_does_not_say_that_nothing_was_sent(code):
    message = queue()
    message.attempts = 1
    with provider({"error": "try later", "error_code": code}, TAKEN) as it, pytest.raises(NotDelivered):
        carrier(it).send(message)

    assert [path for path, _ in it.requests] == ["/sys/status.php"]


def test_reports_that_came_before_it_fell_silent_stand():
    messages = [queue(address=f"+7903{number:07}") for number in range(3)]
    with provider({"status": 1}, 500, {"status": 1}) as it:
        reports = carrier(it).reports(messages)

    assert reports == {messages[0].pk: Report(True, None)}
    assert len(it.requests) == 2


def test_saboteur_without_the_question_the_second_try_sends_twice(monkeypatch):
    monkeypatch.setattr(SmsSmsc, "_is_known", lambda self, message: False)
    message = queue()
    with provider(TAKEN) as it:
        for message.attempts in (0, 1):
            carrier(it).send(message)

    assert len(it.sent) == 2


@pytest.mark.parametrize(
    ("status", "has_arrived"),
    [
        (-3, None),
        (-1, None),
        (0, None),
        (1, True),
        (2, True),
        (4, True),
        (3, False),
        (20, False),
        (22, False),
        (25, False),
    ],
)
def test_statuses_become_reports(status, has_arrived):
    message = queue()
    with provider({"status": status, "cost": "1.5"}) as it:
        reports = carrier(it).reports([message])

    assert reports == {message.pk: Report(has_arrived, 150)}


def test_it_keeps_the_pace_that_the_address_names(monkeypatch):
    slept = []
    monkeypatch.setattr("notifications.channels.sms_http.time.sleep", slept.append)
    with provider(TAKEN) as it:
        slow = carrier(it, options="?rate=1")
        for _ in range(2):
            slow.send(queue())

    assert slept[0] == 0
    assert 0.5 < slept[1] <= 1


def line_of(number, rate=10):
    for _ in range(number):
        pace.turn("smsc", pause=1_000_000 // rate, ahead=10**12, now=time.time_ns() // 1000)


def test_a_code_stands_in_a_line_that_news_do_not_join(monkeypatch):
    monkeypatch.setattr(sms_http, "PATIENCE", 0)
    monkeypatch.setattr(sms_http, "AGAIN", 0)
    monkeypatch.setattr("notifications.channels.sms_http.time.sleep", lambda seconds: None)
    line_of(15)
    news = queue(PROMOTION, context={"text": "Без комиссии"})
    with provider(TAKEN) as it:
        with pytest.raises(NotNow):
            carrier(it, options="?rate=10").send(news)
        carrier(it, options="?rate=10").send(queue())

    assert len(it.sent) == 1


def test_a_stumble_of_the_database_is_a_turn_not_taken(monkeypatch):
    """Else it would end the batch, and what its other threads have sent would be sent once more."""

    def stumble(*args, **values):
        raise OperationalError

    monkeypatch.setattr(pace, "turn", stumble)
    with provider(TAKEN) as it, pytest.raises(NotNow):
        carrier(it).send(queue())

    assert not it.sent


def test_who_gets_no_turn_has_tried_nothing(monkeypatch, settings):
    monkeypatch.setattr(sms_http, "PATIENCE", 0)
    line_of(100)
    message = queue()
    with provider(TAKEN) as it:
        settings.SMS_URL = f"smsc://me:secret@{it.address}/?rate=10 smsru://KEY@{it.address}/"
        assert delivery.deliver_due(now=NOW, limit=1) == 0

    message.refresh_from_db()
    assert it.requests == []
    assert (message.state, message.attempts, message.claims, message.error) == (State.QUEUED, 0, 0, "")
