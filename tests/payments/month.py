"""A month of operations at the scripted bank: declines, challenges, lost answers, late outcomes, refunds."""

import io
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
from billing.money import Kopecks
from payments import authorisation, cases, checkout, refunds, register_export, settlement
from payments.acquirer.base import Word
from payments.models import Payment, Refund
from payments.moves import move
from payments.status import FINAL, LIVE, TAKEN, Status
from tests.billing.make import make_account, make_bill, make_provider
from tests.billing.registers import register_text, row
from tests.payments.make import authorise, open_payment, pay_ahead
from tests.payments.scripted_bank import ScriptedBank
from tests.people import NOW, make_resident

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
        self.asking, self.approving = (
            make_resident("+79000000101", is_staff=True),
            make_resident("+79000000102", is_staff=True),
        )
        self.provider = make_provider(fee_basis_points=150, fee_minimum=1000, fee_maximum=3000)
        self.issue(START)

    def issue(self, now: datetime) -> None:
        """A register of bills, made anew with other sums each time."""
        rows = []
        for number in ACCOUNTS:
            rows += [row(number, self.random.randint(500, 3000)), row(number, self.random.randint(1, 300), "Вода")]
        data = register_text(*rows, period="09.2026", issued=f"{now:%d.%m.%Y}").encode()
        register_import.import_register(file=io.BytesIO(data), file_name="", now=now)

    def run(self, operations: int) -> None:
        """So many tries of residents, evenly over the month, with everything that happens between them."""
        step = timedelta(days=30) / operations
        for number in range(operations):
            now = START + step * number
            if number and number % max(1, operations // 3) == 0:
                self.issue(now)
            self.try_to_pay(now)
            self.random.choice([self.sweep, self.refund, self.late, self.give_back, lambda now: None])(
                now + timedelta(minutes=40)
            )
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
        whole = back == payment.total or self.random.random() < 0.3
        word, back = (Word.REFUNDED, payment.total) if whole else (Word.PARTLY_REFUNDED, back)
        self.bank.return_by_itself(payment.uuid, back)
        self._tell(payment, word, now, refunded=back)

    def late(self, now: datetime) -> None:
        """Money, or its return, for an operation that was given up."""
        payment = self._any(Payment.objects.filter(status__in=FINAL - TAKEN, bank_id__isnull=False))
        if payment is None or self.bank._of(payment.uuid).word is Word.REFUNDED:
            return
        if payment.attention_at is None:
            self._tell(payment, Word.CONFIRMED, now)
        elif payment.refunding:
            for refund in payment.refunds.filter(state=Refund.State.REQUESTED):
                self._approve(refund, now)
        else:
            self.random.choice([self._forget, self._credit, self._return_late])(payment, now)

    def give_back(self, now: datetime) -> None:
        """Staff ask for a refund, sometimes think better of it, and sometimes hear nothing from the bank."""
        payment = self._any(Payment.objects.filter(status__in=TAKEN - {Status.REFUNDED}))
        if payment is None or not refunds.left(payment):
            return
        total = Kopecks(self.random.randint(1, refunds.left(payment)))
        refund = refunds.request(payment=payment, total=total, reason="Ошибка", by=self.asking, now=now)
        choice = self.random.random()
        if choice < 0.2:
            refunds.withdraw(refund=refund)
        elif choice < 0.9:
            self._approve(refund, now)

    def credit_late(self, now: datetime) -> None:
        """An operation that was given up, paid after all, and credited by staff."""
        payment = open_payment(make_bill(make_account(provider=self.provider)), self.resident, now=now)
        confirm(payment, self.resident, now)
        self.bank.outcome, self.bank.lose = Word.CONFIRMED, {"authorise": "after", "query": "before"}
        authorise(payment, now=now)
        self.bank.lose = {}
        payment.refresh_from_db()
        settlement.give_up(payment, now=now, source="test", only=LIVE)
        self._tell(payment, Word.CONFIRMED, now)
        cases.credit(payment=payment, now=now)

    def _approve(self, refund: Refund, now: datetime) -> None:
        self.bank.lose = self.random.choice([{}, {"refund": "before"}, {"refund": "after"}])
        refunds.approve(refund=refund, by=self.approving, now=now)
        self.bank.lose = {}

    def _forget(self, payment: Payment, now: datetime) -> None:
        self._tell(payment, Word.REFUNDED, now)

    def _credit(self, payment: Payment, now: datetime) -> None:
        try:
            cases.credit(payment=payment, now=now)
        except dues.AlreadyBeingPaid:
            self._return_late(payment, now)

    def _return_late(self, payment: Payment, now: datetime) -> None:
        self._approve(cases.give_back(payment=payment, reason="Опоздала", by=self.asking, now=now), now)

    def days_of_money(self) -> list[date]:
        """The days with something for the provider's register."""
        taken = Payment.objects.exclude(succeeded_at=None)
        moments = {*taken.values_list("succeeded_at", flat=True)}
        moments |= {*Refund.objects.filter(payment__in=taken, state="DONE").values_list("done_at", flat=True)}
        return sorted({timezone.localdate(at) for at in moments})

    def export(self, *, days: list[date]) -> list[str]:
        """The registers of these days."""
        later = NOW + timedelta(days=2)
        return [register_export.export(provider=self.provider, day=day, now=later).content for day in days]

    def _any(self, payments) -> Payment | None:
        # Keys alone: a month of ten thousand whole rows would be read ten thousand times.
        found = list(payments.order_by("pk").values_list("pk", flat=True))
        return Payment.objects.get(pk=self.random.choice(found)) if found else None

    def _tell(self, payment: Payment, word: Word, now: datetime, **changes: object) -> None:
        self.bank._of(payment.uuid).word = word
        answer = self.bank.answer_about(payment.uuid, word=word, raw_status=word.value, **changes)
        for _ in range(self.random.randint(1, 2)):
            settlement.apply(payment=payment, answer=answer, source="notification", now=now)


def is_over() -> bool:
    """Nothing waits for the bank."""
    return not Payment.objects.filter(status__in=LIVE).exists()
