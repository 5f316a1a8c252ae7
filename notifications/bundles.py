"""The queue of news of bills: who fills the outbox ties them up in bundles, a worker leases a bundle.

So a message is written twice, when it is queued and when it is sent, and the second meets no index but of paid SMS.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from notifications import rows
from notifications.models import SHELF, Bundle, Message, State

TABLE = Bundle._meta.db_table  # noqa: SLF001 — the statements below are not for the ORM
# Bundles that make a batch at most, where few news stand on a shelf.
MOST = 100
# What came in since `last`; by the key, which the plus tells SQLite. Rows of another fill do no harm: their bundle is
# the same.
TIE = f"""
INSERT INTO {TABLE} (due_at, shelf, turn_at, size)
SELECT due_at, shelf, due_at, COUNT(*) FROM {rows.TABLE}
WHERE id > %s AND +shelf IS NOT NULL AND state = 'QUEUED'
GROUP BY due_at, shelf ORDER BY due_at, shelf
ON CONFLICT (due_at, shelf) DO UPDATE SET size = {TABLE}.size + excluded.size
"""  # noqa: S608 — the names of our own tables
# From the bundles to their news: after a great fill PostgreSQL would rather go through the whole outbox. What is for
# one resident stands together, to travel as one.
BY_SHELF = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;"
WAITING = f"""
FROM {TABLE} JOIN {rows.TABLE} ON {rows.TABLE}.shelf = {TABLE}.shelf AND {rows.TABLE}.due_at = {TABLE}.due_at
WHERE {TABLE}.id IN ({{numbers}}) AND {rows.TABLE}.state = 'QUEUED'
"""
NEWS = f"SELECT {{columns}}, {TABLE}.id {WAITING} ORDER BY {rows.TABLE}.resident_uuid, {rows.TABLE}.id LIMIT %(limit)s"
LEFT = f"SELECT {TABLE}.id, COUNT(*) {WAITING} GROUP BY {TABLE}.id"


def last() -> int:
    """The newest message: whoever fills asks for it before, and ties up what is newer."""
    return Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def tie(*, after: int) -> None:
    """Let what was filled wait in bundles; in the same transaction, or nobody would ever find it."""
    with connection.cursor() as cursor:
        cursor.execute(TIE, [after])


def turn(now: datetime) -> datetime | None:
    """Since when the first that is due has been waiting for a worker."""
    return _free(now).order_by("turn_at").values_list("turn_at", flat=True).first()


def claim(*, now: datetime, limit: int, lease: timedelta) -> list[Message]:
    """Up to so many due news, of as many bundles as make a batch; they are ours until the lease ends."""
    ends = now + lease
    while True:
        with transaction.atomic():
            taken = _take(now, limit)
            Bundle.objects.filter(pk__in=taken).update(lease_until=ends)
            news = _whole(_news(taken, ends, limit + 1), limit) if taken else []
        if not taken:
            return []
        close(set(taken) - {message.bundle for message in news}, ends, now)
        if news:
            return news


def held(numbers: Collection[int], lease_until: datetime) -> list[Bundle]:
    """Those that are still ours, and stay so until the transaction ends."""
    ours = Bundle.objects.select_for_update().filter(pk__in=numbers, lease_until=lease_until)
    # In the order of whoever fills.
    return list(ours.order_by("due_at", "shelf"))


@transaction.atomic
def close(numbers: Collection[int], lease_until: datetime, now: datetime) -> None:
    """Their worker is through: where nothing waits any more they go, the others have their turn from now on."""
    # Locked first: what somebody has filled in meanwhile is seen by the next statement.
    ours = {bundle.pk for bundle in held(numbers, lease_until)} if numbers else set()
    left = _left(ours) if ours else {}
    for number, size in left.items():
        Bundle.objects.filter(pk=number).update(lease_until=None, turn_at=now, size=size)
    Bundle.objects.filter(pk__in=ours - left.keys()).delete()


def waiting(bundle: Bundle) -> QuerySet[Message]:
    """The news that wait in it."""
    return Message.objects.filter(shelf=bundle.shelf, due_at=bundle.due_at, state=State.QUEUED)


def _take(now: datetime, limit: int) -> list[int]:
    """The numbers of the first ones, as many as make a batch, but one at least. Nobody else can take them now."""
    taken: list[int] = []
    while limit > 0 and len(taken) < MOST and (some := _first(now, taken, limit)):
        for bundle in some:
            if bundle.lease_until:
                _untie(bundle)
                continue
            limit -= bundle.size
            if taken and limit < 0:
                break
            taken.append(bundle.pk)
    return taken


def _first(now: datetime, taken: Collection[int], limit: int) -> list[Bundle]:
    """As many as there is room for when they are full: others may want the next ones at this moment."""
    free = _free(now).exclude(pk__in=taken).order_by("turn_at", "shelf")
    if connection.features.has_select_for_update_skip_locked:
        free = free.select_for_update(skip_locked=True)
    return list(free[: max(1, limit // SHELF)])


def _free(now: datetime) -> QuerySet[Bundle]:
    """Their time has come, and the worker that had them, if one had, is gone."""
    return Bundle.objects.filter(Q(lease_until=None) | Q(lease_until__lte=now), turn_at__lte=now)


def _untie(bundle: Bundle) -> None:
    """Whoever had it died: let each wait by itself and count the death, for one of them may be the cause."""
    waiting(bundle).update(shelf=None, claims=F("claims") + 1)
    bundle.delete()


def _news(numbers: Collection[int], ends: datetime, limit: int) -> list[Message]:
    values = {"ends": connection.ops.adapt_datetimefield_value(ends), "limit": limit}
    found = _by_shelf(NEWS, numbers, values, columns=rows.columns_of_tied())
    return list(rows.messages(found, lease_until=ends, are_tied=True))


def _whole(news: list[Message], limit: int) -> list[Message]:
    """No more than so many, and what is for one reader not cut in two, for two SMS; unless it alone is more."""
    if len(news) <= limit:
        return news
    end = limit
    while end and news[end - 1].address == news[limit].address:
        end -= 1
    return news[: end or limit]


def _left(numbers: Collection[int]) -> dict[int, int]:
    """How many wait in each of these, where any do."""
    return dict(_by_shelf(LEFT, numbers, {}))


def _by_shelf(statement: str, numbers: Collection[int], values: dict[str, Any], **names: str) -> list[tuple[Any, ...]]:
    by_shelf = BY_SHELF if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(by_shelf + statement.format(numbers=", ".join(map(str, numbers)), **names), values)
        return list(cursor.fetchall())
