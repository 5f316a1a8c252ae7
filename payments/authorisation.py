"""The talk with the bank inside the request of the final confirmation: intent is committed before every call."""

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from payments import acquirer
from payments.acquirer.base import (
    Acquirer,
    Answer,
    Browser,
    Challenge,
    Initiator,
    NoAnswer,
    OldResult,
    Order,
    ThreeDS,
    Word,
)
from payments.models import Payment
from payments.moves import move
from payments.settlement import apply
from payments.status import Status
from safeguards.secret import Secret

ORDER_LIFE = timedelta(minutes=20)


def authorise(*, payment: Payment, cryptogram: Secret, browser: Browser, now: datetime) -> None:
    """Open the order, ask about the card, commit AUTHORISING, and only then ask for the money, once.

    Whatever the bank leaves unsaid stays «в обработке» for the sweeper. `payment` comes back as it stands.
    """
    bank = acquirer.current()
    # A saved card pays with its code, as a typed one does: that is no charge by kept credentials to the bank.
    initiator = Initiator.PAYER_KEEPS_CARD if payment.keeps_card else Initiator.PAYER
    if not _open_order(bank, payment, now, initiator=initiator):
        return
    try:
        card = bank.check_card(bank_id=payment.bank_id or "", cryptogram=cryptogram)
    except NoAnswer:
        return
    if card.refused:
        _decline(payment, card, now)
        return
    with transaction.atomic():
        won = move(payment, to=Status.AUTHORISING, now=now, source="request")
    if won:
        _take(bank, payment, cryptogram, card.three_ds or ThreeDS(), browser, now)


def open_page(*, payment: Payment, now: datetime) -> None:
    """Open the order with the bank's own page, and keep that page for the resident in one step with AUTHORISING.

    From then on the bank charges by itself. An order whose page got lost on its way is cancelled at once.
    """
    bank = acquirer.current()
    initiator = Initiator.PAYER_KEEPS_CARD if payment.keeps_card else Initiator.PAYER
    opened = _opened(bank, payment, now, initiator=initiator)
    if opened is None:
        return
    if opened.page_url:
        _show_page(payment, opened, now)
    elif _is_numbered(payment, opened):
        _undo(bank, payment, now)


def charge(*, payment: Payment, rebill_id: Secret, now: datetime) -> None:
    """Take the money of a kept card without its owner, whom nobody can ask: an order of ours, charged once.

    As in `authorise` the intent is committed before each call, and what is unsaid waits for the sweeper.
    """
    bank = acquirer.current()
    if not _open_order(bank, payment, now, initiator=Initiator.MERCHANT):
        return
    with transaction.atomic():
        won = move(payment, to=Status.AUTHORISING, now=now, source="autopay")
    if not won:
        return
    bank_id = payment.bank_id or ""
    try:
        answer = bank.charge(bank_id=bank_id, rebill_id=rebill_id.reveal())
    except NoAnswer:
        answer = _state(bank, bank_id)
    apply(payment=payment, answer=answer, source="autopay", now=now)


def _open_order(bank: Acquirer, payment: Payment, now: datetime, *, initiator: Initiator) -> bool:
    """Give the payment its number at the bank; False when it is declined, unknown, or another request has done it."""
    opened = _opened(bank, payment, now, initiator=initiator)
    return opened is not None and _is_numbered(payment, opened)


def _opened(bank: Acquirer, payment: Payment, now: datetime, *, initiator: Initiator) -> Answer | None:
    """The order as the bank has opened it, or has been found to have; None when it is declined or unknown."""
    try:
        answer = bank.start(_order(payment, now, initiator))
    except NoAnswer:
        return _found(bank, payment)
    if answer.refused:
        _decline(payment, answer, now)
        return None
    return answer


def _is_numbered(payment: Payment, answer: Answer) -> bool:
    """Store the number; False when another request or the sweep was quicker."""
    where = Payment.objects.filter(pk=payment.pk, status=Status.SUBMITTED, bank_id=None)
    won = where.update(bank_id=answer.bank_id)
    payment.refresh_from_db()
    return bool(won)


def _show_page(payment: Payment, opened: Answer, now: datetime) -> None:
    """Number, AUTHORISING and page at once: a page that nobody waits for must not be seen."""
    with transaction.atomic():
        waits = Q(bank_id=None, is_hosted=True)
        if move(payment, to=Status.AUTHORISING, now=now, source="request", where=waits, bank_id=opened.bank_id):
            payment.challenge = opened.page_url
            payment.save(update_fields=["challenge"])


