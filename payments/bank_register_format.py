"""The acquirer's register of operations: 21 columns, Windows-1251; bytes in, operations out. Knows no database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from billing.money import Kopecks
from billing.register_text import (
    BadCell,
    BadLine,
    Malformed,
    Mistake,
    cells,
    count_cell,
    day_cell,
    money_cell,
    numbered_lines,
    text_cell,
)

Value = TypeVar("Value")

MOSCOW = ZoneInfo("Europe/Moscow")
ENCODING = "cp1251"
COLUMNS = (
    *("Номер строки", "Карта", "Платёжная система", "Номер заказа", "Дата", "Время", "Пояс", "Код авторизации"),
    *("Терминал", "Дата обработки", "Дата перечисления", "Сумма", "Комиссия банка", "К перечислению"),
    *("Тип операции", "RRN", "PaymentId", "Название терминала", "Dom/Int", "DATA", "Описание"),
)
# Some terminals get one more column after the bank's fee.
FISCAL_FEE = 13
MOST_MISTAKES = 20
LONGEST = 250


class Kind(StrEnum):
    """Types of operations, as the bank writes them."""

    DEBIT = "Debit"
    CREDIT = "Credit"
    CANCEL_REFUND = "CancelRefund"
    CHARGEBACK = "Chargeback"
    CHARGEBACK_REVERSAL = "Chargeback_Reversal"
    SECOND_CHARGEBACK = "2Chargeback"
    SECOND_CHARGEBACK_REVERSAL = "2Chargeback_Reversal"
    CR_CHARGEBACK = "CR_Chargeback"
    REPRESENTMENT = "Representment"
    REPRESENTMENT_REVERSAL = "Representment_Reversal"
    DEBIT_CLIENT_CORRECTION = "DebitClientCorrection"
    DEBIT_CORRECTION = "DebitCorrection"
    CREDIT_CLIENT_CORRECTION = "CreditClientCorrection"
    CREDIT_CORRECTION = "CreditCorrection"
    AUTH_FAIL = "AUTH_FAIL"


MINUS = frozenset(
    {
        Kind.CREDIT,
        Kind.CHARGEBACK,
        Kind.SECOND_CHARGEBACK,
        Kind.REPRESENTMENT_REVERSAL,
        Kind.CREDIT_CLIENT_CORRECTION,
        Kind.CREDIT_CORRECTION,
    }
)
TAKING = frozenset({Kind.DEBIT, Kind.DEBIT_CORRECTION, Kind.DEBIT_CLIENT_CORRECTION})
# A refund that the bank takes back is one of these, above zero.
GIVING = frozenset({Kind.CREDIT, Kind.CANCEL_REFUND, Kind.CREDIT_CORRECTION, Kind.CREDIT_CLIENT_CORRECTION})


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One line: sums in kopecks without a sign, which the kind gives; `card` is the bank's mask."""

    line: int
    card: str
    order_id: str
    at: datetime
    processed_date: date | None
    transfer_date: date | None
    amount: Kopecks
    fee: Kopecks
    transfer: Kopecks
    kind: Kind
    rrn: str
    bank_id: str

    @property
    def signed_amount(self) -> Kopecks:
        """What it adds to the settlement, or takes from it; a failed authorisation only costs its fee."""
        if self.kind is Kind.AUTH_FAIL:
            return Kopecks(0)
        return Kopecks(-self.amount if self.kind in MINUS else self.amount)


def read(data: bytes, *, may_be_empty: bool = False) -> list[Operation]:
    """The operations of a register without a mistake. Raises Malformed with the first places that are wrong.

    An empty file tells nothing by itself; it may be one where somebody says of which days it is.
    """
    try:
        text = data.decode(ENCODING)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        wrong = f"байт {error.object[error.start]:02X} не читается как Windows-1251"
        raise Malformed([Mistake(line, 1, "", wrong)]) from None
    operations, mistakes = [], []
    for number, content in numbered_lines(text) if text.strip() else ():
        try:
            operations.append(_operation(number, content))
        except Malformed as malformed:
            mistakes += malformed.mistakes
        if len(mistakes) >= MOST_MISTAKES:
            break
    if mistakes:
        raise Malformed(mistakes[:MOST_MISTAKES])
    if not operations and not may_be_empty:
        raise Malformed([Mistake(1, 1, COLUMNS[0], "в файле нет ни одной операции")])
    return operations


