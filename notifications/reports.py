"""Delivery reports: providers are asked what became of what they took, less and less often, for two days."""

import logging
from datetime import datetime, timedelta

from notifications.channels import choice
from notifications.channels.base import NotDelivered, Report, Reporting
from notifications.models import Message, State

logger = logging.getLogger(__name__)

FIRST = timedelta(seconds=30)
LAST = timedelta(days=2)
# The next question comes after as long again as has passed since the sending.
AT_ONCE = 100
NOT_DELIVERED = "the operator could not deliver it"


def ask_due(*, now: datetime) -> int:
    """Ask about up to a hundred messages of each provider; answers how many have come to an end."""
    return sum(_ask(provider, now) for provider in choice.reporting().values())


def _ask(provider: Reporting, now: datetime) -> int:
    due = Message.objects.filter(ask_at__lte=now, carrier=provider.name).order_by("ask_at")
    messages = list(due[:AT_ONCE])
    if not messages:
        return 0
    try:
        reports = choice.reports(provider, messages)
    except NotDelivered as error:
        logger.warning("%s gives no reports: %s", provider.name, error)
        reports = {}
    return sum(_note(message, reports.get(message.pk, Report(None)), now) for message in messages)


def _note(message: Message, report: Report, now: datetime) -> bool:
    known = {} if report.cost is None else {"cost": report.cost}
    mine = Message.objects.filter(pk=message.pk, state=State.SENT)
    if report.has_arrived is None:
        mine.update(ask_at=_next_question(message, now), **known)
        return False
    if report.has_arrived:
        mine.update(state=State.DELIVERED, ask_at=None, **known)
    else:
        mine.update(state=State.UNDELIVERED, ask_at=None, error=NOT_DELIVERED, **known)
    return True


def _next_question(message: Message, now: datetime) -> datetime | None:
    sent_at = message.sent_at or now
    return now + max(FIRST, now - sent_at) if now - sent_at < LAST else None
