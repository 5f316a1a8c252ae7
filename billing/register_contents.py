"""What every format of bill registers is read into, and the sizes beyond which a figure is a slip."""

from dataclasses import dataclass, field
from datetime import date

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
    """A register without a mistake; `sequence` is its number in the month where the format has one, else 0."""

    provider: str
    period: date
    issued_date: date
    bills: list[AccountBill]
    sequence: int = 0

    @property
    def rows(self) -> int:
        """How many charges it has."""
        return sum(len(bill.lines) for bill in self.bills)

    @property
    def total(self) -> Kopecks:
        """The sum of all its bills."""
        return Kopecks(sum(bill.total for bill in self.bills))
