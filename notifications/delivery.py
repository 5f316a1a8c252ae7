"""Empties the outbox: claims a message with a lease, sends it outside any transaction, writes down what came of it."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from notifications.channels import choice
from notifications.channels.base import NotDelivered
from notifications.models import Message, State

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=3),
)
# Claims count as attempts too: a message that kills its worker every time must end some day.
ATTEMPTS = len(PAUSES) + 1
CANDIDATES = 10
REASON_LENGTH = 200


def deliver_due(*, now: datetime, limit: int = 500, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Send up to `limit` messages whose time has come, one after another; answers how many left the house."""
    sent = 0
    clock = _clock(now)
    for _ in range(limit):
        message = None if is_stopping() else _claim(clock())
        if message is None:
            break
        sent += _process(message, clock)
    return sent


def _clock(now: datetime) -> Callable[[], datetime]:
    """The caller's time, going on: leases and expiries of a long run must not be reckoned from its start."""
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)


def _claim(now: datetime) -> Message | None:
    """A due message that is ours until its lease ends."""
    due = Message.objects.due(now)
    if connection.features.has_select_for_update_skip_locked:
        with transaction.atomic():
            locked = due.select_for_update(skip_locked=True).first()
            return locked if locked and _lease(locked, now) else None
    # A plain look outside any transaction: on SQLite every transaction is a writer, and most looks find nothing.
    return next((message for message in due[:CANDIDATES] if _lease(message, now)), None)


def _lease(message: Message, now: datetime) -> bool:
    lease_until = now + LEASE
    taken = (
        Message.objects.due(now)
        .filter(pk=message.pk)
        .update(state=State.SENDING, lease_until=lease_until, attempts=message.attempts + 1)
    )
    message.lease_until, message.attempts = lease_until, message.attempts + 1
    return bool(taken)


def _process(message: Message, clock: Callable[[], datetime]) -> bool:
    if _is_expired(message, clock()):
        _finish(message, State.DROPPED)
        return False
    if message.attempts > ATTEMPTS:
        _finish(message, State.FAILED)
        return False
    try:
        choice.send(message)
    except NotDelivered as error:
        _postpone(message, error, clock())
        return False
    _finish(message, State.SENT, sent_at=clock(), error="")
    return True


def _is_expired(message: Message, now: datetime) -> bool:
    return message.expires_at is not None and message.expires_at <= now


def _postpone(message: Message, error: NotDelivered, now: datetime) -> None:
    """Try again later, or give up after the last pause; an expiring one is looked at when it expires, to be wiped."""
    reason = str(error)[:REASON_LENGTH]
    logger.warning("message %s not delivered, attempt %d: %s", message.uuid, message.attempts, reason)
    if message.attempts >= ATTEMPTS:
        _finish(message, State.FAILED, error=reason)
        return
    due_at = now + PAUSES[message.attempts - 1]
    if message.expires_at is not None:
        due_at = min(due_at, message.expires_at)
    _release(message, state=State.QUEUED, due_at=due_at, error=reason)


def _finish(message: Message, state: State, **fields: Any) -> None:
    _release(message, state=state, **fields, **_wiped())


def _wiped() -> dict[str, Any]:
    """What must not outlive the queue."""
    return {"secret_text": None}


def _release(message: Message, **fields: Any) -> None:
    """Write the outcome, unless our lease ran out and another worker has the message now."""
    ours = Message.objects.filter(pk=message.pk, state=State.SENDING, lease_until=message.lease_until)
    if not ours.update(lease_until=None, **fields):
        logger.warning("message %s was taken over by another worker", message.uuid)
