"""Tells residents of their bills: one statement fills the outbox, however many they are, and repeating it adds none."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from billing import bill_truth, months
from billing.bill_truth import OWED, READ, STANDING
from billing.models import BillRegister, Provider
from billing.models.bill import LATER_DUE_DAY_SINCE
from notifications import bundles, moments, quiet
from notifications.models import SHELF, Category, State, Subscription, TimeZone

ORDER = "u.uuid, b.id, c.channel"
MICROSECOND = timedelta(microseconds=1)
# A bill that nobody heard of for a week is old news.
NEWS_LIVE = timedelta(days=7)
BY_LAW = (10, 15)
# Bills of a register; to look at the tables takes a second.
GREAT = 10_000
# In the order of their keys and in memory: that is how they are wanted, and by hashes and temporary files it takes a
# tenth longer.
IN_ORDER = "SET LOCAL work_mem = '256MB'; SET LOCAL enable_hashjoin = off"

# In the order in which they will be sent, so that neighbours stand on one page of the disk and of each index.
FILL = f"""
INSERT INTO {{message}} (kind, channel, category, address, about, edition, amount, state, resident_uuid, shelf,
                       created_at, due_at, expires_at,
                       attempts, key, subject, text, attachment, error, carrier, carrier_number)
SELECT {{kind}} || c.suffix, c.channel, %(category)s,
       CASE c.channel WHEN 'SMS' THEN u.phone ELSE u.email END, b.id, b.version, {OWED}, %(state)s, u.uuid,
       2 * (u.id / %(shelf)s) + CASE c.channel WHEN 'SMS' THEN 1 ELSE 0 END,
       {{moment}}, CASE COALESCE(s.time_zone, %(home)s) {{mornings}} ELSE {{now}} END, {{expires}},
       0, '', '', '', '', '', '', ''
FROM {{bill}} b {READ}
JOIN (SELECT provider_id, MAX(period) AS period FROM {{register}} GROUP BY provider_id) latest USING (provider_id)
LEFT JOIN {{subscription}} s ON s.resident_uuid = u.uuid
CROSS JOIN (SELECT 'SMS' AS channel, '' AS suffix UNION ALL SELECT 'EMAIL', '_letter') c
WHERE {{selection}}
  AND {STANDING}
  AND CASE c.channel WHEN 'SMS' THEN u.phone IS NOT NULL AND COALESCE(s.bills_by_sms, TRUE)
      ELSE u.email_confirmed_at IS NOT NULL AND u.email <> '' AND COALESCE(s.bills_by_email, TRUE) END
ORDER BY {ORDER}
"""  # noqa: S608 — the names of our own tables
UNLESS_THERE = "ON CONFLICT (resident_uuid, about, edition, kind, key) DO NOTHING"
DUE = "b.total - b.paid - b.held"
OF_REGISTER = f"b.register_id = %(register)s AND (b.version > 1 OR {DUE} > 0)"
# The days of Bill.due_date: in the month after the period, or the first such day after issue.
LAST_DAY = f"""{DUE} > 0 AND b.issued_date <= %(last)s
  AND (b.period = %(period)s OR b.period < %(period)s AND b.issued_date > %(month_before)s)
  AND COALESCE(p.due_day, CASE WHEN b.issued_date >= %(since)s THEN 15 ELSE 10 END) = %(day)s"""
# The two databases differ in this word.
TIME = {"postgresql": "%({})s::timestamptz", "sqlite": "%({})s"}


def announce_due(*, now: datetime) -> int:
    """Tell of every register that came in and was not told of yet; answers how many messages were queued."""
    queued = 0
    for register in BillRegister.objects.filter(announced_at=None).order_by("id"):
        _look_at_the_tables(register)
        queued += _announce(register, now, moment=_even(now) + 2 * queued * MICROSECOND)
    return queued


def remind(*, now: datetime) -> int:
    """Remind of bills whose last day is tomorrow by Moscow; asking again adds nothing."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    days = {*BY_LAW, *Provider.objects.exclude(due_day=None).values_list("due_day", flat=True)}
    if tomorrow.day not in days:
        return 0
    month_before = months.before(tomorrow.replace(day=1)).replace(day=tomorrow.day)
    ends = datetime.combine(tomorrow + timedelta(days=1), time(), tzinfo=timezone.get_default_timezone())
    values = {
        "last": tomorrow,
        "day": tomorrow.day,
        "month_before": month_before,
        "period": month_before.replace(day=1),
        "since": LATER_DUE_DAY_SINCE,
    }
    return _fill(FILL + UNLESS_THERE, "'bill_due_tomorrow'", LAST_DAY, now, ends, values, _even(now) + MICROSECOND)


def _look_at_the_tables(register: BillRegister) -> None:
    """Of a great register PostgreSQL must know before it plans: by itself it looks within a minute or two of an import,
    and until then would go through a million bills one by one.
    """
    if _is_great(register):
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE {bill}, {added}, {user}".format(**bill_truth.tables()))


def _is_great(register: BillRegister) -> bool:
    return connection.vendor == "postgresql" and register.bills >= GREAT


@transaction.atomic
def _announce(register: BillRegister, now: datetime, *, moment: datetime) -> int:
    """One transaction: the mark on the register and its messages stand or fall together."""
    if not BillRegister.objects.filter(pk=register.pk, announced_at=None).update(announced_at=now):
        return 0
    if _is_great(register):
        with connection.cursor() as cursor:
            cursor.execute(IN_ORDER)
    kind = "CASE WHEN b.version = 1 THEN 'bill_issued' ELSE 'bill_corrected' END"
    news = (kind, OF_REGISTER, now, now + NEWS_LIVE, {"register": register.pk}, moment)
    try:
        return _fill(FILL, *news)
    except IntegrityError:
        # To ask of each row whether it is there costs a sixth of the fill: only where one was.
        return _fill(FILL + UNLESS_THERE, *news)


def _even(now: datetime) -> datetime:
    """Announcements have the even microseconds, reminders the odd ones: both may be filled at once."""
    return now.replace(microsecond=now.microsecond // 2 * 2)


@transaction.atomic
def _fill(
    fill: str, kind: str, selection: str, now: datetime, expires_at: datetime, values: dict[str, Any], moment: datetime
) -> int:
    time_of = TIME[connection.vendor].format
    mornings = {f"zone{number}": quiet.earliest(now, zone) for number, zone in enumerate(TimeZone)}
    names = {f"name{number}": str(zone) for number, zone in enumerate(TimeZone)}
    times = {"now": now, "expires": expires_at, **mornings}
    sql = fill.format(
        **bill_truth.tables(),
        latest="latest.period",
        subscription=Subscription._meta.db_table,  # noqa: SLF001 — the name of our own table
        selection=selection,
        kind=kind,
        now=time_of("now"),
        expires=time_of("expires"),
        mornings=" ".join(f"WHEN %(name{number})s THEN {time_of(f'zone{number}')}" for number in range(len(names))),
        moment=moments.after(f"(2 * ROW_NUMBER() OVER (ORDER BY {ORDER}))"),
    )
    parameters = {
        "category": Category.BILLS,
        "state": State.QUEUED,
        "shelf": SHELF,
        "home": TimeZone.MOSCOW,
        **moments.parameters(moment),
        **names,
        **{name: connection.ops.adapt_datetimefield_value(at) for name, at in times.items()},
        **values,
    }
    newest = bundles.last()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        filled = int(cursor.rowcount)
    bundles.tie(after=newest)
    return filled
