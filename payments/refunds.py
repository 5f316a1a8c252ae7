"""Giving money back by staff: reserved first, approved by another pair of eyes, asked of the bank under one number."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import F

from accounts.models import User
from billing.dues import MoreThanPaid
from billing.money import Kopecks
from payments import acquirer, bank_evidence, refund_books
from payments.acquirer.base import Answer, NoAnswer, Word
from payments.models import Payment, Refund
from payments.refund_books import RETURNED, Overtaken
from payments.status import FAILED, Status

logger = logging.getLogger(__name__)

# A request without an answer is repeated under its own number; the last pause goes on for ever.
PAUSES = (timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=1))
# A silent bank holds the sweep up for as many: the rest comes with the next.
AT_ONCE = 5
State = Refund.State


class NotRefundable(Exception):
    """Nothing of the payment, or less than was asked for, can be given back; `left` is what can."""

    def __init__(self, left: Kopecks) -> None:
        super().__init__(left)
        self.left = left


class SamePerson(Exception):
    """Who asked for a refund may not approve it."""


class NotWaiting(Exception):
    """The refund was approved or withdrawn before."""


def left(payment: Payment) -> Kopecks:
    """What may still be given back: of late money nothing but all that the bank still has of it."""
    is_late = payment.status in FAILED and payment.attention_at is not None
    if not payment.bank_id or not (is_late or payment.status in {Status.SUCCEEDED, Status.PARTLY_REFUNDED}):
        return Kopecks(0)
    gone = _gone_of_late(payment) if is_late else payment.refunded
    return Kopecks(max(0, payment.total - gone - payment.refunding))


def _gone_of_late(payment: Payment) -> int:
    """By the registers; but what the bank itself has said to be left is not gone because of a register."""
    told = bank_evidence.given_back(payment)
    return payment.refunded if payment.refunded and told >= payment.total else max(payment.refunded, told)


def request(*, payment: Payment, total: Kopecks, reason: str, by: User, now: datetime) -> Refund:
    """Reserve so many kopecks of the payment for a refund that waits for a second person. Raises NotRefundable."""
    payment.refresh_from_db()
    possible = left(payment)
    if not 0 < total <= possible or (payment.status in FAILED and total != possible):
        raise NotRefundable(possible)
    with transaction.atomic():
        same = Payment.objects.filter(pk=payment.pk, status=payment.status, refunded=payment.refunded)
        if not same.filter(refunding=payment.refunding).update(refunding=F("refunding") + total):
            raise NotRefundable(possible)
        amount, fee = refund_books.split(payment, total)
        return Refund.objects.create(
            payment=payment,
            amount=amount,
            fee=fee,
            origin=Refund.Origin.STAFF,
            state=State.REQUESTED,
            reason=reason,
            requested_by=by,
            created_at=now,
        )


def approve(*, refund: Refund, by: User, now: datetime, record: Callable[[], object] | None = None) -> None:
    """Commit the intent and ask the bank once; silence leaves it to the sweep. Raises SamePerson, NotWaiting.

    `record` writes who decided it, in the same step: after the call it would come too late.
    """
    if refund.requested_by_id == by.pk:
        raise SamePerson
    waiting = Refund.objects.filter(pk=refund.pk, state=State.REQUESTED)
    with transaction.atomic():
        if not waiting.update(state=State.APPROVED, approved_by=by, ask_at=now):
            raise NotWaiting
        if record is not None:
            record()
    refund.refresh_from_db()
    send(refund=refund, now=now)


def withdraw(*, refund: Refund) -> None:
    """Give the reservation back: the bank was not asked yet. Raises NotWaiting."""
    with transaction.atomic():
        if not refund_books.free(refund, only=State.REQUESTED, to=State.WITHDRAWN):
            raise NotWaiting
    refund.refresh_from_db()


def send(*, refund: Refund, now: datetime) -> None:
    """Ask the bank to give the money back; the same refund again gives nothing more (ExternalRequestId)."""
    pause = PAUSES[min(refund.asked, len(PAUSES) - 1)]
    turn = Refund.objects.filter(pk=refund.pk, state=State.APPROVED, asked=refund.asked)
    if not turn.update(asked=F("asked") + 1, ask_at=now + pause):
        return
    try:
        answer = acquirer.current().refund(
            bank_id=refund.payment.bank_id or "", amount=refund.total, request_id=str(refund.uuid)
        )
    except NoAnswer:
        return
    try:
        with transaction.atomic():
            if answer.refused:
                refund_books.free(refund, only=State.APPROVED, to=State.REFUSED, error_code=answer.error_code)
            elif _has_made(answer, refund):
                refund_books.finish(refund, source="refund", now=now, left=answer.left or 0)
    except Overtaken:
        # The sweep repeats it: the bank gives nothing more, and then it is booked.
        pass
    refund.refresh_from_db()


def _has_made(answer: Answer, refund: Refund) -> bool:
    """Of late money a part is back only if the bank says how much it still has, and that leaves room for ours."""
    payment = refund.payment
    if payment.status in FAILED and answer.word is Word.PARTLY_REFUNDED:
        return answer.left is not None and payment.total - answer.left >= payment.refunded + refund.total
    return answer.word in RETURNED


def send_due(*, now: datetime, everything: bool = False) -> int:
    """Repeat the requests that the bank has not answered; returns how many."""
    waiting = Refund.objects.filter(state=State.APPROVED).select_related("payment").order_by("ask_at")
    due = list(waiting if everything else waiting.filter(ask_at__lte=now)[:AT_ONCE])
    for refund in due:
        try:
            send(refund=refund, now=now)
        except (DatabaseError, MoreThanPaid) as trouble:
            logger.error("refund %s was not sent: %s", refund.pk, type(trouble).__name__)
    return len(due)
