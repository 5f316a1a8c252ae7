"""The queue of news of bills: who fills the outbox ties them up in bundles, a worker leases a bundle.

So a message is written twice, when it is queued and when it is sent, and the second meets no index.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from notifications import rows
from notifications.models import Bundle, Message, State

TABLE = Bundle._meta.db_table  # noqa: SLF001 — the statements below are not for the ORM
# Bundles that are looked at to make a batch, where few news stand on a shelf.
MOST = 100
# What came in since `last`. Rows of another fill do no harm: theirs is the same bundle.
TIE = f"""
INSERT INTO {TABLE} (due_at, shelf, size, claims)
SELECT due_at, shelf, COUNT(*), 0 FROM {rows.TABLE}
WHERE id > %s AND shelf IS NOT NULL AND state = 'QUEUED'
GROUP BY due_at, shelf ORDER BY due_at, shelf
ON CONFLICT (due_at, shelf) DO UPDATE SET size = {TABLE}.size + excluded.size
"""  # noqa: S608 — the names of our own tables
# From the bundles to their news: after a great fill PostgreSQL would rather go through the whole outbox.
BY_SHELF = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;"
NEWS = f"""
SELECT {{columns}}, {TABLE}.id FROM {TABLE}
JOIN {rows.TABLE} ON {rows.TABLE}.shelf = {TABLE}.shelf AND {rows.TABLE}.due_at = {TABLE}.due_at
WHERE {TABLE}.lease_until = %(ends)s AND {TABLE}.id IN ({{numbers}}) AND {rows.TABLE}.state = 'QUEUED'
LIMIT %(limit)s
"""  # noqa: S608


def last() -> int:
    """The newest message: whoever fills asks for it before, and ties up what is newer."""
    return Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def tie(*, after: int) -> None:
    """Let what was filled wait in bundles; in the same transaction, or nobody would ever find it."""
    with connection.cursor() as cursor:
        cursor.execute(TIE, [after])


def are_due(now: datetime) -> bool:
    """Whether a worker would find any."""
    return _due(now).exists()


def claim(*, now: datetime, limit: int, lease: timedelta) -> list[Message]:
    """Up to so many due news, of as many bundles as make a batch; theirs is the lease."""
    ends = now + lease
    while claims_of := _take(now, ends, limit):
        news = _news(claims_of, ends, limit)
        close(claims_of.keys() - {message.bundle for message in news}, ends)
        if news:
            return news
    return []


def held(numbers: Collection[int], lease_until: datetime) -> set[int]:
    """Those that are still ours, and stay so until the transaction ends."""
    ours = Bundle.objects.select_for_update().filter(pk__in=numbers, lease_until=lease_until)
    # In the order of whoever fills.
    return set(ours.order_by("due_at", "shelf").values_list("pk", flat=True))


@transaction.atomic
def close(numbers: Collection[int], lease_until: datetime) -> None:
    """Their worker is through: where nothing waits any more they go, the others are free."""
    if not numbers:
        return
    # Locked first: what somebody has filled in meanwhile is seen by the next statement.
    ours = Bundle.objects.filter(pk__in=held(numbers, lease_until))
    waiting = Message.objects.filter(shelf=OuterRef("shelf"), due_at=OuterRef("due_at"), state=State.QUEUED)
    ours.exclude(Exists(waiting)).delete()
    ours.update(lease_until=None, claims=F("claims") - 1)


@transaction.atomic
def _take(now: datetime, ends: datetime, limit: int) -> dict[int, int]:
    """The oldest, as many as make a batch, but one at least; how often they were claimed, by their numbers."""
    free = _due(now).order_by("due_at", "shelf")
    if connection.features.has_select_for_update_skip_locked:
        free = free.select_for_update(skip_locked=True)
    claims_of: dict[int, int] = {}
    for bundle in free[:MOST]:
        limit -= bundle.size
        if claims_of and limit < 0:
            break
        claims_of[bundle.pk] = bundle.claims + 1
    Bundle.objects.filter(pk__in=claims_of).update(lease_until=ends, claims=F("claims") + 1)
    return claims_of


def _due(now: datetime) -> QuerySet[Bundle]:
    """Their time has come, and the worker that had them, if one had, is gone."""
    return Bundle.objects.filter(Q(lease_until=None) | Q(lease_until__lte=now), due_at__lte=now)


def _news(claims_of: Mapping[int, int], ends: datetime, limit: int) -> list[Message]:
    numbers = ", ".join(map(str, claims_of))
    statement = NEWS.format(columns=rows.columns(of_news=True), numbers=numbers)
    by_shelf = BY_SHELF if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        values = {"ends": connection.ops.adapt_datetimefield_value(ends), "limit": limit}
        cursor.execute(by_shelf + statement, values)
        news = rows.messages(cursor.fetchall(), lease_until=ends, claims_of=claims_of)
        return sorted(news, key=lambda message: message.id)
