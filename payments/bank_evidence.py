"""What the bank's registers prove of one payment."""

from datetime import date, timedelta

from django.utils import timezone

from billing.money import Kopecks
from payments.bank_register_format import GIVING, Kind
from payments.models import BankOperation, BankRegister, Payment

# The bank gives an order up 36 hours after its challenge at the latest: a charge stands on one of these days.
DAYS_OF_A_CHARGE = 3


def shows_no_money(payment: Payment) -> bool:
    """Every day on which it could have been charged is in a register, and what was taken, if any, has gone back."""
    if payment.submitted_at is None:
        return True
    first = timezone.localdate(payment.submitted_at)
    if not covers(first, first + timedelta(days=DAYS_OF_A_CHARGE - 1)):
        return False
    operations = BankOperation.objects.filter(order_id=str(payment.uuid)).exclude(kind=Kind.AUTH_FAIL)
    return sum(operations.values_list("amount", flat=True)) == 0


def given_back(payment: Payment) -> Kopecks:
    """What has gone back of it in all, as far as the lines of the registers tell."""
    lines = BankOperation.objects.filter(order_id=str(payment.uuid), kind__in=GIVING)
    return Kopecks(-sum(lines.values_list("amount", flat=True)))


def covers(first: date, last: date) -> bool:
    """Whether the bank has told of every day of these."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    registers = list(
        BankRegister.objects.filter(first_date__lte=last, last_date__gte=first).values_list("first_date", "last_date")
    )
    return all(any(begin <= day <= end for begin, end in registers) for day in days)
