"""What news of bills say, and whether it is still so: until they leave, bills are paid and corrected."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from billing.models import AddedAccount, Bill, BillMark, BillRegister, BillVersion, PersonalAccount, Provider
from notifications import claims
from notifications.messages import BILL_DUE_TOMORROW, BILL_DUE_TOMORROW_LETTER
from notifications.models import Message
from safeguards.among import choice

REMINDERS = (BILL_DUE_TOMORROW.name, BILL_DUE_TOMORROW_LETTER.name)
# Who reads a bill, for whoever fills the outbox and whoever empties it.
# Its line on proof below is AddedAccount.objects.opened() in the words of SQL.
READ = """
JOIN {register} r ON r.id = b.register_id
JOIN {provider} p ON p.id = r.provider_id
JOIN {added} a ON a.account_id = b.account_id
JOIN {user} u ON u.id = a.resident_id
"""
# `latest` is the provider's last period: whose bill is of it has no newer one. What a resident marked as paid elsewhere
# is nothing to tell him of.
STANDING = """
  b.carried_into_id IS NULL
  AND (b.period = {latest}
       OR NOT EXISTS (SELECT 1 FROM {bill} newer WHERE newer.account_id = b.account_id AND newer.period > b.period))
  AND NOT EXISTS (SELECT 1 FROM {mark} m WHERE m.bill_id = b.id AND m.resident_id = u.id AND m.version = b.version)
  AND (p.account_proof = 'NONE' OR a.proven_at IS NOT NULL)
  AND u.is_active AND u.blocked_at IS NULL
"""
# A payment that is under way may yet fail, and nobody would be told then.
OWED = "CASE WHEN b.total > b.paid THEN b.total - b.paid ELSE 0 END"
# Of another document nothing is said: a correction has its own news. Nor is it told at an address that he had before.
TRUE = f"""{{as_written}}
SELECT news.id, a.title, {OWED}, b.period, b.issued_date, p.due_day
FROM {{message}} news JOIN {{bill}} b ON b.id = news.about {READ}
WHERE news.id {{among}} AND news.resident_uuid = u.uuid AND COALESCE(news.edition, b.version) = b.version
  AND news.address = CASE WHEN news.channel = 'SMS' THEN u.phone WHEN u.email_confirmed_at IS NOT NULL THEN u.email END
  AND {STANDING}
"""  # noqa: S608 — the names of our own tables
# From row to row by their keys, as it is written: for a few thousand nothing else is right, whatever PostgreSQL thinks
# of the outbox after a great fill, and to think of all the ways takes as long as to go.
AS_WRITTEN = "SET LOCAL join_collapse_limit = 1; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;"
LATEST = "(SELECT MAX(period) FROM {register} latest WHERE latest.provider_id = p.id)"


def untrue(news: Sequence[Message], now: datetime) -> set[int]:
    """Those that no longer say what is so; the others say what is owed by now. One query for all, and for new sums."""
    so, filled = _so(news), {message.id: message.amount for message in news}
    wrong = {message.id for message in news if not _says(message, so.get(message.id))}
    _keep([message for message in news if message.amount != filled[message.id]])
    return wrong | _not_tomorrow([message for message in news if message.id not in wrong], now)


def told(message: Message) -> dict[str, Any]:
    """What one says or said, so or not, for staff: the sum that was named, with the title and last day of today."""
    bill = Bill.objects.select_related("account__provider").get(pk=cast(int, message.about))
    replaced = BillVersion.objects.filter(bill=bill, version=message.edition or 0).first()
    bill.issued_date = replaced.issued_date if replaced else bill.issued_date
    added = AddedAccount.objects.filter(account=bill.account, resident__uuid=cast(UUID, message.resident_uuid)).first()
    title = added.title if added else bill.account.shown_number
    return {"title": title, "kopecks": message.amount or 0, "due": f"{bill.due_date:%d.%m}", "bill": bill.pk}


def tables() -> dict[str, str]:
    """Names for the statements above, which are not for the ORM."""
    return {
        "bill": _table(Bill),
        "register": _table(BillRegister),
        "provider": _table(Provider),
        "added": _table(AddedAccount),
        "mark": _table(BillMark),
        "user": _table(User),
        "message": _table(Message),
    }


def _so(news: Sequence[Message]) -> dict[int, tuple[str, int, str]]:
    """Title, kopecks owed and last day of those that are true, by the message's row."""
    among, ids = choice([message.id for message in news], "bigint")
    as_written = AS_WRITTEN if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(_statement(as_written, among), [ids])
        return {pk: (title, owed, _last_day(*days)) for pk, title, owed, *days in cursor.fetchall()}


def _statement(as_written: str, among: str) -> str:
    return TRUE.format(**tables(), as_written=as_written, among=among, latest=LATEST.format(**tables()))


@lru_cache(maxsize=1000)
def _last_day(period: date | str, issued_date: date | str, due_day: int | None) -> str:
    """Of a bill, as «15.12»; the bills of a register have one."""
    account = PersonalAccount(provider=Provider(due_day=due_day))
    return f"{Bill(account=account, period=_date(period), issued_date=_date(issued_date)).due_date:%d.%m}"


def _date(value: date | str) -> date:
    """SQLite keeps dates as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _says(message: Message, so: tuple[str, int, str] | None) -> bool:
    """Let it say what is owed; False when it is not true, or when what it asked for has been paid."""
    if so is None:
        return False
    title, owed, last_day = so
    if owed == 0 and message.amount:
        return False
    message.values = {"title": title, "kopecks": owed, "due": last_day, "bill": message.about}
    message.amount = owed
    return True


def _keep(changed: Sequence[Message]) -> None:
    """The sums that are named, as long as the messages are in our hands: what another worker has sent said another."""
    if changed:
        with transaction.atomic(savepoint=False):
            claims.ours(changed).bulk_update(changed, ["amount"], batch_size=500)


def _not_tomorrow(news: Sequence[Message], now: datetime) -> set[int]:
    tomorrow = f"{timezone.localdate(now) + timedelta(days=1):%d.%m}"
    reminders = [message for message in news if message.kind in REMINDERS]
    return {message.id for message in reminders if (message.values or {}).get("due") != tomorrow}


def _table(model: type[Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 — the name of our own table
