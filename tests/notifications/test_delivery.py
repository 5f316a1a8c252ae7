"""The way out: one worker a message, nothing late, no secret left behind, back-off when the line is dead."""

import threading
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from notifications import claims, delivery
from notifications.channels import choice
from notifications.messages import PHONE_ALREADY_REGISTERED
from notifications.models import Message, State
from tests.clock import NOW
from tests.notifications.make import Carrier, queue

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def again(after: timedelta) -> int:
    return delivery.deliver_due(now=NOW + after)


def test_it_sends_what_is_due_and_counts_it(carrier: Carrier) -> None:
    queue(code="1111")
    queue(code="2222")

    sent = delivery.deliver_due(now=NOW)

    assert sent == 2
    assert [text[4:8] for text in carrier.texts] == ["1111", "2222"]
    assert {message.state for message in Message.objects.all()} == {State.SENT}


def test_it_notes_when_and_wipes_the_secret(carrier: Carrier) -> None:
    message = queue()

    delivery.deliver_due(now=NOW)

    message.refresh_from_db()
    assert message.state == State.SENT
    assert NOW <= message.sent_at < NOW + timedelta(seconds=5)
    assert (message.secret_text, message.text, message.full_text()) == (None, "", "")
    assert (message.lease_until, message.attempts, message.error) == (None, 1, "")


def test_it_keeps_a_text_that_is_no_secret(carrier: Carrier) -> None:
    message = queue(PHONE_ALREADY_REGISTERED, context={})

    delivery.deliver_due(now=NOW)

    message.refresh_from_db()
    assert "номер уже зарегистрирован" in message.text


def test_with_the_wipe_off_the_database_itself_refuses(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "_wiped", dict)
    queue()

    with pytest.raises(IntegrityError), transaction.atomic():
        delivery.deliver_due(now=NOW)

    assert Message.objects.get().secret_text is not None


def test_it_leaves_what_is_not_due(carrier: Carrier) -> None:
    queue(now=NOW + MINUTE)

    assert delivery.deliver_due(now=NOW) == 0
    assert delivery.deliver_due(now=NOW + MINUTE) == 1


def test_it_sends_a_message_once(carrier: Carrier) -> None:
    queue()

    assert [delivery.deliver_due(now=NOW) for _ in range(3)] == [1, 0, 0]


def test_it_stops_at_its_limit(carrier: Carrier) -> None:
    for _ in range(3):
        queue()

    assert delivery.deliver_due(now=NOW, limit=2) == 2
    assert Message.objects.waiting().count() == 1


def test_it_begins_no_message_when_told_to_stop(carrier: Carrier) -> None:
    for _ in range(3):
        queue()

    sent = delivery.deliver_due(now=NOW, is_stopping=lambda: len(carrier.texts) == 1)

    assert sent == 1
    assert {message.state for message in Message.objects.waiting()} == {State.QUEUED}


# --- expiry ---------------------------------------------------------------------------------------------------------
def test_it_drops_an_expired_code_instead_of_sending_it_late(carrier: Carrier) -> None:
    message = queue(expires_at=NOW + 10 * MINUTE)

    sent = again(10 * MINUTE)

    message.refresh_from_db()
    assert (sent, carrier.texts) == (0, [])
    assert (message.state, message.secret_text, message.sent_at) == (State.DROPPED, None, None)


def test_it_sends_a_code_up_to_its_last_second(carrier: Carrier) -> None:
    queue(expires_at=NOW + 10 * MINUTE)

    assert again(10 * MINUTE - timedelta(seconds=5)) == 1


def test_with_the_expiry_check_off_a_dead_code_arrives(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "_is_expired", lambda message, now: False)
    queue(expires_at=NOW + 10 * MINUTE)

    assert again(60 * MINUTE) == 1


