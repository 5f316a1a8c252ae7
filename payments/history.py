"""«История операций»: a resident's own operations, newest first, as ready rows."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.urls import reverse

from accounts.models import User
from billing.money import roubles
from payments.models import Payment
from payments.shown import TAGS, moment

ON_A_PAGE = 20


@dataclass(frozen=True)
class Operation:
    """One row of the history, ready to be read."""

    at: str
    card: str
    provider: str
    channel: str
    total: str
    status: str
    tag: str
    number: int
    url: str


def page(*, resident: User, number: str) -> "Page[Payment]":
    """One page of his operations; a number out of range is the nearest page."""
    payments = Payment.objects.of(resident).submitted().select_related("snapshot").order_by("-submitted_at", "-id")
    return Paginator(payments, ON_A_PAGE).get_page(number)


def rows(found: "Page[Payment]") -> list[Operation]:
    """The page's operations as words."""
    root = reverse("payments:history")
    return [
        Operation(
            at=moment(payment.submitted_at or payment.created_at),
            card=payment.card,
            provider=payment.snapshot.provider_short_name,
            channel=payment.channel,
            total=roubles(payment.total),
            status=payment.public_status,
            tag=TAGS[payment.public_status],
            number=payment.number,
            url=f"{root}{payment.uuid}/",
        )
        for payment in found
    ]
