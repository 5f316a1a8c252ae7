"""Tells residents of their bills: one statement fills the outbox, however many they are, and repeating it adds none."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Min, Model
from django.utils import timezone

from accounts.models import User
from billing import months
from billing.models import AddedAccount, Bill, BillMark, BillRegister, PersonalAccount, Provider
from billing.models.bill import LATER_DUE_DAY_SINCE
from notifications import moments, quiet
from notifications.models import Category, Message, State, Subscription, TimeZone

# A bill that nobody heard of for a week is old news.
NEWS_LIVE = timedelta(days=7)
BY_LAW = (10, 15)

# In the order in which they will be sent, so that neighbours stand on one page of the disk.
# Its line on proof is AddedAccount.objects.opened() in the words of SQL.
FILL = """
INSERT INTO {message} (uuid, key, kind, channel, category, address, subject, text, "values", state, resident_uuid,
                       attempts, error, created_at, due_at, expires_at, carrier, carrier_number, attachment)
SELECT {new_uuid}, %(key)s || b.id || ':' || b.version || ':' || u.id || ':' || c.channel, {kind} || c.suffix,
       c.channel, %(category)s, CASE c.channel WHEN 'SMS' THEN u.phone ELSE u.email END, '', '', {values}, %(state)s,
       u.uuid, 0, '', {moment}, CASE COALESCE(s.time_zone, %(home)s) {mornings} ELSE {now} END, {expires}, '', '', ''
FROM {bill} b
JOIN {account} n ON n.id = b.account_id
JOIN {provider} p ON p.id = n.provider_id
JOIN {added} a ON a.account_id = b.account_id
JOIN {user} u ON u.id = a.resident_id
LEFT JOIN {subscription} s ON s.resident_uuid = u.uuid
CROSS JOIN (SELECT 'SMS' AS channel, '' AS suffix UNION ALL SELECT 'EMAIL', '_letter') c
WHERE {selection}
  AND b.carried_into_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM {bill} newer WHERE newer.account_id = b.account_id AND newer.period > b.period)
  AND (p.account_proof = 'NONE' OR a.proven_at IS NOT NULL)
  AND u.is_active AND u.blocked_at IS NULL
  AND CASE c.channel WHEN 'SMS' THEN u.phone IS NOT NULL AND COALESCE(s.bills_by_sms, TRUE)
      ELSE u.email_confirmed_at IS NOT NULL AND u.email <> '' AND COALESCE(s.bills_by_email, TRUE) END
ORDER BY u.uuid
ON CONFLICT (key) DO NOTHING
"""
DUE = "b.total - b.paid - b.held"
# What is said: a payment that is under way may yet fail.
OWED = "b.total - b.paid"
OF_REGISTER = f"b.register_id = %(register)s AND (b.version > 1 OR {DUE} > 0)"
# The days of Bill.due_date: in the month after the period, or the first such day after issue. What a resident marked
# as paid elsewhere is nothing to remind him of.
LAST_DAY = f"""{DUE} > 0 AND b.issued_date <= %(last)s
  AND (b.period = %(period)s OR b.period < %(period)s AND b.issued_date > %(month_before)s)
  AND COALESCE(p.due_day, CASE WHEN b.issued_date >= %(since)s THEN 15 ELSE 10 END) = %(day)s
  AND NOT EXISTS (SELECT 1 FROM {{mark}} m WHERE m.bill_id = b.id AND m.resident_id = u.id AND m.version = b.version)"""  # noqa: S608
# The two databases differ in these words.
WORDS = {
    "postgresql": {
        "new_uuid": "gen_random_uuid()",
        "values": (
            f"jsonb_build_object('title', a.title, 'kopecks', GREATEST({OWED}, 0), 'due', %(due)s::text, 'bill', b.id, "
            "'version', b.version)"
        ),
        "time": "%({})s::timestamptz",
    },
    "sqlite": {
        "new_uuid": "lower(hex(randomblob(16)))",
        "values": (
            f"json_object('title', a.title, 'kopecks', MAX({OWED}, 0), 'due', %(due)s, 'bill', b.id, "
            "'version', b.version)"
        ),
        "time": "%({})s",
    },
}


def announce_due(*, now: datetime) -> int:
    """Tell of every register that came in and was not told of yet; answers how many messages were queued."""
    waiting = BillRegister.objects.filter(announced_at=None).select_related("provider").order_by("id")
    return sum(_announce(register, now) for register in waiting)


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
    return _fill("due:", "'bill_due_tomorrow'", LAST_DAY, tomorrow, now, ends, values)


@transaction.atomic
def _announce(register: BillRegister, now: datetime) -> int:
    """One transaction: the mark on the register and its messages stand or fall together."""
    if not BillRegister.objects.filter(pk=register.pk, announced_at=None).update(announced_at=now):
        return 0
    kind = "CASE WHEN b.version = 1 THEN 'bill_issued' ELSE 'bill_corrected' END"
    account = PersonalAccount(provider=register.provider)
    last_day = Bill(account=account, period=register.period, issued_date=register.issued_date).due_date
    return _fill("bill:", kind, OF_REGISTER, last_day, now, now + NEWS_LIVE, {"register": register.pk})


def _fill(
    key: str, kind: str, selection: str, last_day: date, now: datetime, expires_at: datetime, values: dict[str, Any]
) -> int:
    words = WORDS[connection.vendor]
    mornings = {f"zone{number}": quiet.earliest(now, zone) for number, zone in enumerate(TimeZone)}
    names = {f"name{number}": str(zone) for number, zone in enumerate(TimeZone)}
    times = {"now": now, "expires": expires_at, **mornings}
    sql = FILL.format(
        message=_table(Message),
        bill=_table(Bill),
        account=_table(PersonalAccount),
        provider=_table(Provider),
        added=_table(AddedAccount),
        user=_table(User),
        subscription=_table(Subscription),
        selection=selection.format(mark=_table(BillMark)),
        kind=kind,
        now=words["time"].format("now"),
        expires=words["time"].format("expires"),
        mornings=" ".join(
            f"WHEN %(name{number})s THEN {words['time'].format(f'zone{number}')}" for number in range(len(names))
        ),
        moment=moments.after_now("a.id - %(first)s"),
        **{name: words[name] for name in ("new_uuid", "values")},
    )
    parameters = {
        "key": key,
        "category": Category.BILLS,
        "state": State.QUEUED,
        "home": TimeZone.MOSCOW,
        "due": f"{last_day:%d.%m}",
        "first": AddedAccount.objects.aggregate(first=Min("id"))["first"] or 0,
        **moments.parameters(now),
        **names,
        **{name: connection.ops.adapt_datetimefield_value(moment) for name, moment in times.items()},
        **values,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def _table(model: type[Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 — the one statement above is not for the ORM
