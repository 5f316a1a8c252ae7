"""The receipt: the same words as page, print and PDF, from what was frozen when it was paid; and by e-mail."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts import letters
from accounts.models import User
from notifications import messages
from notifications.attachments import File
from payments import paper
from payments.models import Payment
from payments.shown import Shown
from safeguards import throttle
from safeguards.throttle import Limit

LETTERS_A_DAY = Limit("receipt-letters", times=10, period=timedelta(days=1))


class EmailNotConfirmed(Exception):
    """Nobody has shown yet that the address is his."""


class TooManyLetters(Exception):
    """So many receipts a day go to one address; `retry_after` says when the next may."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


def context(payment: Payment) -> dict[str, Any]:
    """What the receipt shows, on the page and on paper."""
    return {
        "payment": payment,
        "shown": Shown(payment),
        "agent": settings.AGENT,
        "operator": settings.MONEY_TRANSFER_OPERATOR,
        "check_address": check_address(),
    }


def check_address() -> str:
    """Where anybody can have the code of a paper confirmed."""
    return f"{settings.BASE_URL}{reverse('payments:document-check')}"


def pdf(payment: Payment) -> bytes:
    """The receipt of a payment that was taken, as one A4 page where it fits; raises paper.PdfUnavailable."""
    return paper.pdf(template="payments/receipt_paper.html", context=context(payment), style="receipt.css")


def attached(uuid: str) -> File | None:
    """The receipt as a letter's file; None where this machine lays out no PDF: the link in the letter stays."""
    payment = Payment.objects.filter(uuid=uuid).first()
    if payment is None:
        return None
    try:
        return File(f"receipt-{Shown(payment).number}.pdf", "application/pdf", pdf(payment))
    except paper.PdfUnavailable:
        return None


def send(*, payment: Payment, resident: User, now: datetime) -> None:
    """Queue the receipt for his confirmed address; asked again within the minute it goes once.

    Raises EmailNotConfirmed, TooManyLetters. Call it outside transactions.
    """
    if not resident.email or resident.email_confirmed_at is None:
        raise EmailNotConfirmed
    if not throttle.take(LETTERS_A_DAY, str(resident.uuid), now):
        raise TooManyLetters(throttle.retry_after(LETTERS_A_DAY, str(resident.uuid), now))
    shown = Shown(payment)
    values = {
        "headline": shown.headline,
        "number": shown.number,
        "moment": shown.at,
        "payee": shown.recipient,
        "amount": shown.total_roubles,
        "status": shown.status,
        "code": shown.check_code,
        "check_address": check_address(),
        "link": f"{settings.BASE_URL}{reverse('payments:receipt', args=[payment.uuid])}",
    }
    key = f"receipt:{payment.uuid}:{now:%Y%m%d%H%M}"
    attachment = f"receipt:{payment.uuid}"
    letters.send(messages.RECEIPT, resident=resident, context=values, key=key, now=now, attachment=attachment)
