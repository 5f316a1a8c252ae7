"""What only staff may decide: money that came too late, and outcomes that stay unknown; nothing of it is silent."""

import logging
from datetime import datetime

from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import User
from billing import dues
from billing.money import Kopecks
from payments import acquirer, bank_evidence, refund_books, refunds, settlement
from payments.acquirer import words
from payments.acquirer.base import Answer, Word
from payments.models import Payment, PaymentEvent, Refund
from payments.moves import move, note
from payments.status import BY_STAFF, FAILED, LIVE, Status

logger = logging.getLogger(__name__)


class NotACase(Exception):
    """Nobody waits for staff here, or not for this decision."""


class NoEvidence(Exception):
    """The bank's register does not show that no money was taken."""


class SumUnknown(Exception):
    """The bank has given a part of it back, and no register has told yet how much."""


def credit(*, payment: Payment, now: datetime) -> None:
    """«Зачесть»: the late money pays what was meant. Raises NotACase, and dues.AlreadyBeingPaid when less is owed."""
    if not _is_late_money(payment) or _last_word(payment) is not Word.CONFIRMED:
        raise NotACase
    if payment.refunded or _was_said_back(payment) or bank_evidence.given_back(payment):
        raise NotACase
    with transaction.atomic():
        moved = move(payment, to=Status.SUCCEEDED, now=now, source="staff", table=BY_STAFF, attention_at=None)
        if not moved:
            raise NotACase
        note(payment, kind=PaymentEvent.Kind.CLOSED, now=now, source="staff")
        if payment.bill_id is not None:
            dues.credit(
                bill_id=payment.bill_id,
                operation=payment.uuid,
                amount=Kopecks(payment.amount),
                resident=payment.resident,
                now=now,
            )


def give_back(*, payment: Payment, reason: str, by: User, now: datetime) -> Refund:
    """«Вернуть»: late money, without what the bank has given back of it, after a second person's approval.

    Raises NotACase, SumUnknown, NotRefundable.
    """
    if not _is_late_money(payment):
        raise NotACase
    if _last_word(payment) is Word.PARTLY_REFUNDED and not (payment.refunded or bank_evidence.given_back(payment)):
        raise SumUnknown
    return refunds.request(payment=payment, total=refunds.left(payment), reason=reason, by=by, now=now)


def ask_bank(*, payment: Payment, now: datetime) -> None:
    """«Спросить банк»: its word now, applied like any other. Raises acquirer's NoAnswer, NotACase."""
    if not payment.bank_id:
        raise NotACase
    answer = acquirer.current().query(bank_id=payment.bank_id)
    settlement.apply(payment=payment, answer=answer, source="staff", now=now)
    book_told(payment=payment, now=now)


def close(*, payment: Payment, now: datetime) -> None:
    """«Закрыть»: the question is answered; a payment without money only on the bank's register. Raises NoEvidence."""
    if payment.attention_at is None:
        raise NotACase
    if payment.status in LIVE | FAILED and not bank_evidence.shows_no_money(payment):
        raise NoEvidence
    with transaction.atomic():
        settlement.give_up(payment, now=now, source="staff", only=LIVE)
        if Payment.objects.filter(pk=payment.pk, attention_at__isnull=False).update(attention_at=None):
            note(payment, kind=PaymentEvent.Kind.CLOSED, now=now, source="staff")
    payment.refresh_from_db()


def book_told_by_registers(*, now: datetime) -> int:
    """Book every partial refund that waits for its sum and of which a register now tells it; returns how many."""
    waiting = Payment.objects.cases().filter(status__in=[Status.SUCCEEDED, Status.PARTLY_REFUNDED])
    return sum(book_told(payment=payment, now=now) for payment in waiting)


def book_told(*, payment: Payment, now: datetime) -> bool:
    """Book a refund of the bank's own whose sum none of its answers told, by the lines of its registers.

    Both are needed, its word and the lines: a register alone books nothing, it is compared.
    """
    payment.refresh_from_db()
    is_waiting = payment.attention_at is not None and payment.status in {Status.SUCCEEDED, Status.PARTLY_REFUNDED}
    if not is_waiting or _last_word(payment) is not Word.PARTLY_REFUNDED or not _knows_ours(payment):
        return False
    returned = bank_evidence.given_back(payment)
    if not payment.refunded < returned <= payment.total:
        return False
    answer = Answer(word=Word.PARTLY_REFUNDED, refunded=returned)
    try:
        with transaction.atomic():
            refund_books.book_banks(payment, answer, source="register", now=now)
            Payment.objects.filter(pk=payment.pk).update(attention_at=None)
            note(payment, kind=PaymentEvent.Kind.CLOSED, now=now, source="register")
    except (DatabaseError, refund_books.Overtaken, dues.MoreThanPaid) as trouble:
        logger.error("payment %s: its refund was not booked: %s", payment.number, type(trouble).__name__)
        return False
    payment.refresh_from_db()
    return True


def _knows_ours(payment: Payment) -> bool:
    """Whether the lines tell of our own refunds too: without them the bank's would come out smaller or for ours."""
    ours = payment.refunds.filter(origin=Refund.Origin.STAFF)
    if ours.filter(state=Refund.State.APPROVED).exists():
        return False
    done = [
        timezone.localdate(at) for at in ours.filter(state=Refund.State.DONE).values_list("done_at", flat=True) if at
    ]
    return all(bank_evidence.covers(day, day) for day in done)


def _is_late_money(payment: Payment) -> bool:
    """Given up by us, and by its last word the bank has taken the money and still has some of it."""
    payment.refresh_from_db()
    if payment.status not in FAILED or payment.attention_at is None or payment.refunding:
        return False
    return _last_word(payment) in {Word.CONFIRMED, Word.PARTLY_REFUNDED}


def _was_said_back(payment: Payment) -> bool:
    """The bank has said once that money went back: «paid» after that is an old notification that was delivered late."""
    said = payment.events.filter(kind=PaymentEvent.Kind.BANK).values_list("bank_status", flat=True)
    return any(words.word(status) in refund_books.RETURNED for status in said)


def _last_word(payment: Payment) -> Word:
    last = payment.events.filter(kind=PaymentEvent.Kind.BANK).order_by("-id").first()
    return Word.PENDING if last is None else words.word(last.bank_status)