class _Row:
    """One line cut into cells; a bad cell raises Malformed with its place."""

    def __init__(self, number: int, line: str) -> None:
        self.number = number
        try:
            found = cells(line)
        except BadLine as bad:
            raise Malformed([Mistake(number, bad.column, "", str(bad))]) from None
        if len(found) not in {len(COLUMNS), len(COLUMNS) + 1}:
            wrong = f"полей {len(found)}, а должно быть {len(COLUMNS)} или {len(COLUMNS) + 1}"
            raise Malformed([Mistake(number, len(found), "", wrong)])
        self.has_fiscal_fee = len(found) > len(COLUMNS)
        self.fiscal_fee = found.pop(FISCAL_FEE) if self.has_fiscal_fee else "0"
        self.found = found

    def money(self, name: str) -> Kopecks:
        """A sum without its sign."""
        return Kopecks(abs(self._read(name, money_cell)))

    def day(self, name: str) -> date | None:
        """A date, or nothing: the bank has not come to it yet."""
        return self._read(name, lambda cell: day_cell(cell) if cell else None)

    def text(self, name: str) -> str:
        """Any text."""
        return self._read(name, lambda cell: text_cell(cell, LONGEST))

    def count(self, name: str) -> int:
        """A whole number."""
        return self._read(name, count_cell)

    def kind(self) -> Kind:
        """The type of the operation, one of those that the bank has."""
        return self._read("Тип операции", _kind)

    def at(self) -> datetime:
        """The moment, Moscow's."""
        self._read("Пояс", _zone)
        day = self._read("Дата", day_cell)
        return self._read("Время", lambda cell: _moment(day, cell))

    def fee(self) -> Kopecks:
        """The bank's fee with the fiscal one."""
        try:
            fiscal = abs(money_cell(self.fiscal_fee or "0"))
        except BadCell as bad:
            raise self._wrong(FISCAL_FEE + 1, "Фискальная комиссия", str(bad)) from None
        return Kopecks(self.money("Комиссия банка") + fiscal)

    def _read(self, name: str, reader: Callable[[str], Value]) -> Value:
        index = COLUMNS.index(name)
        try:
            return reader(self.found[index])
        except BadCell as bad:
            shift = 1 if self.has_fiscal_fee and index >= FISCAL_FEE else 0
            raise self._wrong(index + 1 + shift, name, str(bad)) from None

    def _wrong(self, column: int, name: str, text: str) -> Malformed:
        return Malformed([Mistake(self.number, column, name, text)])


def _operation(number: int, line: str) -> Operation:
    row = _Row(number, line)
    row.count("Номер строки")
    return Operation(
        line=number,
        card=row.text("Карта"),
        order_id=row.text("Номер заказа"),
        at=row.at(),
        processed_date=row.day("Дата обработки"),
        transfer_date=row.day("Дата перечисления"),
        amount=row.money("Сумма"),
        fee=row.fee(),
        transfer=row.money("К перечислению"),
        kind=row.kind(),
        rrn=row.text("RRN"),
        bank_id=row.text("PaymentId"),
    )


def _kind(cell: str) -> Kind:
    try:
        return Kind(cell)
    except ValueError:
        raise BadCell(f"«{cell[:30]}» – неизвестный тип операции") from None


def _zone(cell: str) -> None:
    if cell != "MSK":
        raise BadCell(f"«{cell[:30]}» – не MSK")


def _moment(day: date, cell: str) -> datetime:
    try:
        return datetime.strptime(cell, "%H:%M:%S").replace(year=day.year, month=day.month, day=day.day, tzinfo=MOSCOW)
    except ValueError:
        raise BadCell(f"«{cell[:30]}» – не время вида 17:26:23") from None
