"""The bank's word, from an answer, a notification or the sweep, ends in one idempotent step; and the sweep itself."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import accumulate, chain

from django.db import DatabaseError, transaction
from django.db.models import F, Q

from billing import dues
from payments import acquirer, cards, refund_books, refunds, saved_cards
from payments.acquirer.base import Acquirer, Answer, NoAnswer, Word
from payments.models import TIME_TO_CONFIRM, Payment, PaymentEvent, PaymentQuerySet, Refund
from payments.moves import move, note
from payments.status import FAILED, LIVE, UNSUBMITTED, Status
from safeguards.encrypted import Unreadable
from safeguards.secret import Secret

logger = logging.getLogger(__name__)

# When the bank is asked about what it has not decided, from the move on: 5 s, 15 s, 1 m, 5 m and 15 m one after
# another, then every hour.
QUESTIONS = tuple(timedelta(seconds=seconds) for seconds in accumulate((5, 15, 60, 300, 900)))
HOURLY = timedelta(hours=1)
LOST_ORDER = timedelta(minutes=10)
ABANDONED_CHALLENGE = timedelta(minutes=20)
# The order's own term on the bank's page, and a little more: who has begun there in time may come to the end.
ABANDONED_PAGE = timedelta(minutes=25)
LOST_SUBMIT = timedelta(minutes=2)
# An outcome that stays unknown for so long is a case for staff; the bank is asked about it once a day from then on.
UNKNOWN_TOO_LONG = timedelta(hours=48)
DAILY = timedelta(days=1)
UNKNOWN = "unknown"
# Seconds: a bank that hangs must not hold a worker up; what is left over comes first in the next sweep.
SWEEP_TAKES = 8
LONGEST_SILENCE = timedelta(minutes=5)
CHALLENGE_STANDS = frozenset({Word.CHECKING_3DS, Word.CHECKED_3DS})


def apply(*, payment: Payment, answer: Answer, source: str, now: datetime) -> None:
    """Move the payment as the bank says; saying it again, or in another order, changes nothing more."""
    with transaction.atomic():
        payment.refresh_from_db()
        _note_answer(payment, answer, source, now)
        if _is_about_another(payment, answer):
            _call_staff(payment, source, now)
            return
        _note_card(payment, answer)
        if answer.word is Word.CONFIRMED:
            _succeed(payment, source, now)
            _note_kept_card(payment, answer, now)
        elif answer.word is Word.REFUNDED and payment.status in FAILED and (payment.needs_staff or payment.refunding):
            _late_money_is_back(payment, source, now)
        elif answer.word in {Word.REFUNDED, Word.PARTLY_REFUNDED}:
            _succeed(payment, source, now, is_back=answer.word is Word.REFUNDED)
            _refund(payment, answer, source, now)
        elif answer.word is Word.DECLINED:
            _fail(payment, Status.DECLINED, answer, source, now)
        elif answer.word is Word.EXPIRED:
            _fail(payment, Status.EXPIRED, answer, source, now)
        _answer_what_was_unknown(payment, source, now)


def _answer_what_was_unknown(payment: Payment, source: str, now: datetime) -> None:
    """Staff were called because nothing was known; now it is."""
    if payment.attention_at is None or payment.status in LIVE:
        return
    call = payment.events.filter(kind=PaymentEvent.Kind.ATTENTION).order_by("-id").first()
    if call is not None and call.source == UNKNOWN:
        Payment.objects.filter(pk=payment.pk).update(attention_at=None)
        note(payment, kind=PaymentEvent.Kind.CLOSED, now=now, source=source)
        payment.refresh_from_db()


def _note_answer(payment: Payment, answer: Answer, source: str, now: datetime) -> None:
    """Keep the bank's own words, once: polling must not fill the history with the same line."""
    said = (answer.raw_status, answer.error_code)
    last = payment.events.filter(kind=PaymentEvent.Kind.BANK).order_by("-id").first()
    if last is None or (last.bank_status, last.error_code) != said:
        note(
            payment,
            kind=PaymentEvent.Kind.BANK,
            now=now,
            source=source,
            bank_status=answer.raw_status,
            error_code=answer.error_code,
        )


def _note_card(payment: Payment, answer: Answer) -> None:
    """The bank knows the card for certain; until it speaks we show what the page claimed."""
    if not answer.card_mask:
        return
    last_four = answer.card_mask[-4:]
    try:
        brand: str = cards.brand(Secret(answer.card_mask))
    except cards.WrongCard:
        brand = payment.card_brand
    if (brand, last_four) != (payment.card_brand, payment.card_last_four):
        Payment.objects.filter(pk=payment.pk).update(card_last_four=last_four, card_brand=brand)
        payment.refresh_from_db()


