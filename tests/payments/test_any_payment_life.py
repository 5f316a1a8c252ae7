"""Random lives of one account: its owner pays the bill, a stranger what he is told or likes, and the bill changes.

Beside the database the test keeps its own books; after every step they agree, and in the end `verify_money` is clean.
"""

from random import Random
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import transaction

from accounts import confirmations
from billing import dues
from billing.foreign_accounts import Found
from billing.models import Bill, BillVersion
from payments import any_payment, checkout, settlement, verification
from payments.acquirer.base import Answer, Word
from payments.any_payment import Told
from payments.checkout import Target
from payments.models import Payment
from payments.moves import move
from payments.status import Status
from tests.billing.make import make_manual_bill
from tests.people import NOW

pytestmark = pytest.mark.django_db

REFUSALS = (checkout.BillNotPayable, checkout.AmountAboveDue, dues.BillChanged, dues.AlreadyBeingPaid)


class Life:
    """One account, its owner and a stranger; `paid` is what the books say that the bill has got."""

    def __init__(self, random: Random, owner, stranger) -> None:
        self.random, self.owner, self.stranger = random, owner, stranger
        self.bill = make_manual_bill(owner)
        self.told = Told(self.bill.due, self.bill.version)
        self.live: list[Payment] = []
        self.paid = self.typed = 0

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.step()

    def step(self) -> None:
        self.bill = Bill.objects.select_related("account__provider").get()
        deeds = [self.look, self.pay_own, self.pay_told, self.pay_typed, self.hear, self.hear, self.correct]
        try:
            self.random.choice(deeds)()
        except REFUSALS:
            pass
        self.check()

    def look(self) -> None:
        """The stranger asks anew what is due."""
        if self.bill.is_payable and self.bill.due:
            self.told = Told(self.bill.due, self.bill.version)

    def pay_own(self) -> None:
        amount = self.random.randint(1, max(1, self.bill.due))
        target = Target.of(self.bill, self.bill.version)
        self.submit(checkout.open_payment(resident=self.owner, target=target, amount=amount, form_key=uuid4(), now=NOW))

    def pay_told(self) -> None:
        payment = self.open_by_stranger(self.told.due)
        assert payment.bill == self.bill
        self.submit(payment)

    def pay_typed(self) -> None:
        payment = self.open_by_stranger(self.told.due + self.random.randint(1, 100))
        assert payment.bill is None
        self.submit(payment)

    def open_by_stranger(self, amount: int) -> Payment:
        found = Found(self.bill.account.number, shows_due=True)
        provider = self.bill.account.provider
        who = {"resident": self.stranger, "provider": provider, "found": found, "told": self.told}
        return any_payment.open_payment(amount=amount, form_key=uuid4(), now=NOW, **who)

    def submit(self, payment: Payment) -> None:
        """Confirmed without a code: their caps are not what this is about."""
        with transaction.atomic():
            move(payment, to=Status.CONFIRMING, now=NOW, source="resident")
        with transaction.atomic(), patch.object(confirmations, "consume", lambda **arguments: True):
            checkout._consume_and_hold(payment, payment.resident, None, NOW)
        self.live.append(payment)

    def hear(self) -> None:
        """The bank's last word about one of them."""
        if not self.live:
            return
        payment = self.live.pop(self.random.randrange(len(self.live)))
        word = self.random.choice([Word.CONFIRMED, Word.CONFIRMED, Word.DECLINED])
        answer = Answer(word=word, order_id=str(payment.uuid), amount=payment.total, raw_status=word.value)
        settlement.apply(payment=payment, answer=answer, source="test", now=NOW)
        if word is Word.CONFIRMED and payment.bill_id:
            self.paid += payment.amount
        elif word is Word.CONFIRMED:
            self.typed += payment.amount

    def correct(self) -> None:
        """A register with another sum: a new version of the bill."""
        fields = {name: getattr(self.bill, name) for name in ("issued_date", "stored_charges", "total", "register")}
        BillVersion.objects.create(bill=self.bill, version=self.bill.version, replaced_at=NOW, **fields)
        total = self.random.randint(1, 20_000_00)
        charges = [[self.bill.stored_charges[0][0], total, total, None, "", ""]]
        Bill.objects.update(version=self.bill.version + 1, total=total, stored_charges=charges)

    def check(self) -> None:
        bill = Bill.objects.get()
        held = sum(payment.amount for payment in self.live if payment.bill_id)
        assert (bill.paid, bill.held) == (self.paid, held)


@pytest.mark.parametrize("seed", range(4))
def test_books_and_bill_agree_after_every_step(anna, boris, seed):
    life = Life(Random(seed), anna, boris)

    life.run(60)
    while life.live:
        life.hear()
        life.check()

    assert Bill.objects.get().held == 0
    assert life.paid
    assert life.typed
    assert [str(trouble) for trouble in verification.troubles()] == []


def test_books_and_bill_would_not_agree_without_the_hold(anna, boris, monkeypatch):
    """The saboteur: nobody keeps what is being paid, so that two pay the same."""
    monkeypatch.setattr(dues, "hold", lambda **arguments: None)
    life = Life(Random(0), anna, boris)

    with pytest.raises((AssertionError, dues.NotHeld)):
        life.run(60)