def test_it_reckons_expiry_from_the_moment_of_sending_in_a_long_run(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(0, 10_000, 4))
    monkeypatch.setattr(delivery, "BATCH_TAKES", 10_000)
    monkeypatch.setattr(delivery.time, "monotonic", lambda: float(next(seconds)))
    for _ in range(10):
        queue(expires_at=NOW + MINUTE)

    delivery.deliver_due(now=NOW)

    assert 0 < len(carrier.texts) < 10
    assert Message.objects.filter(state=State.DROPPED).count() == 10 - len(carrier.texts)


# --- failures -------------------------------------------------------------------------------------------------------
def test_who_was_in_the_hands_of_a_killed_worker_with_others_loses_no_attempt(carrier: Carrier) -> None:
    carrier.before = killed
    for _ in range(3):
        queue()
    for death in range(10):
        with pytest.raises(KeyboardInterrupt):
            again(death * MINUTE)
    carrier.before = lambda message: None

    assert again(timedelta(hours=1)) == 3


def test_it_tries_again_after_growing_pauses_and_gives_up_at_last(carrier: Carrier) -> None:
    carrier.fails = 100
    message = queue()
    pauses: list[timedelta] = []

    moment = NOW
    while message.state == State.QUEUED:
        delivery.deliver_due(now=moment)
        message.refresh_from_db()
        pauses.append(message.due_at - moment)
        moment = message.due_at

    assert [round(pause.total_seconds()) for pause in pauses[:-1]] == [5, 30, 120, 600, 3600, 10800]
    assert (message.state, message.attempts, message.secret_text) == (State.FAILED, len(delivery.PAUSES) + 1, None)
    assert message.error == "no line"


def test_it_sends_when_the_line_is_back(carrier: Carrier) -> None:
    carrier.fails = 2
    message = queue()

    results = [again(timedelta(seconds=seconds)) for seconds in (0, 10, 60)]

    message.refresh_from_db()
    assert results == [0, 0, 1]
    assert (message.state, message.error, message.attempts) == (State.SENT, "", 3)


def test_it_does_not_try_before_the_pause_is_over(carrier: Carrier) -> None:
    carrier.fails = 1
    queue()

    assert [delivery.deliver_due(now=NOW), again(timedelta(seconds=4))] == [0, 0]
    assert carrier.texts == []


def test_a_failed_code_is_wiped_the_moment_it_expires(carrier: Carrier) -> None:
    carrier.fails = 100
    message = queue(expires_at=NOW + 3 * MINUTE)

    for seconds in (0, 10, 60, 180):
        again(timedelta(seconds=seconds))

    message.refresh_from_db()
    assert (message.state, message.secret_text) == (State.DROPPED, None)


def test_one_message_nobody_can_send_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, carrier: Carrier
) -> None:
    def stumble(message: Message) -> None:
        if message.key == "poison":
            raise UnicodeError("code 4821 to +79161234567")

    carrier.before = stumble
    queue(key="poison")
    queue(code="2222")

    assert delivery.deliver_due(now=NOW) == 1
    assert Message.objects.get(key="poison").error == "UnicodeError"


def test_a_text_whose_key_is_lost_fails_alone(carrier: Carrier, settings: Any) -> None:
    queue(key="old")
    settings.FIELD_KEYS = "k2:" + "B" * 43 + "="
    queue(key="new")

    assert delivery.deliver_due(now=NOW) == 1
    assert Message.objects.get(key="old").error == "Unreadable"


def test_it_logs_neither_text_nor_address(carrier: Carrier, caplog: pytest.LogCaptureFixture) -> None:
    carrier.fails = 1
    message = queue(code="4821")

    delivery.deliver_due(now=NOW)

    logged = caplog.text.replace(str(message.uuid), "")
    assert "attempt 1" in logged
    assert "4821" not in logged
    assert "9161234567" not in logged


# --- leases ---------------------------------------------------------------------------------------------------------
def killed(message: Message) -> None:
    raise KeyboardInterrupt


