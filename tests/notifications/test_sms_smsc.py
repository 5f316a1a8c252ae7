"""SMSC.ru: what is asked, what each documented answer means, and that a second try asks before it sends again."""

import pytest

from notifications.channels.base import NotDelivered, Receipt, Refused, Report
from notifications.channels.sms_smsc import SmsSmsc
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


def test_it_keeps_the_pace_that_the_address_names():
    with provider(TAKEN) as it:
        slow = carrier(it, options="?rate=20")
        turns = [slow.pace.next_turn]
        for _ in range(3):
            slow.send(queue())
            turns.append(slow.pace.next_turn)

    assert turns[3] - turns[1] >= 0.099
