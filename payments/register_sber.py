"""Payment register in the bank's wording (Sber): the same operations as in «smart», Windows-1251. Knows no database."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from payments.register_format import END, Row, cell, plain_sum

ENCODING = "cp1251"
# A portal has neither: what stands there tells the provider where the payment came from.
BRANCH, CASH_POINT = "SMART", "PORTAL"
# No meters are paid for here; the bank closes their groups so.
NO_METERS = ("[!]", "[!]", "")


def write(*, number: int | None, date: date, rows: Iterable[Row]) -> str:
    """A line for each operation, refunds below zero, and the footer with count and sums."""
    lines, amount, fee = [], 0, 0
    for row in rows:
        amount, fee = amount + row.amount, fee + row.fee
        lines.append(";".join(_cells(row)))
    sums = (plain_sum(amount + fee), plain_sum(amount), plain_sum(fee))
    lines.append(";".join((f"={len(lines)}", *sums, "" if number is None else str(number), f"{date:%d-%m-%Y}")))
    return END.join(lines) + END


def file_name(*, inn: str, settlement_account: str, number: int, date: date) -> str:
    """`EPS<ИНН>_<счёт>_<номер>.y<месяц>`, as the bank names its registers."""
    return f"EPS{inn}_{settlement_account}_{number:03d}.y{date:%m}"


def _cells(row: Row) -> tuple[str, ...]:
    at: datetime = timezone.localtime(row.at)
    account = cell(row.account)
    return (
        f"{at:%d-%m-%Y}",
        f"{at:%H-%M-%S}",
        BRANCH,
        CASH_POINT,
        str(row.number),
        account,
        # The payer: names of residents are no business of a register, so the account stands again.
        account,
        "",
        f"{row.period:%m%Y}" if row.period else "",
        *NO_METERS,
        plain_sum(row.amount + row.fee),
        plain_sum(row.amount),
        plain_sum(row.fee),
    )
