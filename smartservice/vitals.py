"""How the portal is: the few figures that the overview, `/metrics` and `/readyz` show, each by an index of its own."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, QuerySet

from accounts.models import OPEN_FEEDBACK, Feedback
from billing.models import BillRegister
from notifications import backlog
from notifications.models import Channel, Message, State
from payments.models import Payment, PaymentEvent, PaymentRegister, Refund
from safeguards import journal

# The newest messages of a channel say how it is: time alone says nothing at night.
LAST_MESSAGES = 200
SETTLED = (State.SENT, State.FAILED)


@dataclass(frozen=True)
class ChannelHealth:
    """Of the last messages that were settled, how many failed; and how long ago the last one went out."""

    channel: str
    settled: int
    failed: int
    seconds_since_sent: int | None


@dataclass(frozen=True)
class Vitals:
    """Ages are in whole seconds; None where there is nothing to have an age."""

    messages_waiting: int
    queue_lag: int
    payments_live: int
    oldest_live: int
    payments_attention: int
    refunds_waiting: int
    feedback_open: int
    since_bank_answer: int | None
    since_register_in: int | None
    since_register_out: int | None
    journal_rows: int
    channels: tuple[ChannelHealth, ...]


def take(*, now: datetime) -> Vitals:
    """All of them, in about a dozen short questions."""
    answered = PaymentEvent.objects.filter(kind=PaymentEvent.Kind.BANK).order_by("-pk")
    return Vitals(
        messages_waiting=backlog.count(),
        queue_lag=queue_lag(now=now),
        payments_live=Payment.objects.live().count(),
        oldest_live=_age(Payment.objects.live().aggregate(oldest=Min("submitted_at"))["oldest"], now) or 0,
        payments_attention=Payment.objects.cases().count(),
        refunds_waiting=Refund.objects.filter(state=Refund.State.REQUESTED).count(),
        feedback_open=Feedback.objects.filter(status__in=OPEN_FEEDBACK).count(),
        since_bank_answer=_newest(answered, "at", now),
        since_register_in=_newest(BillRegister.objects.order_by("-pk"), "imported_at", now),
        since_register_out=_newest(PaymentRegister.objects.order_by("-pk"), "exported_at", now),
        journal_rows=journal.head()[0],
        channels=tuple(_channel(channel, now) for channel in Channel),
    )


def queue_lag(*, now: datetime) -> int:
    """How long the oldest message has been due."""
    return _age(backlog.oldest_due(now), now) or 0


def _channel(channel: Channel, now: datetime) -> ChannelHealth:
    last = Message.objects.order_by("-pk").values_list("channel", "state", "sent_at")[: LAST_MESSAGES * 2]
    ours = [(state, sent_at) for which, state, sent_at in last if which == channel and state in SETTLED]
    sent = [sent_at for _, sent_at in ours if sent_at]
    return ChannelHealth(
        channel=Channel(channel).label,
        settled=len(ours),
        failed=sum(state == State.FAILED for state, _ in ours),
        seconds_since_sent=_age(max(sent), now) if sent else None,
    )


def _newest(rows: QuerySet, field: str, now: datetime) -> int | None:  # type: ignore[type-arg]
    return _age(rows.values_list(field, flat=True).first(), now)


def _age(moment: datetime | None, now: datetime) -> int | None:
    return None if moment is None else max(0, int((now - moment).total_seconds()))
