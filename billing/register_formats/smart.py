"""Bill register, format «smart»: bytes in; a whole register out, or the places of its mistakes. Knows no database."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import BinaryIO, TypeVar

from billing.money import Kopecks, plain_roubles
from billing.register_contents import LONGEST_SERVICE, LONGEST_UNIT, PERIOD_AHEAD, Line, Register, RegisterBill, Sender
from billing.register_reading import FIRST_MISTAKES, Reading, trimmed
from billing.register_text import (
    Malformed,
    count_cell,
    day_cell,
    decimal_cell,
    money_cell,
    month_cell,
    text_cell,
)
from billing.usual_bills import UsualBill, UsualBills

NAME = "smart"
TOLD_BY_NAME = False
SIGNATURE = ["#REGISTER", "bills", "1"]
COLUMNS = ("Лицевой счёт", "Услуга", "Ед. изм.", "Объём", "Тариф", "Начислено", "Перерасчёт", "К оплате")
TOTAL_COLUMNS = ("#TOTAL", "Счетов", "Строк", "Сумма")
# A register may be made where tomorrow has begun; later than that is a slip that would bar every correction.
ISSUED_AHEAD = timedelta(days=1)
PERIOD_BEHIND = timedelta(days=3 * 366)

Value = TypeVar("Value")
Stated = tuple[int | None, int | None, Kopecks | None]


def is_mine(beginning: bytes, file_name: str) -> bool:
    """Whether the file says of itself that it is of this format."""
    return beginning.removeprefix(b"\xef\xbb\xbf").startswith(b"#REGISTER;bills;")


def read(
    file: BinaryIO, *, file_name: str, senders: Sequence[Sender], today: date, most: int = FIRST_MISTAKES
) -> Register:
    """The register in the file; `senders` are the providers that may send one. Raises Malformed."""
    reading = Reading(file, most=most, known_word=COLUMNS[0][:7])
    sender, period, issued_date = _header(reading, {sender.code: sender for sender in senders}, today)
    return Register(sender.code, period, issued_date, _bills(reading, sender))


def _bills(reading: Reading, sender: Sender) -> Iterator[RegisterBill]:
    stated: list[Stated] = []
    bills, rows, total = 0, 0, 0
    for bill in reading.gather(_rows(reading, stated, sender), sender):
        bills += 1
        rows += bill.rows
        total += bill.total
        yield bill
    reading.refuse_mistakes()
    # Compared only when all else is right: a refused line would make every total wrong.
    _compare_totals(reading, (bills, rows, Kopecks(total)), stated[0])
    reading.refuse_mistakes()


def _header(reading: Reading, senders: dict[str, Sender], today: date) -> tuple[Sender, date, date]:
    if trimmed(reading.next_cells()) != SIGNATURE:
        reading.stop(1, "файл должен начинаться строкой #REGISTER;bills;1")
    provider = _named(reading, "#PROVIDER", "Поставщик", str)
    if provider is not None and provider not in senders:
        reading.wrong(2, f"поставщик «{provider[:40]}» неизвестен или не выставляет счета")
    period = _named(reading, "#PERIOD", "Период", month_cell)
    issued_date = _named(reading, "#ISSUED", "Дата выставления", day_cell)
    if period and issued_date:
        _refuse_implausible(reading, period, issued_date, today)
    reading.columns = COLUMNS
    names = trimmed(reading.next_cells())
    for column, name in enumerate(COLUMNS, start=1):
        if _folded(names[column - 1 : column]) != _folded([name]):
            reading.wrong(column, f"ожидался заголовок «{name}»")
    if len(names) > len(COLUMNS):
        reading.wrong(len(COLUMNS) + 1, "лишний столбец")
    if reading.mistakes or provider is None or period is None or issued_date is None:
        raise Malformed(reading.mistakes)
    return senders[provider], period, issued_date


def _named(reading: Reading, name: str, title: str, parse: Callable[[str], Value]) -> Value | None:
    row = trimmed(reading.next_cells())
    reading.columns = (name, title)
    if row[:1] != [name]:
        reading.stop(1, f"ожидалась строка {name}")
    if len(row) != 2:
        reading.stop(2, f"в строке {name} должно стоять одно значение")
    return reading.cell(row, 2, parse)


def _refuse_implausible(reading: Reading, period: date, issued_date: date, today: date) -> None:
    if issued_date > today + ISSUED_AHEAD:
        reading.wrong(2, "дата выставления ещё не наступила")
    if period > issued_date + PERIOD_AHEAD:
        reading.wrong(2, "период позже даты выставления")
    if period < issued_date - PERIOD_BEHIND:
        reading.wrong(2, "между периодом и датой выставления больше трёх лет")


def _rows(reading: Reading, stated: list[Stated], sender: Sender) -> Iterator[UsualBill | tuple[str, Line | None]]:
    """Usual bills, and of all others account number and charge of every row; the last line's totals go to `stated`."""
    usual = UsualBills(sender, reading.encoding)
    while (piece := reading.next_piece()) is not None:
        bill = usual.read(piece.lines, line=reading.passed + 1) if piece.is_whole_bill else None
        if bill is not None:
            reading.pass_by(bill.rows)
            yield bill
            continue
        before = len(reading.mistakes)
        for line in reading.lines_of(piece):
            row = trimmed(reading.cells_of(line), to=len(COLUMNS))
            if row[:1] == [TOTAL_COLUMNS[0]]:
                reading.columns = TOTAL_COLUMNS
                stated.append(_end(reading, trimmed(row)))
                return
            if len(row) == len(COLUMNS):
                yield row[0], _line(reading, row)
            elif row:
                reading.wrong(min(len(row), len(COLUMNS)) + 1, f"полей {len(row)}, а должно быть {len(COLUMNS)}")
        if piece.is_whole_bill and len(reading.mistakes) == before:
            usual.learn(piece.lines)
    reading.columns = TOTAL_COLUMNS
    reading.next_line()
    reading.stop(1, "нет завершающей строки #TOTAL: файл оборван")