def _undo(bank: Acquirer, payment: Payment, now: datetime) -> None:
    """Cancel an order of whose page nobody was told; where that is not answered the sweep does it."""
    try:
        answer = bank.cancel(bank_id=payment.bank_id or "")
    except NoAnswer:
        return
    apply(payment=payment, answer=answer, source="request", now=now)


def _found(bank: Acquirer, payment: Payment) -> Answer | None:
    """The order whose opening was not answered, if the bank has it as new."""
    try:
        answers = bank.find(order_id=str(payment.uuid))
    except NoAnswer:
        return None
    return next((answer for answer in answers if answer.word is Word.NEW), None)


def _order(payment: Payment, now: datetime, initiator: Initiator) -> Order:
    return Order(
        order_id=str(payment.uuid),
        amount=payment.total,
        description=f"{payment.snapshot.provider_short_name}, лицевой счёт {payment.snapshot.account_number}"[:140],
        notification_url=settings.ACQUIRER_CALLBACK_BASE + reverse("payments:notification"),
        return_url=return_url(payment),
        due_at=now + ORDER_LIFE,
        customer_key=str(payment.resident.uuid) if payment.resident and payment.names_customer else "",
        initiator=initiator,
    )


def return_url(payment: Payment) -> str:
    """Where the bank sends the browser back: the token in it is what finds the payment, no cookie comes along."""
    return settings.BASE_URL + reverse("payments:challenge-return", args=[payment.return_token])


def _decline(payment: Payment, answer: Answer, now: datetime) -> None:
    """A refusal before AUTHORISING is certain: the card was never asked for money."""
    declined = Answer(word=Word.DECLINED, raw_status=answer.raw_status, error_code=answer.error_code)
    apply(payment=payment, answer=declined, source="request", now=now)


def _take(
    bank: Acquirer, payment: Payment, cryptogram: Secret, three_ds: ThreeDS, browser: Browser, now: datetime
) -> None:
    bank_id = payment.bank_id or ""
    try:
        answer = bank.authorise(
            bank_id=bank_id,
            cryptogram=cryptogram,
            three_ds=three_ds,
            browser=browser,
            return_url=return_url(payment),
        )
        if answer.challenge is not None:
            _challenge(payment, answer.challenge, now)
            return
    except NoAnswer:
        answer = _state(bank, bank_id)
    apply(payment=payment, answer=answer, source="request", now=now)


def _state(bank: Acquirer, bank_id: str) -> Answer:
    """The bank's state, asked once; silence says nothing."""
    try:
        return bank.query(bank_id=bank_id)
    except NoAnswer:
        return Answer(word=Word.PENDING, raw_status="NO_ANSWER")


def _challenge(payment: Payment, challenge: Challenge, now: datetime) -> None:
    with transaction.atomic():
        if move(payment, to=Status.CHALLENGED, now=now, source="request"):
            payment.challenge = json.dumps({"url": challenge.url, "fields": challenge.fields})
            payment.save(update_fields=["challenge"])


def challenge_of(payment: Payment) -> Challenge | None:
    """The bank's page that waits for the resident, while it stands."""
    if payment.status != Status.CHALLENGED or not payment.challenge:
        return None
    return Challenge(**json.loads(payment.challenge))


def complete(*, payment: Payment, now: datetime, old: OldResult | None = None) -> None:
    """Finish what the resident confirmed on the bank's page: a single winner makes the call that charges.

    `old` is what 3-D Secure 1 brought back.

    A resident blocked meanwhile is not charged: his challenge expires by itself.
    """
    with transaction.atomic():
        allowed = User.objects.select_for_update(no_key=True).filter(
            pk=payment.resident_id or 0, is_active=True, blocked_at=None
        )
        if not allowed.exists() or not move(
            payment, to=Status.COMPLETING, now=now, source="return", where=Q(bank_id__isnull=False)
        ):
            return
    bank = acquirer.current()
    bank_id = payment.bank_id or ""
    try:
        # Its own answer first: the state that is asked for later does not say why a card was declined.
        answer = bank.finish_challenge(bank_id=bank_id, old=old)
    except NoAnswer:
        answer = _state(bank, bank_id)
    apply(payment=payment, answer=answer, source="return", now=now)
