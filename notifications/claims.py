"""Who works at which message: a claim is a lease in one statement, and so is what came of it."""

import logging
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Value
from django.db.models.base import ModelState
from django.db.models.functions import Coalesce, Least

from notifications.models import PATIENT, Category, Message, State
from safeguards.among import Among

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
# What a killed worker holds waits for the lease: of what somebody waits for nobody takes more at once.
FEW = 20
TABLE = Message._meta.db_table  # noqa: SLF001 — the one statement below is not for the ORM
# The lease is as long as we said.
UNREAD = {
    "key",
    "edition",
    "state",
    "error",
    "due_at",
    "lease_until",
    "sent_at",
    "carrier",
    "segments",
    "cost",
    "ask_at",
}
# What sending asks of a row; it must find all of it here, for threads may not read more.
NEEDED = [
    field
    for field in Message._meta.concrete_fields  # noqa: SLF001
    if field.name not in UNREAD
]
# Messages to one resident stand together, to travel as one. Materialized: PostgreSQL may look into a plain
# subquery several times, and lock other rows each time. An array, where there are any: after a great fill the planner
# takes the table for a small one, and would compare each of its rows with each of these.
CLAIM = f"""
WITH due AS MATERIALIZED (
    SELECT id FROM {TABLE}
    WHERE state = 'QUEUED' AND category = %(category)s AND due_at <= %(now)s
      AND (lease_until IS NULL OR lease_until <= %(now)s)
    ORDER BY due_at, resident_uuid, id LIMIT %(limit)s {{lock}}
)
UPDATE {TABLE} SET lease_until = %(ends)s, claims = claims + 1
WHERE id {{among}}
RETURNING {{needed}}
"""  # noqa: S608 — the name of our own table
# To read a time takes as long as four numbers: news that live longer than our lease have no end for us.
EXPIRES = "CASE WHEN expires_at <= %(ends)s THEN expires_at END"
# In the order of the index, however few PostgreSQL believes to wait: after a great fill it would go through all of them
# for each claim, to put them in order.
IN_ORDER = "SET LOCAL enable_sort = off;"
WORDS = {"postgresql": (IN_ORDER, "= ANY (ARRAY(SELECT id FROM due))"), "sqlite": ("", "IN (SELECT id FROM due)")}


def claim(*, now: datetime, limit: int, categories: Collection[Category]) -> list[Message]:
    """Up to so many due messages of the most urgent category that has any; ours until the lease ends."""
    # A plain look outside any transaction: on SQLite every statement that may write is a writer.
    if not _has_row_locks() and not Message.objects.due(now).filter(category__in=categories).exists():
        return []
    return next(filter(None, (_claim(category, now, limit) for category in sorted(categories))), [])


def _claim(category: Category, now: datetime, limit: int) -> list[Message]:
    lock = "FOR UPDATE SKIP LOCKED" if _has_row_locks() else ""
    order, among = WORDS[connection.vendor]
    ends, at = (connection.ops.adapt_datetimefield_value(moment) for moment in (now + LEASE, now))
    others = {"expires_at": EXPIRES} if category in PATIENT else {}
    needed = ", ".join(others.get(field.attname, field.attname) for field in NEEDED)
    limit = limit if category in PATIENT else min(limit, FEW)
    values = {"category": category, "now": at, "limit": limit, "ends": ends}
    with connection.cursor() as cursor:
        cursor.execute(order + CLAIM.format(lock=lock, among=among, needed=needed), values)
        return sorted(_messages(cursor.fetchall(), lease_until=now + LEASE), key=lambda message: message.id)


def _has_row_locks() -> bool:
    return bool(connection.features.has_select_for_update_skip_locked)


def _messages(rows: list[tuple[Any, ...]], *, lease_until: datetime) -> Iterator[Message]:
    """Rows as objects, several times faster than raw() makes them: a million of them come this way."""
    columns = [field.get_col(TABLE) for field in NEEDED]
    compiler = Message.objects.all().query.get_compiler(connection=connection)
    names = [field.attname for field in NEEDED]
    # None is None in Python as well.
    converters = [
        (names[place], convert, column)
        for place, (chain, column) in compiler.get_converters(columns).items()
        for convert in chain
    ]
    alias = connection.alias
    for row in rows:
        values = dict(zip(names, row, strict=True), lease_until=lease_until)
        for name, convert, column in converters:
            if values[name] is not None:
                values[name] = convert(values[name], column, connection)
        message = Message.__new__(Message)
        message.__dict__ = values
        message._state = state = ModelState()  # noqa: SLF001 — what from_db() does, without asking field by field
        state.adding, state.db = False, alias
        yield message


def finish(messages: Collection[Message], state: State, **fields: Any) -> None:
    """They are through: sent, failed or dropped. What is secret must not outlive the queue."""
    _write(messages, state=state, **fields, **_wiped())


def postpone(messages: Collection[Message], *, due_at: datetime, error: str, **fields: Any) -> None:
    """To be looked at again at that time, or when they expire, to be wiped."""
    later = Value(due_at)
    no_later = Least(later, Coalesce("expires_at", later))
    _write(messages, state=State.QUEUED, due_at=no_later, error=error, claims=F("claims") - 1, **fields)


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
    # Not by state, which a lease implies: PostgreSQL would go through all that waits to find these.
    ours = Message.objects.filter(Among(F("pk"), [message.id for message in messages]), lease_until=lease_until)
    written = ours.update(lease_until=None, **fields)
    if written < len(messages):
        logger.warning("%d messages were taken over by another worker", len(messages) - written)