def test_a_message_of_a_killed_worker_is_sent_when_its_lease_is_over(carrier: Carrier) -> None:
    carrier.before = killed
    message = queue()
    with pytest.raises(KeyboardInterrupt):
        delivery.deliver_due(now=NOW)
    carrier.before = lambda message: None

    too_early = again(claims.LEASE - timedelta(seconds=5))
    in_time = again(claims.LEASE + timedelta(seconds=5))

    message.refresh_from_db()
    assert (too_early, in_time) == (0, 1)
    assert (message.state, message.attempts, message.claims) == (State.SENT, 1, 2)


def test_a_claim_that_took_longer_than_its_lease_sends_nothing(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH_TAKES", -1)
    queue()

    assert delivery.deliver_due(now=NOW, limit=1) == 0
    assert (carrier.texts, Message.objects.untouched().count()) == ([], 1)


def test_a_message_that_kills_every_worker_ends_some_day(carrier: Carrier) -> None:
    carrier.before = killed
    message = queue()

    for death in range(delivery.DEATHS):
        with pytest.raises(KeyboardInterrupt):
            again(death * MINUTE)
    again(timedelta(hours=1))

    message.refresh_from_db()
    assert (message.state, message.secret_text) == (State.FAILED, None)


def test_a_worker_that_slept_past_its_lease_does_not_overwrite_the_other(
    carrier: Carrier, caplog: pytest.LogCaptureFixture
) -> None:
    def oversleep(message: Message) -> None:
        carrier.before = lambda message: None
        assert again(claims.LEASE + MINUTE) == 1
        carrier.fails = 1

    carrier.before = oversleep
    message = queue()

    delivery.deliver_due(now=NOW)

    message.refresh_from_db()
    assert (message.state, message.secret_text) == (State.SENT, None)
    assert "taken over" in caplog.text


def claim_what_one_saw(*, now: datetime, limit: int, categories: object) -> list[Message]:
    """The saboteur: saw due rows, and takes it for granted that nobody else did."""
    seen = list(Message.objects.due(now)[:limit])
    time.sleep(0.3)
    for message in seen:
        message.lease_until = now + claims.LEASE
        Message.objects.filter(pk=message.pk).update(state=State.QUEUED, lease_until=message.lease_until)
    return seen


def race(workers: int, messages: int) -> list[int]:
    """Several workers in threads of their own; how many messages each sent."""
    for seconds in range(messages):
        queue(now=NOW - timedelta(seconds=seconds))
    start = threading.Barrier(workers)
    sent: list[int] = []

    def work() -> None:
        start.wait()
        sent.append(delivery.deliver_due(now=NOW))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sent


@pytest.mark.django_db(transaction=True)
def test_four_workers_send_each_message_once(carrier: Carrier) -> None:
    sent = race(4, 20)

    assert sum(sent) == len(carrier.texts) == 20
    assert set(Message.objects.values_list("state", "attempts")) == {(State.SENT, 1)}


@pytest.mark.django_db(transaction=True)
def test_without_the_lease_in_one_statement_they_send_it_twice(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "claim", claim_what_one_saw)

    race(2, 1)

    assert len(carrier.texts) == 2


@pytest.mark.django_db(transaction=True)
def test_without_row_locks_it_looks_without_a_transaction(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(connection.features, "has_select_for_update_skip_locked", False)

    with django_assert_num_queries(2) as queries:
        delivery.deliver_due(now=NOW)

    assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)


@pytest.mark.django_db(transaction=True)
def test_without_row_locks_four_workers_still_send_each_message_once(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection.features, "has_select_for_update_skip_locked", False)

    race(4, 20)

    assert len(carrier.texts) == 20


@pytest.mark.django_db(transaction=True)
def test_it_sends_outside_any_transaction(carrier: Carrier) -> None:
    seen: list[bool] = []
    carrier.before = lambda message: seen.append(connection.in_atomic_block)
    queue()

    delivery.deliver_due(now=NOW)

    assert seen == [False]


def test_a_wrong_setting_is_not_taken_for_a_bad_line(settings: Any) -> None:
    settings.SMS_URL = "pigeon://"
    queue()

    with pytest.raises(choice.ImproperlyConfigured):
        delivery.deliver_due(now=NOW)
