"""Staged bills become bills: a few statements over whole tables, in the caller's transaction.

Only documents change here: the counters of a bill belong to dues.py and may move meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from billing.models import BillRegister, Provider
from billing.money import Kopecks

# A staged bill beside its account and, where it was issued before, its bill.
BESIDE = """
FROM staged_bill s
{join} JOIN billing_personalaccount a ON a.provider_id = %(provider)s AND a.number = s.number
{join} JOIN billing_bill b ON b.account_id = a.id AND b.period = %(period)s
"""
# As text, letter for letter: one hand writes both.
CHANGED = "CAST(b.charges AS text) <> CAST(s.charges AS text)"
SURVEY = f"""
SELECT count(a.id), count(b.id), count(CASE WHEN {CHANGED} THEN 1 END),
       sum(CASE WHEN {CHANGED} THEN b.total END), sum(CASE WHEN {CHANGED} THEN s.total END)
{BESIDE.format(join="LEFT")}
"""
ADD_ACCOUNTS = """
INSERT INTO billing_personalaccount (provider_id, number)
SELECT %(provider)s, s.number FROM staged_bill s
WHERE NOT EXISTS (SELECT 1 FROM billing_personalaccount a WHERE a.provider_id = %(provider)s AND a.number = s.number)
ON CONFLICT (provider_id, number) DO NOTHING
"""
FIND_CHANGED = f"""
CREATE TEMPORARY TABLE changed_bill AS
SELECT b.id, b.total AS former_total, s.charges, s.total {BESIDE.format(join="INNER")} WHERE {CHANGED}
"""
KEEP_VERSIONS = """
INSERT INTO billing_billversion (bill_id, version, issued_date, charges, total, register_id, replaced_at)
SELECT b.id, b.version, b.issued_date, b.charges, b.total, b.register_id, %(now)s
FROM changed_bill c JOIN billing_bill b ON b.id = c.id
"""
REPLACE = """
UPDATE billing_bill SET version = billing_bill.version + 1, charges = c.charges, total = c.total,
       issued_date = %(issued)s, register_id = %(register)s
FROM changed_bill c WHERE billing_bill.id = c.id
"""
ADD = """
INSERT INTO billing_bill (uuid, account_id, period, version, issued_date, charges, total, register_id, paid, held)
SELECT {uuid}, a.id, {period}, 1, {issued}, s.charges, s.total, %(register)s, 0, 0
FROM staged_bill s JOIN billing_personalaccount a ON a.provider_id = %(provider)s AND a.number = s.number
"""
NOT_THERE = """
WHERE NOT EXISTS (SELECT 1 FROM billing_bill b WHERE b.account_id = a.id AND b.period = %(period)s)
"""
WORDS = {
    "postgresql": {
        "uuid": "gen_random_uuid()",
        "period": "%(period)s::date",
        "issued": "%(issued)s::date",
    },
    # Version 4 of a UUID, as Django writes it.
    "sqlite": {
        "uuid": (
            "lower(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2)"
            " || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(8)), 2))"
        ),
        "period": "%(period)s",
        "issued": "%(issued)s",
    },
}
# Joins of millions of rows sort on disk below it; it is a limit for one sort, and only of this transaction.
MEMORY = "SET LOCAL work_mem = '64MB'"


@dataclass(frozen=True)
class Merged:
    """What a merge did, or would do; the sums are of the changed bills, before and after."""

    new_accounts: int
    new: int
    changed: int
    former_total: Kopecks
    changed_total: Kopecks


def survey(*, provider: Provider, period: Any, bills: int) -> Merged:
    """What merging the staged bills would do; writes nothing."""
    _prepare()
    with connection.cursor() as cursor:
        cursor.execute(SURVEY, {"provider": provider.pk, "period": connection.ops.adapt_datefield_value(period)})
        known, there, changed, former, total = cursor.fetchone()
    return Merged(bills - known, bills - there, changed, Kopecks(int(former or 0)), Kopecks(int(total or 0)))


def merge(*, register: BillRegister, is_first: bool, now: datetime) -> Merged:
    """Make the staged bills the provider's; `is_first` says that he has none of this period, which saves looking."""
    adapt = connection.ops
    values = {
        "provider": register.provider_id,
        "register": register.pk,
        "period": adapt.adapt_datefield_value(register.period),
        "issued": adapt.adapt_datefield_value(register.issued_date),
        "now": adapt.adapt_datetimefield_value(now),
    }
    _prepare()
    add = ADD.format(**WORDS[connection.vendor])
    with connection.cursor() as cursor:
        new_accounts = _count(cursor, ADD_ACCOUNTS, values)
        if is_first:
            return Merged(new_accounts, _count(cursor, add, values), 0, Kopecks(0), Kopecks(0))
        cursor.execute(FIND_CHANGED, values)
        cursor.execute("SELECT count(*), sum(former_total), sum(total) FROM changed_bill")
        changed, former, total = cursor.fetchone()
        if changed:
            cursor.execute(KEEP_VERSIONS, values)
            cursor.execute(REPLACE, values)
        new = _count(cursor, add + NOT_THERE, values)
    return Merged(new_accounts, new, changed, Kopecks(int(former or 0)), Kopecks(int(total or 0)))


def _prepare() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(MEMORY)


def _count(cursor: Any, sql: str, values: dict[str, Any]) -> int:
    cursor.execute(sql, values)
    return int(cursor.rowcount)