def _note_kept_card(payment: Payment, answer: Answer, now: datetime) -> None:
    """The money is there, so the bank has kept the card; its list, which is asked for next, says the rest."""
    if not payment.keeps_card or payment.saved_card_id is not None or payment.resident is None:
        return
    if answer.card_id and payment.card_last_four:
        saved_cards.learn(payment=payment, bank_card_id=answer.card_id, now=now)
    saved_cards.expect(resident=payment.resident, now=now)


def _is_about_another(payment: Payment, answer: Answer) -> bool:
    """The bank asks us to compare number and sum with our own order."""
    other_order = bool(answer.order_id) and answer.order_id != str(payment.uuid)
    other_payment = bool(answer.bank_id and payment.bank_id) and answer.bank_id != payment.bank_id
    whole = answer.word not in {Word.REFUNDED, Word.PARTLY_REFUNDED}
    other_sum = whole and answer.amount is not None and answer.amount != payment.total
    return other_order or other_payment or other_sum


def _succeed(payment: Payment, source: str, now: datetime, *, is_back: bool = False) -> None:
    """Book the money; with `is_back` the bank has returned it all, so a given up payment needs nobody."""
    if move(payment, to=Status.SUCCEEDED, now=now, source=source, only=LIVE):
        if payment.bill_id is not None:
            dues.settle(bill_id=payment.bill_id, operation=payment.uuid, now=now)
    elif not is_back and payment.status in FAILED | UNSUBMITTED:
        # Paid after we gave it up: never dropped, never booked by itself.
        _call_staff(payment, source, now)


def _fail(payment: Payment, to: Status, answer: Answer, source: str, now: datetime) -> None:
    error_code = "" if answer.error_code == "0" else answer.error_code
    if move(payment, to=to, now=now, source=source, only=LIVE, error_code=error_code) and payment.bill_id is not None:
        dues.release(bill_id=payment.bill_id, operation=payment.uuid, now=now)


def _call_staff(payment: Payment, source: str, now: datetime) -> None:
    if Payment.objects.filter(pk=payment.pk, attention_at=None).update(attention_at=now):
        note(payment, kind=PaymentEvent.Kind.ATTENTION, now=now, source=source)
    payment.refresh_from_db()


def _late_money_is_back(payment: Payment, source: str, now: datetime) -> None:
    """Staff had it returned, or the bank did so by itself: then what the resident was told is true after all."""
    for waiting in payment.refunds.filter(state=Refund.State.REQUESTED):
        refund_books.free(waiting, only=Refund.State.REQUESTED, to=Refund.State.WITHDRAWN)
    asked = payment.refunds.filter(state=Refund.State.APPROVED).first()
    if asked is not None:
        refund_books.finish(asked, source=source, now=now)
    elif payment.refunded:
        refund_books.book_rest(payment, source=source, now=now)
    else:
        Payment.objects.filter(pk=payment.pk).update(attention_at=None)
        note(payment, kind=PaymentEvent.Kind.REFUND, now=now, source=source, kopecks=payment.total)
    payment.refresh_from_db()


def _refund(payment: Payment, answer: Answer, source: str, now: datetime) -> None:
    """Record what the bank gave back beyond what we know of."""
    if payment.status in {Status.SUCCEEDED, Status.PARTLY_REFUNDED}:
        if not refund_books.book_banks(payment, answer, source=source, now=now):
            _call_staff(payment, source, now)
        payment.refresh_from_db()


def give_up(payment: Payment, *, now: datetime, source: str, only: frozenset[Status], where: Q | None = None) -> bool:
    """End a payment of which the bank surely has no money, and let its bill go."""
    with transaction.atomic():
        moved = move(payment, to=Status.EXPIRED, now=now, source=source, only=only, where=where)
        if moved and payment.submitted_at and payment.bill_id is not None:
            dues.release(bill_id=payment.bill_id, operation=payment.uuid, now=now)
        _answer_what_was_unknown(payment, source, now)
    return moved


def settle_due(*, now: datetime, everything: bool = False) -> int:
    """One sweep: expire what was abandoned, ask the bank about what is due or about everything; returns how many.

    Unless it is about everything it ends after a few seconds: the rest stays due, and the next sweep comes soon.
    """
    abandoned = Payment.objects.filter(status__in=UNSUBMITTED, created_at__lte=now - TIME_TO_CONFIRM)
    lost = Payment.objects.filter(status=Status.SUBMITTED, bank_id=None, moved_at__lte=now - LOST_ORDER)
    due = Payment.objects.live().filter(bank_id__isnull=False).order_by("ask_at")
    touched = sum(_guarded(_abandon, payment, now) for payment in abandoned)
    touched += sum(_guarded(_forget_order, payment, now) for payment in lost)
    touched += refunds.send_due(now=now, everything=everything)
    began = time.monotonic()
    for payment in due if everything else chain(_of_blocked(due, now), due.filter(ask_at__lte=now)):
        passed = time.monotonic() - began
        if passed > SWEEP_TAKES and not everything:
            break
        touched += _guarded(_ask, payment, now + timedelta(seconds=passed))
    return touched


