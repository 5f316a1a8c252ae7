"""The way into the queue: one row per key, in the caller's transaction."""

import time
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from notifications import outbox, tasks
from notifications.messages import PAYMENT_CODE, PHONE_ALREADY_REGISTERED
from notifications.models import Channel, Message, State
from tests.clock import NOW
from tests.notifications.make import LETTER, PHONE, Carrier, queue

pytestmark = pytest.mark.django_db


def test_it_queues_a_message_due_at_once() -> None:
    resident = uuid4()

    message = queue(expires_at=NOW + timedelta(minutes=10), resident_uuid=resident, key="activation:1")

    row = Message.objects.get(key="activation:1")
    assert row == message
    assert (row.state, row.channel, row.kind, row.address) == (State.QUEUED, Channel.SMS, "activation_code", PHONE)
    assert (row.created_at, row.due_at, row.expires_at) == (NOW, NOW, NOW + timedelta(minutes=10))
    assert row.resident_uuid == resident
    assert (row.attempts, row.lease_until, row.sent_at, row.error) == (0, None, None, "")


def test_it_keeps_a_secret_text_encrypted_and_nowhere_else() -> None:
    message = queue(code="4821")

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notifications_message WHERE id = %s", [message.pk])
        stored = " ".join(str(value) for value in cursor.fetchone())
    assert "4821" not in stored.replace(str(message.uuid), "")
    assert "Код" not in stored
    assert Message.objects.get().full_text().startswith("Код 4821")


def test_it_keeps_other_texts_readable() -> None:
    queue(PHONE_ALREADY_REGISTERED, context={})

    row = Message.objects.get()

    assert "номер уже зарегистрирован" in row.text
    assert row.secret_text is None
    assert row.full_text() == row.text


def test_a_printed_message_says_nothing_of_its_text_or_address() -> None:
    message = queue(code="4821")

    printed = f"{message} {message!r}".replace(str(message.uuid), "")

    assert "4821" not in printed
    assert PHONE not in printed


def test_it_renders_a_letter(letter_templates: None) -> None:
    message = queue(LETTER, address="anna@example.com", context={"payee": "ЖКУ", "amount": "1,00 ₽"})

    assert (message.channel, message.subject) == (Channel.EMAIL, "Квитанция «ЖКУ»")
    assert "Оплачено: 1,00 ₽." in message.text


def test_it_returns_the_first_message_for_the_same_key() -> None:
    first = queue(key="confirmation:7", code="1111")

    second = queue(key="confirmation:7", code="2222")

    assert second.pk == first.pk
    assert Message.objects.get().full_text().startswith("Код 1111")


def test_without_the_key_the_same_event_would_send_twice(monkeypatch: pytest.MonkeyPatch, carrier: Carrier) -> None:
    def keyless(key: str, about: None, defaults: dict[str, Any]) -> tuple[Message, bool]:
        with transaction.atomic():
            return Message.objects.create(key=f"{key}:{uuid4()}", **defaults), True

    monkeypatch.setattr(Message.objects, "get_or_create", keyless)

    queue(key="confirmation:7")
    queue(key="confirmation:7")

    assert Message.objects.count() == 2


def test_the_database_refuses_a_second_row_of_a_key() -> None:
    queue(key="confirmation:7")

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(key="confirmation:7", kind="x", address="x", channel="SMS", created_at=NOW, due_at=NOW)


def test_messages_of_one_microsecond_to_one_phone_stand_one_after_another() -> None:
    times = [queue().created_at for _ in range(3)]

    assert times == [NOW, NOW + timedelta(microseconds=1), NOW + timedelta(microseconds=2)]


def test_messages_of_one_microsecond_to_two_phones_keep_their_time() -> None:
    assert queue().created_at == queue(address="+79031112233").created_at == NOW


def test_it_does_not_go_round_for_ever_over_another_error() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        outbox.put(PHONE_ALREADY_REGISTERED, address=None, context={}, key="broken", now=NOW)  # type: ignore[arg-type]


def test_it_queues_nothing_when_the_caller_rolls_back() -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        queue()
        1 / 0  # noqa: B018

    assert not Message.objects.exists()


def test_it_wakes_the_worker_only_after_the_commit(
    settings: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    woken: list[bool] = []
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda **options: woken.append(options["retry"]))

    with django_capture_on_commit_callbacks(execute=True):
        queue()
        assert woken == []

    assert woken == [False]


def test_it_wakes_nobody_without_redis(
    settings: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    settings.REDIS_URL = ""
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda **options: pytest.fail("there is no broker"))

    with django_capture_on_commit_callbacks(execute=True):
        queue()


def test_waiting_messages_are_those_not_yet_through() -> None:
    for state in State:
        message = queue(PAYMENT_CODE, context={"code": "123456", "amount": "1,00 ₽", "payee": "А"})
        wiped = {} if state == State.QUEUED else {"secret_text": None}
        Message.objects.filter(pk=message.pk).update(state=state, **wiped)

    assert {message.state for message in Message.objects.waiting()} == {State.QUEUED}


def test_what_a_worker_has_is_due_again_when_its_lease_is_over_and_is_no_more_stopped() -> None:
    message = queue()
    Message.objects.filter(pk=message.pk).update(lease_until=NOW)

    assert not Message.objects.due(NOW - timedelta(seconds=1)).exists()
    assert Message.objects.due(NOW).get() == message
    assert not Message.objects.untouched().exists()


@pytest.mark.parametrize("state", [State.SENT, State.FAILED, State.DROPPED])
def test_the_database_refuses_to_keep_a_secret_of_a_finished_message(state: State) -> None:
    message = queue()

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(state=state)


def test_the_database_refuses_a_lease_on_a_finished_message() -> None:
    message = queue()

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(state=State.SENT, secret_text=None, lease_until=NOW)


def test_a_dead_broker_fails_no_page_and_holds_none_up(
    dead_broker: None, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    started = time.monotonic()

    with django_capture_on_commit_callbacks(execute=True):
        queue()

    assert time.monotonic() - started < 2
    assert "the sweep will deliver" in caplog.text
    assert Message.objects.waiting().count() == 1
