"""Bill register, format «smart»: bytes in; a whole register out, or the places of its mistakes. Knows no database."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NoReturn, TypeVar

from billing.money import Kopecks, plain_roubles
from billing.register_text import (
    BadCell,
    BadLine,
    Malformed,
    Mistake,
    cells,
    count_cell,
    day_cell,
    decimal_cell,
    decode,
    money_cell,
    month_cell,
    numbered_lines,
    text_cell,
)

SIGNATURE = ["#REGISTER", "bills", "1"]
COLUMNS = ("Лицевой счёт", "Услуга", "Ед. изм.", "Объём", "Тариф", "Начислено", "Перерасчёт", "К оплате")
TOTAL_COLUMNS = ("#TOTAL", "Счетов", "Строк", "Сумма")
LONGEST_NUMBER = 40
LONGEST_SERVICE = 200
LONGEST_UNIT = 30
# A billion roubles for one service, a thousand services a bill: beyond them a slip.
LARGEST_CHARGE = 100_000_000_000
MOST_CHARGES = 1000
# A register may be made where tomorrow has begun; later than that is a slip that would bar every correction.
ISSUED_AHEAD = timedelta(days=1)
PERIOD_AHEAD = timedelta(days=31)
PERIOD_BEHIND = timedelta(days=3 * 366)
FIRST_MISTAKES = 20

Value = TypeVar("Value")


@dataclass(frozen=True)
class Line:
    """One charge as the register states it; sums in kopecks, volume and tariff as decimal text."""

    service: str
    unit: str
    volume: str
    tariff: str
    accrued: Kopecks | None
    recalculated: Kopecks | None
    amount: Kopecks


@dataclass
class AccountBill:
    """The lines of one account, in their order; `line` is where they begin in the file."""

    number: str
    line: int
    lines: list[Line] = field(default_factory=list)

    @property
    def total(self) -> Kopecks:
        """The sum of «К оплате»."""
        return Kopecks(sum(line.amount for line in self.lines))


@dataclass(frozen=True)
class Register:
    """A register without a mistake."""

    provider: str
    period: date
    issued_date: date
    bills: list[AccountBill]

    @property
    def rows(self) -> int:
        """How many charges it has."""
        return sum(len(bill.lines) for bill in self.bills)

    @property
    def total(self) -> Kopecks:
        """The sum of all its bills."""
        return Kopecks(sum(bill.total for bill in self.bills))


def is_smart(data: bytes) -> bool:
    """Whether the file says of itself that it is of this format."""
    return data.removeprefix(b"\xef\xbb\xbf").startswith(b"#REGISTER;bills;")


def read(data: bytes, *, account_patterns: Mapping[str, str], today: date, most: int = FIRST_MISTAKES) -> Register:
    """The register in the bytes; `account_patterns` are the providers that may send one, by code. Raises Malformed."""
    reading = _Reading(data, most)
    provider, period, issued_date = _header(reading, account_patterns, today)
    pattern = re.compile(account_patterns[provider], re.ASCII)
    register = Register(provider, period, issued_date, list(_bills(reading, pattern)))
    _compare_totals(reading, register)
    reading.refuse_mistakes()
    return register


class _Reading:
    """Where the reading stands, and what was wrong so far."""

    def __init__(self, data: bytes, most: int) -> None:
        self.mistakes: list[Mistake] = []
        self.most = most
        self.line = 0
        self.columns: tuple[str, ...] = ()
        self.stated: tuple[int | None, int | None, Kopecks | None] = (None, None, None)
        self.lines = numbered_lines(decode(data, known_word=COLUMNS[0][:7]))

    def next_cells(self) -> list[str] | None:
        """The cells of the next line; None when the file is over or the line cannot be split."""
        while True:
            self.line, line = next(self.lines, (self.line + 1, None))
            if line is None:
                return None
            try:
                return cells(line)
            except BadLine as error:
                self.wrong(error.column, str(error))

    def wrong(self, column: int, text: str) -> None:
        """Note a mistake in this line and go on, unless there are enough."""
        name = self.columns[column - 1] if column <= len(self.columns) else ""
        self.mistakes.append(Mistake(self.line, column, name, text))
        if len(self.mistakes) >= self.most:
            self.refuse_mistakes()

    def stop(self, column: int, text: str) -> NoReturn:
        """Refuse at once: what follows cannot be understood."""
        self.wrong(column, text)
        raise Malformed(self.mistakes)

    def refuse_mistakes(self) -> None:
        """Raise Malformed when anything was wrong."""
        if self.mistakes:
            raise Malformed(self.mistakes)

    def cell(self, row: list[str], column: int, parse: Callable[[str], Value]) -> Value | None:
        """A parsed cell, or None with its mistake noted."""
        try:
            return parse(row[column - 1])
        except BadCell as error:
            self.wrong(column, str(error))
            return None


def _header(reading: _Reading, patterns: Mapping[str, str], today: date) -> tuple[str, date, date]:
    if _trimmed(reading.next_cells()) != SIGNATURE:
        reading.stop(1, "файл должен начинаться строкой #REGISTER;bills;1")
    provider = _named(reading, "#PROVIDER", "Поставщик", str)
    if provider is not None and provider not in patterns:
        reading.wrong(2, f"поставщик «{provider[:40]}» неизвестен или не выставляет счета")
    period = _named(reading, "#PERIOD", "Период", month_cell)
    issued_date = _named(reading, "#ISSUED", "Дата выставления", day_cell)
    if period and issued_date:
        _refuse_implausible(reading, period, issued_date, today)
    reading.columns = COLUMNS
    names = _trimmed(reading.next_cells())
    for column, name in enumerate(COLUMNS, start=1):
        if _folded(names[column - 1 : column]) != _folded([name]):
            reading.wrong(column, f"ожидался заголовок «{name}»")
    if len(names) > len(COLUMNS):
        reading.wrong(len(COLUMNS) + 1, "лишний столбец")
    if reading.mistakes or provider is None or period is None or issued_date is None:
        raise Malformed(reading.mistakes)
    return provider, period, issued_date


def _named(reading: _Reading, name: str, title: str, parse: Callable[[str], Value]) -> Value | None:
    row = _trimmed(reading.next_cells())
    reading.columns = (name, title)
    if row[:1] != [name]:
        reading.stop(1, f"ожидалась строка {name}")
    if len(row) != 2:
        reading.stop(2, f"в строке {name} должно стоять одно значение")
    return reading.cell(row, 2, parse)


def _refuse_implausible(reading: _Reading, period: date, issued_date: date, today: date) -> None:
    if issued_date > today + ISSUED_AHEAD:
        reading.wrong(2, "дата выставления ещё не наступила")
    if period > issued_date + PERIOD_AHEAD:
        reading.wrong(2, "период позже даты выставления")
    if period < issued_date - PERIOD_BEHIND:
        reading.wrong(2, "между периодом и датой выставления больше трёх лет")


def _bills(reading: _Reading, pattern: re.Pattern[str]) -> Iterator[AccountBill]:
    """Bills one by one, so that a reader of a huge file need not keep them."""
    begun: dict[str, int] = {}
    bill: AccountBill | None = None
    while (row := reading.next_cells()) is not None and row[0] != TOTAL_COLUMNS[0]:
        if len(row) != len(COLUMNS):
            reading.wrong(min(len(row), len(COLUMNS)) + 1, f"полей {len(row)}, а должно быть {len(COLUMNS)}")
            continue
        line = _line(reading, row)
        if bill is None or bill.number != row[0]:
            if bill is not None:
                yield bill
            bill = _begin(reading, row[0], pattern, begun)
        if line is not None:
            bill.lines.append(line)
        if len(bill.lines) > MOST_CHARGES:
            reading.stop(1, f"больше {MOST_CHARGES} строк у одного счёта")
    if bill is not None:
        yield bill
    reading.columns = TOTAL_COLUMNS
    if row is None:
        reading.stop(1, "нет завершающей строки #TOTAL: файл оборван")
    _end(reading, row, begun)


def _begin(reading: _Reading, number: str, pattern: re.Pattern[str], begun: dict[str, int]) -> AccountBill:
    if len(number) > LONGEST_NUMBER or not pattern.fullmatch(number):
        reading.wrong(1, f"номер «{number[:40]}» не похож на лицевой счёт этого поставщика")
    elif number in begun:
        reading.wrong(1, f"счёт {number} уже был в строке {begun[number]}: его строки должны стоять подряд")
    begun.setdefault(number, reading.line)
    return AccountBill(number, reading.line)


def _line(reading: _Reading, row: list[str]) -> Line | None:
    before = len(reading.mistakes)
    service = reading.cell(row, 2, lambda cell: text_cell(cell, LONGEST_SERVICE))
    if service == "":
        reading.wrong(2, "услуга не названа")
    unit = reading.cell(row, 3, lambda cell: text_cell(cell, LONGEST_UNIT))
    volume, tariff = (reading.cell(row, column, decimal_cell) for column in (4, 5))
    accrued, recalculated = (_charge(reading, row, column) if row[column - 1] else None for column in (6, 7))
    amount = _charge(reading, row, 8)
    if amount is not None and accrued is not None and recalculated is not None and amount != accrued + recalculated:
        reading.wrong(8, f"«Начислено» и «Перерасчёт» дают {plain_roubles(Kopecks(accrued + recalculated))}")
    if len(reading.mistakes) > before:
        return None
    return Line(service or "", unit or "", volume or "", tariff or "", accrued, recalculated, amount or Kopecks(0))


def _charge(reading: _Reading, row: list[str], column: int) -> Kopecks | None:
    kopecks = reading.cell(row, column, money_cell)
    if kopecks is not None and abs(kopecks) > LARGEST_CHARGE:
        reading.wrong(column, "слишком большая сумма")
        return None
    return kopecks


def _end(reading: _Reading, row: list[str], begun: dict[str, int]) -> None:
    """Read the stated totals and make sure that nothing follows them."""
    row = _trimmed(row)
    if not begun:
        reading.wrong(1, "в файле нет ни одного счёта")
    if len(row) != len(TOTAL_COLUMNS):
        reading.stop(len(row) + 1, "в строке #TOTAL должны стоять число счетов, число строк и сумма")
    bills, rows = (reading.cell(row, column, count_cell) for column in (2, 3))
    reading.stated = (bills, rows, reading.cell(row, 4, money_cell))
    total_line = reading.line
    if reading.next_cells() is not None:
        reading.stop(1, "после строки #TOTAL ничего не должно быть")
    reading.line = total_line


def _compare_totals(reading: _Reading, register: Register) -> None:
    """Compared only when all else is right: a refused line would make every total wrong."""
    reading.refuse_mistakes()
    bills, rows, total = reading.stated
    if bills != len(register.bills):
        reading.wrong(2, f"счетов в файле {len(register.bills)}")
    if rows != register.rows:
        reading.wrong(3, f"строк в файле {register.rows}")
    if total != register.total:
        reading.wrong(4, f"сумма строк {plain_roubles(register.total)}")


def _trimmed(row: list[str] | None) -> list[str]:
    """Without the empty cells that spreadsheets add at the end of short lines."""
    row = list(row or [])
    while row and not row[-1]:
        row.pop()
    return row


def _folded(names: list[str]) -> list[str]:
    return [name.casefold().replace("ё", "е") for name in names]
