"""What only staff may decide: money that came too late, and outcomes that stay unknown; nothing of it is silent."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from billing import dues
from billing.money import Kopecks
from payments import acquirer, bank_evidence, refunds, settlement
from payments.models import Payment, PaymentEvent, Refund
from payments.moves import move, note
from payments.status import BY_STAFF, FAILED, LIVE, Status

# The bank's own word for money that it holds.
HELD_BY_BANK = "CONFIRMED"


class NotACase(Exception):
    """Nobody waits for staff here, or not for this decision."""


class NoEvidence(Exception):
    """The bank's register does not show that no money was taken."""


def credit(*, payment: Payment, now: datetime) -> None:
    """«Зачесть»: the late money pays what was meant. Raises NotACase, and dues.AlreadyBeingPaid when less is owed."""
    if not _is_late_money(payment):
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
    """«Вернуть»: the whole of late money, after a second person's approval. Raises NotACase, NotRefundable."""
    if not _is_late_money(payment):
        raise NotACase
    return refunds.request(payment=payment, total=payment.total, reason=reason, by=by, now=now)


def ask_bank(*, payment: Payment, now: datetime) -> None:
    """«Спросить банк»: its word now, applied like any other. Raises acquirer's NoAnswer, NotACase."""
    if not payment.bank_id:
        raise NotACase
    answer = acquirer.current().query(bank_id=payment.bank_id)
    settlement.apply(payment=payment, answer=answer, source="staff", now=now)


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


def _is_late_money(payment: Payment) -> bool:
    """Given up by us, and the bank's last word is that it has taken the money."""
    payment.refresh_from_db()
    if payment.status not in FAILED or payment.attention_at is None or payment.refunding:
        return False
    last = payment.events.filter(kind=PaymentEvent.Kind.BANK).order_by("-id").first()
    return last is not None and last.bank_status == HELD_BY_BANK