def _of_blocked(due: PaymentQuerySet, now: datetime) -> PaymentQuerySet:
    """Those whose page at the bank waits for somebody who was blocked meanwhile: their turn is now."""
    waiting = due.filter(is_hosted=True, status=Status.AUTHORISING, ask_at__gt=now, moved_at__gt=now - ABANDONED_PAGE)
    return waiting.filter(resident__blocked_at__isnull=False)


def _guarded(step: Callable[[Payment, datetime], bool], payment: Payment, now: datetime) -> bool:
    """One step about one payment: a sick row must not keep the others from their outcome."""
    try:
        return step(payment, now)
    except (DatabaseError, Unreadable, dues.NotHeld, dues.MoreThanPaid, refund_books.Overtaken) as trouble:
        logger.error("payment %s was not settled: %s", payment.number, type(trouble).__name__)
        return False


def _abandon(payment: Payment, now: datetime) -> bool:
    return give_up(payment, now=now, source="sweep", only=UNSUBMITTED)


def _forget_order(payment: Payment, now: datetime) -> bool:
    return give_up(payment, now=now, source="sweep", only=frozenset({Status.SUBMITTED}), where=Q(bank_id=None))


def _ask(payment: Payment, now: datetime) -> bool:
    ask(payment=payment, now=now)
    return True


def ask(*, payment: Payment, now: datetime) -> None:
    """Ask the bank about one payment and do what its answer calls for; silence means to ask again soon."""
    turn = Payment.objects.live().filter(pk=payment.pk, asked=payment.asked, ask_at=payment.ask_at)
    if not turn.update(ask_at=_next_question(payment, now), asked=F("asked") + 1):
        # Another sweep has just asked, or the bank has said its word.
        return
    if _is_unknown_too_long(payment, now):
        with transaction.atomic():
            _call_staff(payment, UNKNOWN, now)
    try:
        answer = acquirer.current().query(bank_id=payment.bank_id or "")
        apply(payment=payment, answer=answer, source="sweep", now=now)
        _act_on_silence(payment, answer, now)
    except NoAnswer:
        # The long pauses are for a bank that has not decided; one that is down will be back.
        soon = now + (DAILY if _is_unknown_too_long(payment, now) else LONGEST_SILENCE)
        Payment.objects.live().filter(pk=payment.pk, ask_at__gt=soon).update(ask_at=soon)


def _is_unknown_too_long(payment: Payment, now: datetime) -> bool:
    return payment.submitted_at is not None and now - payment.submitted_at >= UNKNOWN_TOO_LONG


def _next_question(payment: Payment, now: datetime) -> datetime:
    """Less and less often, but never past the moment at which something is to be done."""
    if _is_unknown_too_long(payment, now):
        return now + DAILY
    limits = {LOST_ORDER, ABANDONED_PAGE} if payment.is_hosted else {LOST_SUBMIT, LOST_ORDER, ABANDONED_CHALLENGE}
    moments = [payment.moved_at + passed for passed in {*QUESTIONS, *limits}]
    return min([now + HOURLY, *(moment for moment in moments if moment > now)])


def _act_on_silence(payment: Payment, answer: Answer, now: datetime) -> None:
    """What to do when the bank has waited for us too long: its own state decides what is safe."""
    waited = now - payment.moved_at
    bank = acquirer.current()
    if answer.word is Word.NEW and waited >= _order_life(payment) and payment.status in LIVE:
        # Cancelled at the bank first: an order that it still holds as new could be paid after we gave it up.
        apply(payment=payment, answer=bank.cancel(bank_id=payment.bank_id or ""), source="sweep", now=now)
    elif answer.word in CHALLENGE_STANDS and payment.status == Status.COMPLETING and waited >= LOST_SUBMIT:
        apply(payment=payment, answer=_finished(bank, payment), source="sweep", now=now)
    elif answer.word in CHALLENGE_STANDS and waited >= ABANDONED_CHALLENGE and _is_charged_by_us(payment):
        give_up(payment, now=now, source="sweep", only=frozenset({Status.AUTHORISING, Status.CHALLENGED}))


def _is_charged_by_us(payment: Payment) -> bool:
    """Nothing takes the money but our own Submit; on the bank's page its word alone ends what was begun there."""
    return not payment.is_hosted


def _order_life(payment: Payment) -> timedelta:
    """How long an order may stay new at the bank; a blocked resident is not waited for."""
    if not payment.page_url:
        return LOST_ORDER
    is_blocked = payment.resident is not None and payment.resident.blocked_at is not None
    return timedelta() if is_blocked else ABANDONED_PAGE


def _finished(bank: Acquirer, payment: Payment) -> Answer:
    """The answer to a second Submit; where the first has passed the bank refuses it, and its state says the rest."""
    try:
        return bank.finish_challenge(bank_id=payment.bank_id or "")
    except NoAnswer:
        return bank.query(bank_id=payment.bank_id or "")
