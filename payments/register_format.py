"""Payment register, format «smart»: a provider's operations of a day as text. Knows no database."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from billing.money import Kopecks

COLUMNS = (
    "Номер транзакции",
    "Дата и время",
    "Лицевой счёт",
    "Период",
    "Сумма перевода",
    "Комиссия",
    "Принято",
    "Вид",
)
PAYMENT, REFUND = "платёж", "возврат"
END = "\r\n"
# What spreadsheets take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# What a mobile account is kept as: its operator must get it to the letter, and there is nothing in it to calculate.
PHONE = re.compile(r"\+7[0-9]{10}")
TO_QUOTE = frozenset(';"\r\n')


@dataclass(frozen=True)
class Row:
    """One operation; sums in kopecks, below zero for a refund."""

    number: int
    at: datetime
    account: str
    period: date | None
    amount: int
    fee: int
    kind: str


def write(*, provider: str, date: date, number: int | None, rows: Iterable[Row]) -> str:
    """The whole register; a preview has no number. The total counts refunds as negative."""
    lines = [
        "#REGISTER;payments;1",
        f"#PROVIDER;{cell(provider)}",
        f"#DATE;{date:%d.%m.%Y}",
        f"#NUMBER;{'' if number is None else number}",
        ";".join(COLUMNS),
    ]
    head, amount, fee = len(lines), 0, 0
    for row in rows:
        amount, fee = amount + row.amount, fee + row.fee
        lines.append(_line(row))
    lines.append(f"#TOTAL;{len(lines) - head};{plain_sum(amount)};{plain_sum(fee)};{plain_sum(amount + fee)}")
    return END.join(lines) + END


def _line(row: Row) -> str:
    return ";".join(
        (
            str(row.number),
            f"{timezone.localtime(row.at):%d.%m.%Y %H:%M:%S}",
            cell(row.account),
            f"{row.period:%m.%Y}" if row.period else "",
            plain_sum(row.amount),
            plain_sum(row.fee),
            plain_sum(row.amount + row.fee),
            row.kind,
        )
    )


def cell(text: str) -> str:
    """Quoted where needed; an apostrophe keeps a spreadsheet from calculating what a provider called an account.

    A phone is no formula and goes out as it was paid.
    """
    if text.startswith(FORMULA) and not PHONE.fullmatch(text):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if TO_QUOTE & set(text) else text


def plain_sum(kopecks: int) -> str:
    """«-12970,24»: as machines read it, without spaces between thousands."""
    whole, part = divmod(abs(Kopecks(kopecks)), 100)
    return f"{'-' if kopecks < 0 else ''}{whole},{part:02d}"
