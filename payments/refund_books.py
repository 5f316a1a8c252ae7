"""What the bank gave back, booked once: payment, history and bill in one step, whoever brings the news."""

from datetime import datetime

from django.db.models import F, Q

from billing import dues
from billing.money import Kopecks
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


def finish(refund: Refund, *, source: str, now: datetime) -> None:
    """Book a refund that the bank has made, inside the caller's transaction; once. Raises Overtaken."""
    approved = Refund.objects.filter(pk=refund.pk, state=State.APPROVED)
    if approved.update(state=State.DONE, done_at=now, ask_at=None):
        refund.refresh_from_db()
        _book(refund, source=source, now=now, reserved=refund.total)


def book_banks(payment: Payment, answer: Answer, *, source: str, now: datetime) -> bool:
    """Book what the bank says it has given back in all; False when it does not say how much. Raises Overtaken.

    Refunds that we asked for and got no answer to are first; what is beyond them the bank gave by itself.
    """
    whole = answer.word is Word.REFUNDED
    returned = payment.total if whole else _in_all(payment, answer)
    asked = list(payment.refunds.filter(state=State.APPROVED).order_by("id"))
    if returned is None:
        # A request that is repeated under its number will tell how much it was.
        return bool(asked)
    for refund in asked:
        if payment.refunded + refund.total <= returned:
            finish(refund, source=source, now=now)
            payment.refresh_from_db()
    more = returned - payment.refunded
    if more > 0:
        _free_impossible(payment, returned)
        amount, fee = split(payment, more)
        refund = Refund.objects.create(
            payment=payment, amount=amount, fee=fee, origin=Refund.Origin.BANK, created_at=now, done_at=now
        )
        _book(refund, source=source, now=now, reserved=0)
    return True


def _in_all(payment: Payment, answer: Answer) -> int | None:
    """What has gone back in all, as far as the answer says it."""
    return answer.refunded if answer.left is None else payment.total - answer.left


def free(refund: Refund, *, only: Refund.State, to: Refund.State, error_code: str = "") -> bool:
    """End a refund without money, inside the caller's transaction, and let go what it had reserved."""
    ended = Refund.objects.filter(pk=refund.pk, state=only).update(state=to, ask_at=None, error_code=error_code)
    if ended:
        Payment.objects.filter(pk=refund.payment_id).update(refunding=F("refunding") - refund.total)
    return bool(ended)


def _free_impossible(payment: Payment, returned: int) -> None:
    """The bank never gives back more than it took: what does not fit beside this was not made and never will be."""
    for refund in payment.refunds.filter(state=State.APPROVED):
        if returned + refund.total > payment.total:
            free(refund, only=State.APPROVED, to=State.REFUSED, error_code=ABOVE_ORIGINAL)
    for refund in payment.refunds.filter(state=State.REQUESTED):
        free(refund, only=State.REQUESTED, to=State.WITHDRAWN)
    payment.refresh_from_db()


def _book(refund: Refund, *, source: str, now: datetime, reserved: int) -> None:
    payment = refund.payment
    payment.refresh_from_db()
    # Money that came after the payment was given up belongs to no bill and no register, and ends as a whole.
    is_late = payment.status in FAILED
    booked = [refund, *_banks_part(refund, now)] if is_late else [refund]
    returned = payment.refunded + sum(one.total for one in booked)
    moved = move(
        payment,
        to=Status.REFUNDED if returned >= payment.total else Status.PARTLY_REFUNDED,
        now=now,
        source=source,
        table=BY_STAFF if is_late else NEXT,
        where=Q(refunded=payment.refunded),
        refunded=returned,
        refunding=F("refunding") - reserved,
        **({"attention_at": None} if is_late else {}),
    )
    if not moved:
        raise Overtaken
    for one in booked:
        note(payment, kind=PaymentEvent.Kind.REFUND, now=now, source=source, kopecks=one.total)
    if payment.bill_id is not None and refund.amount and not is_late:
        dues.reverse(bill_id=payment.bill_id, operation=refund.uuid, amount=Kopecks(refund.amount), now=now)


def _banks_part(refund: Refund, now: datetime) -> list[Refund]:
    """Of late money that is wholly back, what our own refund leaves over: the bank had given it back by itself."""
    payment = refund.payment
    amount, fee = payment.amount - refund.amount, payment.fee - refund.fee
    if not amount + fee:
        return []
    banks = Refund(payment=payment, amount=amount, fee=fee, origin=Refund.Origin.BANK, created_at=now, done_at=now)
    banks.save()
    return [banks]
