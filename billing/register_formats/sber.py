"""Bill register, format of Sber: `ИНН_СЧЁТ_НОМЕР_ММГГ.txt`, rows of the contract's columns, no header and no totals.

The name says whose it is, of which month and which in a row. When it was issued stands nowhere: it is the day it came.
Names and addresses of payers are passed over: the portal keeps none.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import BinaryIO

from billing.lookalikes import folded
from billing.register_contents import LONGEST_SERVICE, PERIOD_AHEAD, Line, Register, RegisterBill, Sender
from billing.register_reading import FIRST_MISTAKES, Reading, trimmed
from billing.register_text import BadCell, Malformed, Mistake, text_cell

NAME = "sber"
TOLD_BY_NAME = True
_FILE_NAME = re.compile(
    r"([0-9]{10}|[0-9]{12})_([0-9]{20})_([0-9]{3})_(0[1-9]|1[0-2])([0-9]{2})\.(?:txt|csv)", re.ASCII | re.I
)
_ACCOUNT, _PAYER, _ADDRESS, _PERIOD, _SERVICE, _SUM = "Лицевой счёт", "ФИО", "Адрес", "Период", "Услуга", "Сумма"
# Which columns a file has its contract says; their number tells.
LAYOUTS = {
    3: (_ACCOUNT, _PAYER, _SUM),
    4: (_ACCOUNT, _PAYER, _ADDRESS, _SUM),
    5: (_ACCOUNT, _PAYER, _ADDRESS, _PERIOD, _SUM),
    6: (_ACCOUNT, _PAYER, _ADDRESS, _PERIOD, _SERVICE, _SUM),
}
ONE_SERVICE = "Начислено за месяц"


def is_mine(beginning: bytes, file_name: str) -> bool:
    """By its name: rows without a header say nothing of themselves."""
    return bool(_FILE_NAME.fullmatch(file_name))


def read(
    file: BinaryIO, *, file_name: str, senders: Sequence[Sender], today: date, most: int = FIRST_MISTAKES
) -> Register:
    """The register in the file; `senders` are the providers that may send one. Raises Malformed."""
    sender, period, sequence = _named(file_name, senders, today)
    reading = Reading(file, most=most)
    bills = _bills(reading, sender, period)
    return Register(sender.code, period, issued_date=today, bills=bills, sequence=sequence)


def _bills(reading: Reading, sender: Sender, period: date) -> Iterator[RegisterBill]:
    count = 0
    for bill in reading.gather(_rows(reading, period), sender):
        count += 1
        yield bill
    if not count:
        reading.stop(1, "в файле нет ни одного счёта")
    reading.refuse_mistakes()


def _named(file_name: str, senders: Sequence[Sender], today: date) -> tuple[Sender, date, int]:
    name = _FILE_NAME.fullmatch(file_name)
    if name is None:
        raise Malformed([Mistake(1, 1, "имя файла", "ожидалось ИНН_СЧЁТ_НОМЕР_ММГГ.txt")])
    inn, settlement_account, sequence, month, year = name.groups()
    found = [one for one in senders if (one.inn, one.settlement_account) == (inn, settlement_account)]
    period, text = date(2000 + int(year), int(month), 1), ""
    if not found:
        text = f"поставщик с ИНН {inn} и счётом {settlement_account} неизвестен или не выставляет счета"
    elif len(found) > 1:
        codes = ", ".join(sorted(one.code for one in found))
        text = f"ИНН {inn} и счёт {settlement_account} у нескольких поставщиков ({codes}): имя не говорит, чей это файл"
    elif period > today + PERIOD_AHEAD:
        text = f"месяц {month}.20{year} ещё не наступил"
    if text:
        raise Malformed([Mistake(1, 1, "имя файла", text)])
    return found[0], period, int(sequence)


def _rows(reading: Reading, period: date) -> Iterator[tuple[str, Line | None]]:
    previous = ""
    while (row := reading.next_cells()) is not None:
        row = trimmed(row)
        reading.columns = reading.columns or LAYOUTS.get(len(row), ())
        if not reading.columns:
            reading.stop(len(row) + 1, f"полей {len(row)}, а бывает от {min(LAYOUTS)} до {max(LAYOUTS)}")
        if len(row) != len(reading.columns):
            reading.wrong(len(row) + 1, f"полей {len(row)}, а в первой строке {len(reading.columns)}")
            continue
        account = folded(row[0])
        if _SERVICE not in reading.columns and account == previous:
            reading.wrong(1, f"счёт {row[0][:40]} стоит второй раз")
        previous = account
        yield row[0], _line(reading, row, period)


def _line(reading: Reading, row: list[str], period: date) -> Line | None:
    before, service = len(reading.mistakes), ONE_SERVICE
    for column, name in enumerate(reading.columns, start=1):
        if name == _PERIOD:
            reading.cell(row, column, lambda cell: _same_month(cell, period))
        elif name == _SERVICE:
            service = reading.cell(row, column, _service) or ""
    amount = reading.charge(row, len(row))
    if amount is None or len(reading.mistakes) > before:
        return None
    return Line(service, "", "", "", None, None, amount)


def _service(cell: str) -> str:
    if not cell:
        raise BadCell("услуга не названа")
    return text_cell(cell, LONGEST_SERVICE)


def _same_month(cell: str, period: date) -> None:
    if cell.replace(".", "") not in {f"{period:%m%y}", f"{period:%m%Y}"}:
        raise BadCell(f"«{cell[:30]}» – не {period:%m%y} из имени файла")
