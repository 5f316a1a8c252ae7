"""Limits that hold with any number of processes: one statement decides, before the thing limited is done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from safeguards.models import Throttle

# Both databases count in it only the rows it wrote: none when every place of the open window is taken.
TAKE = """
INSERT INTO safeguards_throttle AS place (scope, key, opened_at, used) VALUES (%s, %s, %s, 1)
ON CONFLICT (scope, key) DO UPDATE SET
    used = CASE WHEN place.opened_at <= %s THEN 1 ELSE place.used + 1 END,
    opened_at = CASE WHEN place.opened_at <= %s OR place.used = 0 THEN excluded.opened_at ELSE place.opened_at END
WHERE place.opened_at <= %s OR place.used < %s
"""


@dataclass(frozen=True)
class Limit:
    """At most so many times in a period that opens with the first of them."""

    scope: str
    times: int
    period: timedelta


def take(limit: Limit, key: str, now: datetime) -> bool:
    """Take one place, or say False when none is left. Commits alone: an outer rollback would hand the place back."""
    at, over = (connection.ops.adapt_datetimefield_value(moment) for moment in (now, now - limit.period))
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(TAKE, [limit.scope, _hmac(limit, key), at, over, over, over, limit.times])
        return bool(cursor.rowcount)


def take_all(places: list[tuple[Limit, str]], now: datetime) -> timedelta:
    """Take one place of each, or none at all; zero when they are taken, otherwise how long until they may be."""
    for number, (limit, key) in enumerate(places):
        if not take(limit, key, now):
            for former, former_key in places[:number]:
                give_back(former, former_key, now)
            # Never zero: a window that ended just now is no place taken.
            return retry_after(limit, key, now) or timedelta(seconds=1)
    return timedelta()


def give_back(limit: Limit, key: str, taken_at: datetime) -> None:
    """Return the place that was taken at that moment; nothing when another window has opened since."""
    Throttle.objects.filter(
        scope=limit.scope,
        key=_hmac(limit, key),
        opened_at__lte=taken_at,
        opened_at__gt=taken_at - limit.period,
        used__gt=0,
    ).update(used=F("used") - 1)


def used(limit: Limit, key: str, now: datetime) -> int:
    """How many places of the open window are taken."""
    row = Throttle.objects.filter(scope=limit.scope, key=_hmac(limit, key), opened_at__gt=now - limit.period).first()
    return row.used if row else 0


def retry_after(limit: Limit, key: str, now: datetime) -> timedelta:
    """How long until a place is free; zero when there is one."""
    row = Throttle.objects.filter(scope=limit.scope, key=_hmac(limit, key), opened_at__gt=now - limit.period).first()
    if row is None or row.used < limit.times:
        return timedelta()
    return row.opened_at + limit.period - now


def _hmac(limit: Limit, key: str) -> str:
    return salted_hmac(f"throttle.{limit.scope}", key, algorithm="sha256").hexdigest()
