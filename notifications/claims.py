"""Who works at which message: a claim is a lease in one statement, and so is what came of it."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Q

from notifications.models import PATIENT, WAITING, Category, Message, State

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
# What a killed worker holds waits for the lease: of what somebody waits for nobody takes more at once.
FEW = 20
TABLE = Message._meta.db_table  # noqa: SLF001 — the one statement below is not for the ORM
# What sending asks of a row; it must find all of it here, for threads may not read more.
NEEDED = (
    'id, uuid, kind, channel, category, address, subject, text, secret_text, "values", resident_uuid, attempts, '
    "claims, created_at, lease_until, expires_at, attachment, carrier_number"
)
# Messages to one resident stand together, to travel as one. Materialized: PostgreSQL may look into a plain
# subquery several times, and lock other rows each time.
CLAIM = f"""
WITH due AS MATERIALIZED (
    SELECT id FROM {TABLE} WHERE state IN (%s, %s) AND category = %s AND due_at <= %s
    ORDER BY due_at, resident_uuid, id LIMIT %s {{lock}}
)
UPDATE {TABLE} SET state = %s, lease_until = %s, due_at = %s, claims = claims + 1
WHERE id IN (SELECT id FROM due)
RETURNING {NEEDED}
"""  # noqa: S608 — the name of our own table


def claim(*, now: datetime, limit: int, categories: Collection[Category]) -> list[Message]:
    """Up to so many due messages of the most urgent category that has any; ours until the lease ends."""
    # A plain look outside any transaction: on SQLite every statement that may write is a writer.
    if not Message.objects.due(now).filter(category__in=categories).exists():
        return []
    return next(filter(None, (_claim(category, now, limit) for category in sorted(categories))), [])


def _claim(category: Category, now: datetime, limit: int) -> list[Message]:
    lock = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    ends, at = (connection.ops.adapt_datetimefield_value(moment) for moment in (now + LEASE, now))
    limit = limit if category in PATIENT else min(limit, FEW)
    values = [*WAITING, category, at, limit, State.SENDING, ends, ends]
    return sorted(Message.objects.raw(CLAIM.format(lock=lock), values), key=lambda message: message.pk)


def finish(messages: Collection[Message], state: State, **fields: Any) -> None:
    """They are through: sent, failed or dropped. What is secret must not outlive the queue."""
    _write(messages, state=state, **fields, **_wiped())


def postpone(messages: Collection[Message], *, due_at: datetime, error: str, **fields: Any) -> None:
    """To be looked at again at that time."""
    _write(messages, state=State.QUEUED, due_at=due_at, error=error, claims=F("claims") - 1, **fields)


def give_back(messages: Collection[Message], now: datetime) -> None:
    """Nobody has tried to send them: as if they had never been claimed."""
    _write(messages, state=State.QUEUED, due_at=now, claims=F("claims") - 1)


def _wiped() -> dict[str, Any]:
    return {"secret_text": None}


def _write(messages: Collection[Message], **fields: Any) -> None:
    """Write the outcome, unless our lease ran out and another worker has the message now."""
    if not messages:
        return
    (lease_until,) = {message.lease_until for message in messages}
    ids = Q(pk__in=[message.pk for message in messages])
    ours = Message.objects.filter(ids, state=State.SENDING, lease_until=lease_until)
    written = ours.update(lease_until=None, **fields)
    if written < len(messages):
        logger.warning("%d messages were taken over by another worker", len(messages) - written)
