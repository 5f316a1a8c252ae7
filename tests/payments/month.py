"""A month of operations at the scripted bank: declines, challenges, lost answers, late outcomes, refunds."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from unittest.mock import patch

from django.db import transaction
from django.utils import timezone

from accounts import confirmations
from accounts.models import User
from billing import dues, register_import
from billing.models import Bill
from payments import authorisation, checkout, register_export, settlement
from payments.acquirer.base import Word
from payments.models import Payment, Refund
from payments.moves import move
from payments.status import FINAL, LIVE, TAKEN, Status
from tests.billing.make import make_provider
from tests.billing.registers import register_text, row
from tests.payments.make import authorise, open_payment, pay_ahead
from tests.payments.scripted_bank import ScriptedBank
from tests.people import NOW

START = NOW - timedelta(days=31)
ACCOUNTS = [str(number) for number in range(6_000_000_000, 6_000_000_008)]
OUTCOMES = [Word.CONFIRMED] * 6 + [Word.DECLINED] * 2 + [Word.PENDING]
LOSSES = [("authorise", "after"), ("authorise", "before"), ("start", "after"), ("check_card", "before"), ("", "")]


def confirm(payment: Payment, resident: User, now: datetime) -> bool:
    """The rule of the final confirmation without codes: their caps would not let a month be over in seconds."""
    with transaction.atomic():
        move(payment, to=Status.CONFIRMING, now=now, source="resident")
    try:
        with transaction.atomic(), patch.object(confirmations, "consume", lambda **arguments: True):
            checkout._consume_and_hold(payment, resident, None, now)
    except (dues.AlreadyBeingPaid, dues.BillChanged):
        return False
    return True


def pay_quietly(bill: Bill, resident: User, now: datetime = NOW) -> Payment:
    """The whole way without a code."""
    payment = open_payment(bill, resident, now=now)
    assert confirm(payment, resident, now)
    authorise(payment, now=now)
    payment.refresh_from_db()
    return payment


@dataclass
class Month:
    """Its own books beside the database's: what the bank took and gave back, in kopecks."""

    bank: ScriptedBank
    resident: User
    random: Random

    def __post_init__(self) -> None:
        self.provider = make_provider(fee_basis_points=150, fee_minimum=1000, fee_maximum=3000)
        self.issue(START)

    def issue(self, now: datetime) -> None:
        """A register of bills, made anew with other sums each time."""
        rows = []
        for number in ACCOUNTS:
            rows += [row(number, self.random.randint(500, 3000)), row(number, self.random.randint(1, 300), "Вода")]
        data = register_text(*rows, period="09.2026", issued=f"{now:%d.%m.%Y}").encode()
        register_import.import_register(data=data, file_name="", now=now)

    def run(self, operations: int) -> None:
        """So many tries of residents, evenly over the month, with everything that happens between them."""
        step = timedelta(days=30) / operations
        for number in range(operations):
            now = START + step * number
            if number and number % max(1, operations // 3) == 0:
                self.issue(now)
            self.try_to_pay(now)
            self.random.choice([self.sweep, self.refund, self.late, lambda now: None])(now + timedelta(minutes=40))
        self.sweep(NOW)
        self.sweep(NOW + timedelta(hours=1))

    def try_to_pay(self, now: datetime) -> None:
        bill = self.random.choice(list(Bill.objects.filter(total__gt=0).order_by("pk")))
        if not bill.is_payable:
            return
        amount = self.random.randint(1, bill.due)
        if self.random.random() < 0.2:
            payment = pay_ahead(bill.account, self.resident, amount, now=now)
        else:
            payment = open_payment(bill, self.resident, amount=amount, now=now)
        if self.random.random() < 0.1 or not confirm(payment, self.resident, now):
            return
        bank, (method, when) = self.bank, self.random.choice(LOSSES)
        bank.outcome, bank.challenges = self.random.choice(OUTCOMES), self.random.random() < 0.3
        bank.lose = {method: when, "query": "before"} if method else {}
        authorise(payment, now=now)
        payment.refresh_from_db()
        if payment.status == Status.CHALLENGED and self.random.random() < 0.7:
            bank.pass_challenge(payment.uuid)
            bank.lose = self.random.choice([{}, {"finish_challenge": "after", "query": "before"}])
            authorisation.complete(payment=payment, now=now + timedelta(minutes=2))
        bank.lose = {}

    def sweep(self, now: datetime) -> None:
        for held in self.bank.orders.values():
            if held.word is Word.PENDING:
                self.bank.settle_late(held.order.order_id, self.random.choice([Word.CONFIRMED, Word.DECLINED]))
        settlement.settle_due(now=now, everything=True)

    def refund(self, now: datetime) -> None:
        """The bank gives back a part, or all, of something that it took."""
        payment = self._any(Payment.objects.filter(status__in=TAKEN - {Status.REFUNDED}))
        if payment is None:
            return
        back = self.random.randint(payment.refunded + 1, payment.total)
        word = Word.REFUNDED if back == payment.total or self.random.random() < 0.3 else Word.PARTLY_REFUNDED
        self._tell(payment, word, now, refunded=back)

    def late(self, now: datetime) -> None:
        """Money, or its return, for an operation that was given up."""
        payment = self._any(Payment.objects.filter(status__in=FINAL - TAKEN, bank_id__isnull=False))
        if payment is not None:
            self._tell(payment, Word.REFUNDED if payment.attention_at else Word.CONFIRMED, now)

    def days_of_money(self) -> list[date]:
        """The days with something for the provider's register."""
        moments = {*Payment.objects.exclude(succeeded_at=None).values_list("succeeded_at", flat=True)}
        return sorted(
            {timezone.localdate(at) for at in moments | {*Refund.objects.values_list("created_at", flat=True)}}
        )

    def export(self, *, days: list[date]) -> list[str]:
        """The registers of these days."""
        later = NOW + timedelta(days=2)
        return [register_export.export(provider=self.provider, day=day, now=later).content for day in days]

    def _any(self, payments) -> Payment | None:
        found = list(payments.order_by("pk"))
        return self.random.choice(found) if found else None

    def _tell(self, payment: Payment, word: Word, now: datetime, **changes: object) -> None:
        self.bank._of(payment.uuid).word = word
        answer = self.bank.answer_about(payment.uuid, word=word, raw_status=word.value, **changes)
        for _ in range(self.random.randint(1, 2)):
            settlement.apply(payment=payment, answer=answer, source="notification", now=now)


def is_over() -> bool:
    """Nothing waits for the bank."""
    return not Payment.objects.filter(status__in=LIVE).exists()
