"""Bills that look like many before them: one expression reads such a bill whole, ten times faster than row by row.

A shape is a bill without its figures: the same services in their order, the same cells filled. What has no known shape,
and what is wrong in any way, goes the long way through every check; a shape is learnt from bills that have gone there.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from billing import account_numbers
from billing.account_numbers import AccountKind, WrongNumber
from billing.money import Kopecks
from billing.register_contents import Sender, ServiceIds, ServiceKey
from billing.register_text import DECIMAL, SEPARATOR, cells

# An expression takes as long to make as some dozens of bills take the long way.
OFTEN = 100
MOST_SHAPES = 200
MOST_COUNTED = 20_000
# With what account numbers are written as well; and the ends of lines may be mixed.
FIGURES = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ\r"
SUM = "-?[0-9]{1,7}[.,][0-9]{2}"
# The cells of figures: after number, service and unit; and as JSON has them.
VOLUME, TARIFF, ACCRUED, RECALCULATED, AMOUNT = range(5)
IN_JSON = (AMOUNT, ACCRUED, RECALCULATED, VOLUME, TARIFF)
# Where an empty cell stands among the figures that are found: nowhere.
EMPTY = -1
COLUMNS = 8


class UsualBill(NamedTuple):
    """A bill of a known shape; `line` is where it begins in the file."""

    number: str
    line: int
    total: Kopecks
    shape: "Shape"
    figures: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many charges it has."""
        return len(self.shape.services)

    @property
    def services(self) -> list[ServiceKey]:
        """What is charged, in the order of the register."""
        return self.shape.services

    def charges(self, ids: ServiceIds) -> str:
        """The same JSON that AccountBill writes."""
        return self.shape.template(ids) % self.figures


class UsualBills:
    """The shapes that bills of one register had so far."""

    def __init__(self, sender: Sender, encoding: str) -> None:
        self.shapes: dict[bytes, Shape] = {}
        self._sender, self._encoding = sender, encoding
        self._counts: Counter[bytes] = Counter()
        # Neighbours have the same services: the shape of the bill before is nearly always right.
        self._last: Shape | None = None
        self._plain = re.compile(sender.account_pattern, re.ASCII) if sender.account_kind == AccountKind.PLAIN else None

    def read(self, text: bytes, *, line: int) -> UsualBill | None:
        """The bill in these rows, or None where they must be looked at closely."""
        bill = self._last.read(text, line) if self._last else None
        if bill is None:
            self._last = self.shapes.get(_without_figures(text))
            bill = self._last.read(text, line) if self._last else None
        return bill if bill and self._is_account(bill.number) else None

    def learn(self, text: bytes) -> None:
        """Count these rows, in which nothing is wrong; know their shape from now on when it comes often."""
        if len(self._counts) > MOST_COUNTED:
            self._counts.clear()
        key = _without_figures(text)
        self._counts[key] += 1
        if self._counts[key] == OFTEN and len(self.shapes) < MOST_SHAPES:
            lines = [line.rstrip("\r") for line in text.decode(self._encoding).split("\n")[:-1]]
            rows = [line.split(SEPARATOR) for line in lines]
            if all(len(row) == COLUMNS and row == cells(line) for row, line in zip(rows, lines, strict=True)):
                self.shapes[key] = Shape(rows, self._encoding)

    def _is_account(self, number: str) -> bool:
        """Whether it may be an account of the sender, and is written as it is kept."""
        # Plain digits have no twins and are kept as they are: for most numbers their pattern says it all.
        if self._plain and len(number) <= account_numbers.LONGEST and number.isdigit():
            return self._plain.fullmatch(number) is not None
        try:
            kept = account_numbers.read(number, kind=self._sender.account_kind, pattern=self._sender.account_pattern)
        except WrongNumber:
            return False
        return kept == number


