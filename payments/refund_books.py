"""What the bank gave back, booked once: payment, history and bill in one step, whoever brings the news."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q

from billing import dues
from billing.money import Kopecks
from payments import bank_evidence
from payments.acquirer.base import Answer, Word
from payments.models import Payment, PaymentEvent, Refund
from payments.moves import move, note
from payments.status import BY_STAFF, FAILED, NEXT, Status

State = Refund.State
# The bank's code for a refund above what is left.
ABOVE_ORIGINAL = "330"
RETURNED = frozenset({Word.REFUNDED, Word.PARTLY_REFUNDED})


class Overtaken(Exception):
    """Another step has booked a refund of this payment meanwhile: the caller's transaction starts anew."""


def split(payment: Payment, total: int) -> tuple[int, int]:
    """Amount and fee parts of a refund of so many kopecks: the amount comes first, the fee after it."""
    gone = payment.refunds.exclude(state__in=[State.REFUSED, State.WITHDRAWN])
    left = payment.amount - sum(gone.values_list("amount", flat=True))
    amount = min(total, left)
    return amount, total - amount


def finish(refund: Refund, *, source: str, now: datetime, left: int = 0) -> None:
    """Book a refund that the bank has made, inside the caller's transaction; once. Raises Overtaken.

    `left` is what the bank still has of money that came late, in kopecks: staff are called about it anew.
    """
    _lock_payment(refund)
    approved = Refund.objects.filter(pk=refund.pk, state=State.APPROVED)
    if approved.update(state=State.DONE, done_at=now, ask_at=None):
        refund.refresh_from_db()
        _book(refund, source=source, now=now, reserved=refund.total, left=left)


def book_banks(payment: Payment, answer: Answer, *, source: str, now: datetime) -> bool:
    """Book what the bank says it has given back in all; False when it does not say how much. Raises Overtaken.

    Refunds that we asked for and got no answer to are first; what is beyond them the bank gave by itself.
    """
    whole = answer.word is Word.REFUNDED
    returned = payment.total if whole else _in_all(payment, answer)
    asked = list(payment.refunds.filter(state=State.APPROVED).order_by("id"))
    if returned is None:
        # A request that is repeated under its number will tell how much it was.
        return bool(asked) or _is_booked(payment, answer)
    for refund in asked:
        if payment.refunded + refund.total <= returned:
            finish(refund, source=source, now=now)
            payment.refresh_from_db()
    more = returned - payment.refunded
    if more > 0:
        _free_impossible(payment, returned)
        _book(_banks(payment, more, now), source=source, now=now, reserved=0)
    return True


def book_rest(payment: Payment, *, source: str, now: datetime) -> None:
    """Book that the bank has given back by itself what it still had of late money. Raises Overtaken."""
    _book(_banks(payment, payment.total - payment.refunded, now), source=source, now=now, reserved=0)


def _banks(payment: Payment, total: int, now: datetime) -> Refund:
    """A refund of so many kopecks that the bank began by itself."""
    amount, fee = split(payment, total)
    return Refund.objects.create(
        payment=payment, amount=amount, fee=fee, origin=Refund.Origin.BANK, created_at=now, done_at=now
    )


def _in_all(payment: Payment, answer: Answer) -> int | None:
    """What has gone back in all, as far as the answer says it."""
    return answer.refunded if answer.left is None else payment.total - answer.left


def _is_booked(payment: Payment, answer: Answer) -> bool:
    """Whether a word without a sum tells of nothing but the refunds that stand in our books.

    What is left of the operation, if it is named, and the registers may tell of more.
    """
    gone = 0 if answer.amount is None else payment.total - answer.amount
    return bool(payment.refunded) and max(gone, bank_evidence.given_back(payment)) <= payment.refunded


def free(refund: Refund, *, only: Refund.State, to: Refund.State, error_code: str = "") -> bool:
    """End a refund without money, inside the caller's transaction, and let go what it had reserved."""
    _lock_payment(refund)
    ended = Refund.objects.filter(pk=refund.pk, state=only).update(state=to, ask_at=None, error_code=error_code)
    if ended:
        Payment.objects.filter(pk=refund.payment_id).update(refunding=F("refunding") - refund.total)
    return bool(ended)


def _lock_payment(refund: Refund) -> None:
    """Payment first, then refund: who brings the bank's word has it already, so nobody waits in a circle."""
    Payment.objects.select_for_update(no_key=True).get(pk=refund.payment_id)


def _free_impossible(payment: Payment, returned: int) -> None:
    """The bank never gives back more than it took: what does not fit beside this was not made and never will be."""
    for refund in payment.refunds.filter(state=State.APPROVED):
        if returned + refund.total > payment.total:
            free(refund, only=State.APPROVED, to=State.REFUSED, error_code=ABOVE_ORIGINAL)
    for refund in payment.refunds.filter(state=State.REQUESTED):
        free(refund, only=State.REQUESTED, to=State.WITHDRAWN)
    payment.refresh_from_db()


def _book(refund: Refund, *, source: str, now: datetime, reserved: int, left: int = 0) -> None:
    payment = refund.payment
    payment.refresh_from_db()
    # Money that came after the payment was given up belongs to no bill and no register.
    is_late = payment.status in FAILED
    booked = [refund, *_banks_part(refund, left, now)] if is_late else [refund]
    returned = payment.refunded + sum(one.total for one in booked)
    changes: dict[str, Any] = {"refunded": returned, "refunding": F("refunding") - reserved}
    is_case = is_late and returned < payment.total
    if is_case:
        # The payment ends with the whole alone: the rest is a case for staff again.
        same = Payment.objects.filter(pk=payment.pk, status=payment.status, refunded=payment.refunded)
        moved = bool(same.update(attention_at=now, **changes))
    else:
        moved = move(
            payment,
            to=Status.REFUNDED if returned >= payment.total else Status.PARTLY_REFUNDED,
            now=now,
            source=source,
            table=BY_STAFF if is_late else NEXT,
            where=Q(refunded=payment.refunded),
            **changes,
            **({"attention_at": None} if is_late else {}),
        )
    if not moved:
        raise Overtaken
    for one in booked:
        note(payment, kind=PaymentEvent.Kind.REFUND, now=now, source=source, kopecks=one.total)
    if is_case:
        note(payment, kind=PaymentEvent.Kind.ATTENTION, now=now, source=source)
    if payment.bill_id is not None and refund.amount and not is_late:
        dues.reverse(bill_id=payment.bill_id, operation=refund.uuid, amount=Kopecks(refund.amount), now=now)


def _banks_part(refund: Refund, left: int, now: datetime) -> list[Refund]:
    """Of late money that is back, what no refund of ours has brought: the bank had given it back by itself."""
    payment = refund.payment
    more = payment.total - left - payment.refunded - refund.total
    return [_banks(payment, more, now)] if more > 0 else []
