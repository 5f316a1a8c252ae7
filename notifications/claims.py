"""Who works at which message: a claim is a lease in one statement, and so is what came of it."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Least

from notifications import bundles, rows
from notifications.models import PATIENT, Category, Message, State
from safeguards.among import Among

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
# What a killed worker holds waits for the lease: of what somebody waits for nobody takes more at once.
FEW = 20
# Messages to one resident stand together, to travel as one. Materialized: PostgreSQL may look into a plain
# subquery several times, and lock other rows each time. An array, where there are any: after a great fill the planner
# takes the table for a small one, and would compare each of its rows with each of these.
CLAIM = f"""
WITH due AS MATERIALIZED (
    SELECT id FROM {rows.TABLE}
    WHERE waits_alone AND category = %(category)s AND due_at <= %(now)s
      AND (lease_until IS NULL OR lease_until <= %(now)s)
    ORDER BY due_at, resident_uuid, id LIMIT %(limit)s {{lock}}
)
UPDATE {rows.TABLE} SET lease_until = %(ends)s, claims = claims + 1
WHERE id {{among}}
RETURNING {{columns}}
"""  # noqa: S608 — the name of our own table
# In the order of the index, however few PostgreSQL believes to wait: after a great fill it would go through all of them
# for each claim, to put them in order.
IN_ORDER = "SET LOCAL enable_sort = off;"
WORDS = {"postgresql": (IN_ORDER, "= ANY (ARRAY(SELECT id FROM due))"), "sqlite": ("", "IN (SELECT id FROM due)")}


def claim(*, now: datetime, limit: int, categories: Collection[Category]) -> list[Message]:
    """Up to so many due messages of the most urgent category that has any; ours until the lease ends."""
    # A plain look outside any transaction: on SQLite every statement that may write is a writer.
    if not _has_row_locks() and not _are_due(now, categories):
        return []
    return next(filter(None, (_claim(category, now, limit) for category in sorted(categories))), [])


def _are_due(now: datetime, categories: Collection[Category]) -> bool:
    return Message.objects.due(now).filter(category__in=categories).exists() or (
        Category.BILLS in categories and bundles.turn(now) is not None
    )


def _claim(category: Category, now: datetime, limit: int) -> list[Message]:
    limit = limit if category in PATIENT else min(limit, FEW)
    if category is not Category.BILLS:
        return _claim_alone(category, now, limit)
    tied = partial(bundles.claim, now=now, limit=limit, lease=LEASE)
    # Others may have all of the first at this moment.
    if _is_turn_of_bundles(now):
        return tied() or _claim_alone(category, now, limit)
    return _claim_alone(category, now, limit) or tied()


def _is_turn_of_bundles(now: datetime) -> bool:
    """Whoever has waited longest goes first, so that neither those nor what waits by itself stands for ever."""
    turn = bundles.turn(now)
    if turn is None:
        return False
    due = Message.objects.due(now).filter(category=Category.BILLS)
    # Without the id, by which its index is not in order: a whole evening's rest waits for one morning.
    alone = due.order_by("due_at").values_list("due_at", flat=True).first()
    return alone is None or turn <= alone


def _claim_alone(category: Category, now: datetime, limit: int) -> list[Message]:
    lock = "FOR UPDATE SKIP LOCKED" if _has_row_locks() else ""
    order, among = WORDS[connection.vendor]
    ends, at = (connection.ops.adapt_datetimefield_value(moment) for moment in (now + LEASE, now))
    values = {"category": category, "now": at, "limit": limit, "ends": ends}
    with connection.cursor() as cursor:
        cursor.execute(order + CLAIM.format(lock=lock, among=among, columns=rows.columns()), values)
        claimed = rows.messages(cursor.fetchall(), lease_until=now + LEASE)
        return sorted(claimed, key=lambda message: message.id)


def _has_row_locks() -> bool:
    return bool(connection.features.has_select_for_update_skip_locked)


def finish(messages: Collection[Message], state: State, **fields: Any) -> None:
    """They are through: sent, failed or dropped. What is secret must not outlive the queue."""
    _write(messages, state=state, **fields, **_wiped())


def postpone(messages: Collection[Message], *, due_at: datetime, error: str, **fields: Any) -> None:
    """To be looked at again at that time, or when they expire, to be wiped; news leave their bundle."""
    later = Value(due_at)
    no_later = Least(later, Coalesce("expires_at", later))
    # Those of a bundle were not counted.
    if not any(message.bundle for message in messages):
        fields["claims"] = F("claims") - 1
    still = Q(state=State.QUEUED)
    _write(messages, still, state=State.QUEUED, due_at=no_later, error=error, shelf=None, **fields)


def give_back(messages: Collection[Message], now: datetime) -> None:
    """Nobody has tried to send them: as if they had never been claimed. News wait on in their bundle."""
    alone = [message for message in messages if message.bundle is None]
    _write(alone, state=State.QUEUED, due_at=now, claims=F("claims") - 1)


def close(batch: Sequence[Message], now: datetime) -> None:
    """All of a claim has been looked at: what is left of its bundles is free."""
    tied = {message.bundle for message in batch if message.bundle}
    if tied and batch[0].lease_until:
        bundles.close(tied, batch[0].lease_until, now)


def _wiped() -> dict[str, Any]:
    return {"secret_text": None}


def ours(messages: Collection[Message]) -> QuerySet[Message]:
    """Of one claim, those that no other worker has now; in a transaction, which keeps it so."""
    (lease_until,) = {message.lease_until for message in messages}
    tied = {message.bundle for message in messages if message.bundle}
    if not tied or lease_until is None:
        return _these(messages).filter(lease_until=lease_until)
    held = {bundle.pk for bundle in bundles.held(tied, lease_until)}
    return _these([message for message in messages if message.bundle in held])


def _these(messages: Collection[Message]) -> QuerySet[Message]:
    return Message.objects.filter(Among(F("pk"), [message.id for message in messages]))


def _write(messages: Collection[Message], still: Q | None = None, **fields: Any) -> None:
    """Write the outcome, unless our lease ran out and another worker has the message now."""
    if not messages:
        return
    with transaction.atomic():
        written = ours(messages).filter(still or Q()).update(lease_until=None, **fields)
    if written < len(messages):
        logger.warning("%d messages were taken over by another worker, or dropped meanwhile", len(messages) - written)
