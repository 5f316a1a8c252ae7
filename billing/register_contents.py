"""What every format of bill registers is read into, and the sizes beyond which a figure is a slip."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from billing.account_numbers import AccountKind
from billing.money import Kopecks

LONGEST_SERVICE = 200
LONGEST_UNIT = 30
# A billion roubles for one service, a thousand services a bill.
LARGEST_CHARGE = 100_000_000_000
MOST_CHARGES = 1000
# A bill of a month that is further off is a slip, and would be the newest one for as long.
PERIOD_AHEAD = timedelta(days=31)


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


ServiceKey = tuple[str, str]
ServiceIds = Mapping[ServiceKey, int]


class RegisterBill(Protocol):
    """A bill of a register, however it was read."""

    @property
    def number(self) -> str:
        """Of the account, as it is kept."""

    @property
    def line(self) -> int:
        """Where it begins in the file."""

    @property
    def rows(self) -> int:
        """How many charges it has."""

    @property
    def total(self) -> Kopecks:
        """The sum of «К оплате»."""

    @property
    def services(self) -> list[ServiceKey]:
        """What is charged, in the order of the register."""

    def charges(self, ids: ServiceIds) -> str:
        """JSON as `Bill.stored_charges` is written. Raises KeyError where a service has no number yet."""


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

    @property
    def rows(self) -> int:
        """How many charges it has."""
        return len(self.lines)

    @property
    def services(self) -> list[ServiceKey]:
        """What is charged, in the order of the register."""
        return [(line.service, line.unit) for line in self.lines]

    def charges(self, ids: ServiceIds) -> str:
        """To the letter of json.dumps; names of services are not in it. Raises KeyError where one has no number yet."""
        charges = [
            f"[{ids[service, unit]}, {amount}, {'null' if accrued is None else accrued},"
            f' {"null" if recalculated is None else recalculated}, "{volume}", "{tariff}"]'
            for service, unit, volume, tariff, accrued, recalculated, amount in self.lines
        ]
        return f"[{', '.join(charges)}]"


@dataclass(frozen=True)
class Register:
    """An opened register; `sequence` is its number in the month where the format has one, else 0.

    Its bills come one at a time and once: a file may be of any size. Where they end, Malformed tells what was wrong;
    until then nothing of it may be believed. That no account stands twice the reader does not see: see `staging`.
    """

    provider: str
    period: date
    issued_date: date
    bills: Iterable[RegisterBill]
    sequence: int = 0
