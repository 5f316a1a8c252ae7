"""What every format of bill registers is read into, and the sizes beyond which a figure is a slip."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from billing.account_numbers import AccountKind
from billing.money import Kopecks

LONGEST_SERVICE = 200
LONGEST_UNIT = 30
# A billion roubles for one service, a thousand services a bill.
LARGEST_CHARGE = 100_000_000_000
MOST_CHARGES = 1000


@dataclass(frozen=True)
class Sender:
    """A provider that may send registers: by what a file names it, and how its account numbers look."""

    code: str
    account_pattern: str
    account_kind: str = AccountKind.PLAIN
    inn: str = ""
    settlement_account: str = ""


class Line(NamedTuple):
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
    """An opened register; `sequence` is its number in the month where the format has one, else 0.

    Its bills come one at a time and once: a file may be of any size. Where they end, Malformed tells what was wrong;
    until then nothing of it may be believed. That no account stands twice the reader does not see: see `staging`.
    """

    provider: str
    period: date
    issued_date: date
    bills: Iterable[AccountBill]
    sequence: int = 0
