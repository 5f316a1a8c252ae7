"""«Справка»: a resident's operations of a period, frozen when it is made, with a code by which it can be confirmed."""

import hashlib
import json
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from billing.money import Kopecks
from payments.history import Wanted
from payments.models import Payment, Statement
from payments.shown import moment
from payments.status import TAKEN
from safeguards import throttle
from safeguards.throttle import Limit

A_DAY = Limit("statements", times=30, period=timedelta(days=1))
LONGEST = 1000


class TooLong(Exception):
    """More operations than one statement holds."""


class TooMany(Exception):
    """So many statements a day; `retry_after` says when the next may be made."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Line:
    """One operation as the statement says it; sums in kopecks."""

    at: str
    number: int
    provider: str
    account: str
    method: str
    amount: int
    fee: int
    status: str
    is_taken: bool
    refunded: int

    @property
    def total(self) -> Kopecks:
        """What the card was to be charged."""
        return Kopecks(self.amount + self.fee)


@dataclass(frozen=True)
class Totals:
    """What the lines add up to: sums of what was taken, and what was returned of it."""

    amount: Kopecks
    fee: Kopecks
    returned: Kopecks

    @property
    def total(self) -> Kopecks:
        """What was taken in all."""
        return Kopecks(self.amount + self.fee)


def make(*, resident: User, start: date, end: date, now: datetime) -> Statement:
    """The statement of these days as they stand now; on one day, while nothing has changed, it is the same one again.

    Raises TooLong, TooMany. Call it outside transactions.
    """
    if not throttle.take(A_DAY, str(resident.uuid), now):
        raise TooMany(throttle.retry_after(A_DAY, str(resident.uuid), now))
    payments = Payment.objects.of(resident).submitted().filter(Wanted(start=start, end=end).condition())
    found = list(payments.select_related("snapshot").order_by("submitted_at", "id")[: LONGEST + 1])
    if len(found) > LONGEST:
        raise TooLong
    kept = [list(astuple(_line(payment))) for payment in found]
    days = [day.isoformat() for day in (start, end, timezone.localdate(now))]
    words = json.dumps([days, kept], ensure_ascii=False)
    digest = hashlib.sha256(words.encode()).hexdigest()
    fresh = {"start": start, "end": end, "lines": kept, "made_at": now}
    return Statement.objects.get_or_create(resident=resident, digest=digest, defaults=fresh)[0]


def lines(statement: Statement) -> list[Line]:
    """Its operations, oldest first."""
    return [Line(*kept) for kept in statement.lines]


def totals(statement: Statement) -> Totals:
    """What was taken and returned, to the kopeck."""
    taken = [line for line in lines(statement) if line.is_taken]
    return Totals(
        amount=Kopecks(sum(line.amount for line in taken)),
        fee=Kopecks(sum(line.fee for line in taken)),
        returned=Kopecks(sum(line.refunded for line in taken)),
    )


def _line(payment: Payment) -> Line:
    return Line(
        at=moment(payment.submitted_at or payment.created_at),
        number=payment.number,
        provider=payment.snapshot.provider_short_name,
        account=payment.snapshot.shown_number,
        method=payment.card,
        amount=payment.amount,
        fee=payment.fee,
        status=payment.public_status,
        is_taken=payment.status in TAKEN,
        refunded=payment.refunded,
    )
