"""The demo resident's operations of 2017: two that paid and one that failed; the bank knows none of them."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from billing import dues
from billing.models import Bill
from billing.money import Kopecks
from payments import checkout
from payments.models import Payment
from payments.moves import move
from payments.status import Status

MOSCOW = ZoneInfo("Europe/Moscow")
# (day the bill was issued, moment of the operation, how it ended, the bank's number)
OPERATIONS = (
    (date(2017, 5, 5), datetime(2017, 5, 12, 18, 3, 41, tzinfo=MOSCOW), Status.SUCCEEDED, "demo-1"),
    (date(2017, 6, 5), datetime(2017, 6, 9, 10, 15, 2, tzinfo=MOSCOW), Status.SUCCEEDED, "demo-2"),
    (date(2017, 7, 5), datetime(2017, 7, 17, 17, 24, 53, tzinfo=MOSCOW), Status.DECLINED, "demo-3"),
)
DECLINED_BY_BANK = "1005"


def create(*, resident: User) -> None:
    """Record the operations once; those that stand already are left alone."""
    bills = Bill.objects.visible_to(resident).select_related("account__provider")
    for issued_date, at, outcome, bank_id in OPERATIONS:
        if not Payment.objects.filter(bank_id=bank_id).exists():
            _record(resident, bills.get(issued_date=issued_date), at, outcome, bank_id)


@transaction.atomic
def _record(resident: User, bill: Bill, at: datetime, outcome: Status, bank_id: str) -> None:
    """Walk the payment through its life as the table allows, with the clock of its day."""
    amount = Kopecks(bill.total)
    target = checkout.Target.of(bill, bill.version)
    payment = checkout.new_payment(resident=resident, target=target, amount=amount, form_key=None, now=at)
    move(payment, to=Status.CONFIRMING, now=at, source="demo")
    card: dict[str, Any] = {"card_brand": "VISA", "card_last_four": "0551"}
    move(payment, to=Status.SUBMITTED, now=at, source="demo", submitted_at=at, bank_id=bank_id, **card)
    dues.hold(bill_id=bill.pk, version=bill.version, operation=payment.uuid, amount=amount, resident=resident, now=at)
    move(payment, to=Status.AUTHORISING, now=at, source="demo")
    if outcome == Status.SUCCEEDED:
        move(payment, to=outcome, now=at, source="demo")
        dues.settle(bill_id=bill.pk, operation=payment.uuid, now=at)
    else:
        move(payment, to=outcome, now=at, source="demo", error_code=DECLINED_BY_BANK)
        dues.release(bill_id=bill.pk, operation=payment.uuid, now=at)
