"""Tells the payer how it ended: by letter with the receipt; by SMS who reads no letters and has left the page."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from accounts import letters
from billing.money import Kopecks, roubles
from notifications import messages, outbox
from notifications.messages import MessageKind
from payments.models import Payment
from payments.shown import Shown
from payments.status import Status

# Who has just pressed the button reads the outcome on the page.
WAITS_AT_THE_PAGE = timedelta(minutes=3)
KINDS: dict[str, MessageKind] = {
    Status.SUCCEEDED: messages.PAYMENT_DONE,
    Status.DECLINED: messages.PAYMENT_FAILED,
    Status.EXPIRED: messages.PAYMENT_FAILED,
    Status.REFUNDED: messages.PAYMENT_REFUNDED,
    Status.PARTLY_REFUNDED: messages.PAYMENT_REFUNDED,
}
BRIEFLY = {
    messages.PAYMENT_DONE: "Оплата выполнена",
    messages.PAYMENT_FAILED: "Оплата не выполнена",
    messages.PAYMENT_REFUNDED: "Возврат на карту",
}


def tell(*, payment: Payment, returned: Kopecks, now: datetime) -> None:
    """Queue the news of the status that the payment has just come to, inside the transaction that moved it.

    `returned` is what has gone back with this very move.
    """
    kind, resident = KINDS.get(payment.status), payment.resident
    if kind is None or resident is None or payment.submitted_at is None:
        return
    shown = Shown(payment)
    amount = roubles(returned) if kind is messages.PAYMENT_REFUNDED else shown.total_roubles
    context = {
        "number": shown.number,
        "moment": shown.at,
        "payee": shown.recipient,
        "amount": amount,
        "link": f"{settings.BASE_URL}{reverse('payments:detail', args=[payment.uuid])}",
    }
    key = f"payment:{payment.uuid}:{payment.status}:{payment.refunded}"
    attachment = "" if kind is messages.PAYMENT_FAILED else f"receipt:{payment.uuid}"
    if letters.send(kind, resident=resident, context=context, key=key, now=now, attachment=attachment):
        return
    pays_itself = payment.channel == settings.AUTOPAY_CHANNEL
    if pays_itself and kind is messages.PAYMENT_FAILED:
        # Autopay tells of that in its own words.
        return
    is_gone = pays_itself or now - payment.submitted_at > WAITS_AT_THE_PAGE
    if is_gone and resident.phone:
        outbox.put(
            messages.PAYMENT_OUTCOME,
            address=resident.phone,
            context={"what": BRIEFLY[kind], "amount": amount, "payee": shown.recipient},
            key=f"{key}:sms",
            now=now,
            resident_uuid=resident.uuid,
        )
