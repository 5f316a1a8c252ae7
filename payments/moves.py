"""The only hand that changes a payment's status: one conditional UPDATE with a single winner, and its event."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from billing.money import Kopecks
from payments import payment_news
from payments.models import Payment, PaymentEvent
from payments.status import BY_STAFF, NEXT, Status, sources

# A request that is under way needs a moment before the sweeper asks the bank about it.
FIRST_QUESTION = timedelta(seconds=5)


def move(
    payment: Payment,
    *,
    to: Status,
    now: datetime,
    source: str,
    only: frozenset[Status] | None = None,
    where: Q | None = None,
    table: dict[Status, frozenset[Status]] = NEXT,
    **changes: Any,
) -> bool:
    """Move the payment inside the caller's transaction; False when somebody has already moved it elsewhere.

    `table` is BY_STAFF for what staff decide; `only` narrows its sources, `where` adds conditions, `changes` are
    written in the same UPDATE.
    """
    allowed = sources(to, table) if only is None else sources(to, table) & only
    if to != Status.CHALLENGED:
        # The bank's page and what is posted to it are of use only while the challenge stands.
        changes["challenge"] = None
    if to == Status.SUCCEEDED:
        changes["succeeded_at"] = now
    # Late money comes back in silence until all of it has: then the whole is told of.
    refunded_before = 0 if table is BY_STAFF else payment.refunded
    rows = Payment.objects.filter(where or Q(), pk=payment.pk, status__in=allowed)
    moved = rows.update(status=to, moved_at=now, ask_at=now + FIRST_QUESTION, asked=0, **changes)
    if moved:
        # The history repeats the sum that was agreed to: a later change of the payment would contradict it.
        agreed = payment.total if to == Status.SUBMITTED else None
        note(payment, kind=PaymentEvent.Kind.MOVE, now=now, source=source, status=to, kopecks=agreed)
    payment.refresh_from_db()
    if moved:
        payment_news.tell(payment=payment, returned=Kopecks(payment.refunded - refunded_before), now=now)
    return bool(moved)


def note(
    payment: Payment,
    *,
    kind: PaymentEvent.Kind,
    now: datetime,
    source: str,
    status: str = "",
    bank_status: str = "",
    error_code: str = "",
    kopecks: int | None = None,
) -> None:
    """Write one line into the payment's history and count it there."""
    Payment.objects.filter(pk=payment.pk).update(history_lines=F("history_lines") + 1)
    PaymentEvent.objects.create(
        payment=payment,
        at=now,
        kind=kind,
        source=source,
        status=status,
        bank_status=bank_status,
        error_code=error_code,
        kopecks=kopecks,
    )