def _line(reading: Reading, row: list[str]) -> Line | None:
    before = len(reading.mistakes)
    service = reading.cell(row, 2, lambda cell: text_cell(cell, LONGEST_SERVICE))
    if service == "":
        reading.wrong(2, "услуга не названа")
    unit = reading.cell(row, 3, lambda cell: text_cell(cell, LONGEST_UNIT))
    volume, tariff = (reading.cell(row, column, decimal_cell) for column in (4, 5))
    accrued, recalculated = (reading.charge(row, column) if row[column - 1] else None for column in (6, 7))
    amount = accrued if accrued is not None and row[7] == row[5] else reading.charge(row, 8)
    if amount is not None and accrued is not None and recalculated is not None and amount != accrued + recalculated:
        reading.wrong(8, f"«Начислено» и «Перерасчёт» дают {plain_roubles(Kopecks(accrued + recalculated))}")
    if len(reading.mistakes) > before:
        return None
    return Line(service or "", unit or "", volume or "", tariff or "", accrued, recalculated, amount or Kopecks(0))


def _end(reading: Reading, row: list[str]) -> Stated:
    """Read the stated totals and make sure that nothing follows them."""
    if len(row) != len(TOTAL_COLUMNS):
        reading.stop(len(row) + 1, "в строке #TOTAL должны стоять число счетов, число строк и сумма")
    bills, rows = (reading.cell(row, column, count_cell) for column in (2, 3))
    stated = (bills, rows, reading.cell(row, 4, money_cell))
    total_line = reading.line
    if reading.next_cells() is not None:
        reading.stop(1, "после строки #TOTAL ничего не должно быть")
    reading.line = total_line
    return stated


def _compare_totals(reading: Reading, counted: tuple[int, int, Kopecks], stated: Stated) -> None:
    bills, rows, total = counted
    if not bills:
        reading.stop(1, "в файле нет ни одного счёта")
    if stated[0] != bills:
        reading.wrong(2, f"счетов в файле {bills}")
    if stated[1] != rows:
        reading.wrong(3, f"строк в файле {rows}")
    if stated[2] != total:
        reading.wrong(4, f"сумма строк {plain_roubles(total)}")


def _folded(names: list[str]) -> list[str]:
    return [name.casefold().replace("ё", "е") for name in names]