class Shape:
    """The expression that finds the figures of a bill, and its JSON with places for them."""

    def __init__(self, rows: list[list[str]], encoding: str) -> None:
        self.services: list[ServiceKey] = [(row[1], row[2]) for row in rows]
        self._template = ""
        # Of every figure that is found: whether it is a sum, or a decimal.
        self._is_sum: list[bool] = []
        # Of every row: where its five figures stand among those found.
        self._places: list[list[int]] = []
        self._pattern = re.compile("".join([self._row(row) for row in rows]).encode(encoding))
        sums = [at for at, is_sum in enumerate(self._is_sum) if is_sum]
        decimals = [at for at, is_sum in enumerate(self._is_sum) if not is_sum]
        self._sums, self._decimals = _picker(sums), _picker(decimals)
        # Read one kind after the other, they stand so.
        rank = {at: number for number, at in enumerate(sums + decimals)} | {EMPTY: EMPTY}
        ranked = [[rank[at] for at in row] for row in self._places]
        self._amounts = _picker([row[AMOUNT] for row in ranked])
        self._additions = [row[ACCRUED:] for row in ranked if EMPTY not in row[ACCRUED:]]
        self._in_json = _picker([row[at] for row in ranked for at in IN_JSON if row[at] != EMPTY])

    def read(self, text: bytes, line: int) -> UsualBill | None:
        """The bill, unless it is of another shape or its sums contradict each other."""
        found = self._pattern.fullmatch(text)
        if found is None:
            return None
        number, *figures = found.groups()
        digits = b";".join(self._sums(figures)).translate(None, b".,").decode()
        sums = [*map(int, digits.split(";"))]
        for accrued, recalculated, amount in self._additions:
            if sums[accrued] + sums[recalculated] != sums[amount]:
                return None
        # «0,05» leaves 005, which is no number of JSON; all others stay as the file writes them.
        is_padded = digits.startswith("0") or ";0" in digits or "-0" in digits
        written = [*(map(str, sums) if is_padded else digits.split(";"))]
        written += b";".join(self._decimals(figures)).decode().replace(",", ".").split(";")
        return UsualBill(number.decode(), line, sum(self._amounts(sums)), self, self._in_json(written))

    def template(self, ids: ServiceIds) -> str:
        """JSON of the charges but for the figures. Raises KeyError where a service has no number yet."""
        if not self._template:
            charges = [self._charge(ids[key], *row) for key, row in zip(self.services, self._places, strict=True)]
            self._template = f"[{', '.join(charges)}]"
        return self._template

    def _charge(self, service: int, *places: int) -> str:
        volume, tariff, accrued, recalculated, amount = ("" if at == EMPTY else "%s" for at in places)
        return f'[{service}, {amount}, {accrued or "null"}, {recalculated or "null"}, "{volume}", "{tariff}"]'

    def _row(self, row: list[str]) -> str:
        """The expression of one row."""
        places: list[int] = []
        parts = ["(?P=number)" if self._places else "(?P<number>[0-9A-Z]+)", re.escape(row[1]), re.escape(row[2])]
        for column, cell in enumerate(row[3:]):
            if column == AMOUNT and cell == row[3 + ACCRUED]:
                # Said twice, as nearly always, it is read once.
                parts.append(f"(?P=figure{places[ACCRUED]})")
                places.append(places[ACCRUED])
            elif cell:
                is_sum, at = column >= ACCRUED, len(self._is_sum)
                parts.append(f"(?P<figure{at}>{SUM if is_sum else DECIMAL})")
                places.append(at)
                self._is_sum.append(is_sum)
            else:
                parts.append("")
                places.append(EMPTY)
        self._places.append(places)
        return SEPARATOR.join(parts) + "\r?\n"


def _without_figures(text: bytes) -> bytes:
    return text.translate(None, FIGURES)


def _picker(places: list[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Takes the values at these places; itemgetter is quick, but of one place it makes no tuple."""
    return itemgetter(*places) if len(places) > 1 else lambda values: tuple(values[at] for at in places)
