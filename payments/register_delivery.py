"""Registers that make themselves: every finished day of a provider who asked for it, as a file or by e-mail, once."""

import logging
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q, Sum
from django.utils import timezone

from billing.models import Provider
from billing.money import Kopecks, roubles
from notifications import messages, outbox
from notifications.attachments import File, NoFile
from notifications.models import Message, State
from payments import register_export, register_sber
from payments.models import PaymentRegister, RegisterDelivery
from payments.register_export import ENCODINGS, SBER, Damaged

logger = logging.getLogger(__name__)

# A letter that was given up begins again: the provider's mail may be mended by then.
GIVEN_UP = timedelta(days=1)
LEFT = frozenset({State.SENT, State.DELIVERED})
LOST = frozenset({State.FAILED, State.UNDELIVERED})
# How long a letter may take to come back.
MAY_RETURN = timedelta(days=14)
# Money of a closed provider comes no later; without a bound every sweep would read all that it was ever paid.
LOOKED_BACK = timedelta(days=90)


def deliver_due(*, now: datetime) -> int:
    """Make the registers of the days that are over and hand out those that were not yet; returns how many."""
    # Asked for by letter, they are not to lie in a folder because nobody has approved the address yet.
    deliveries = RegisterDelivery.objects.filter(Q(next_address="") | ~Q(address="")).select_related("provider")
    return sum(_guarded(delivery, now) for delivery in deliveries.order_by("pk"))


def _guarded(delivery: RegisterDelivery, now: datetime) -> int:
    """One provider's damaged register must not keep the others from theirs."""
    try:
        return _deliver(delivery, now)
    except (DatabaseError, Damaged) as trouble:
        logger.error("registers of %s were not delivered: %s", delivery.provider.code, type(trouble).__name__)
        return 0


def _deliver(delivery: RegisterDelivery, now: datetime) -> int:
    for day in _days(delivery, now):
        register_export.export(provider=delivery.provider, day=day, now=now)
    _take_back_returned(delivery, now)
    waiting = PaymentRegister.objects.filter(
        provider=delivery.provider, date__gte=delivery.since_date, delivered_at=None
    )
    hand_out = _write_to if delivery.address else _lay_out
    return sum(hand_out(register, delivery, now) for register in waiting.order_by("number"))


def _take_back_returned(delivery: RegisterDelivery, now: datetime) -> None:
    """Whose letter came back has not been delivered."""
    registers = PaymentRegister.objects.filter(provider=delivery.provider, delivered_at__gt=now - MAY_RETURN)
    keys = {_key(pk): pk for pk in registers.values_list("pk", flat=True)}
    returned = Message.objects.keyed(*keys).filter(state=State.UNDELIVERED).values_list("key", flat=True)
    registers.filter(pk__in=[keys[key] for key in returned]).update(delivered_at=None)


def _key(pk: int) -> str:
    return f"payment_register:{pk}"


def _days(delivery: RegisterDelivery, now: datetime) -> list[date]:
    """Finished days without a register, one after another."""
    provider = delivery.provider
    first, today = delivery.since_date, timezone.localdate(now)
    earliest = today - LOOKED_BACK
    registers = PaymentRegister.objects.filter(provider=provider, date__gte=min(first, earliest))
    made = set(registers.values_list("date", flat=True))
    days = (first + timedelta(days=number) for number in range((today - first).days))
    missing = [day for day in days if day not in made]
    if provider.is_active:
        return missing
    return _with_operations(
        provider, [day for day in missing if day >= earliest], {day for day in made if day >= earliest}
    )


def _with_operations(provider: Provider, missing: list[date], made: set[date]) -> list[date]:
    """Of the days of a closed provider those that have operations: what was paid to it is still its own."""
    if not missing:
        return []
    waiting = register_export.waiting_days(provider=provider, first=min({missing[0], *made}), last=missing[-1])
    busy = [day for day in missing if day in waiting]
    # What its day's register left without goes with the newest one.
    return busy or (missing[-1:] if waiting & made else [])


def _lay_out(register: PaymentRegister, delivery: RegisterDelivery, now: datetime) -> bool:
    """Write the file whole or not at all: a second try overwrites it with the same bytes."""
    try:
        _write(file_of(register, delivery.format), _content(register, delivery.format))
    except (OSError, Damaged) as trouble:
        logger.error("register %s was not laid out: %s", register.pk, type(trouble).__name__)
        return False
    PaymentRegister.objects.filter(pk=register.pk).update(delivered_at=now)
    return True


def _write_to(register: PaymentRegister, delivery: RegisterDelivery, now: datetime) -> bool:
    """Queue its only letter, follow it until it has left, and begin anew with one that was given up."""
    key = _key(register.pk)
    letter = Message.objects.keyed(key).first()
    if letter is None:
        outbox.put(
            messages.PAYMENT_REGISTER,
            address=delivery.address,
            context=_words(register),
            key=key,
            now=now,
            attachment=f"register:{register.pk}:{delivery.format}",
        )
        return True
    if letter.state in LEFT:
        PaymentRegister.objects.filter(pk=register.pk).update(delivered_at=letter.sent_at)
    elif letter.state in LOST and (letter.address != delivery.address or letter.due_at <= now - GIVEN_UP):
        return outbox.try_anew(letter, address=delivery.address, now=now)
    return False


def _words(register: PaymentRegister) -> dict[str, str]:
    lines = register.lines.aggregate(
        amount=Sum("payment__amount", filter=Q(refund=None)),
        fee=Sum("payment__fee", filter=Q(refund=None)),
        back=Sum("refund__amount"),
        fee_back=Sum("refund__fee"),
    )
    return {
        "provider": register.provider.short_name,
        "number": str(register.number),
        "day": f"{register.date:%d.%m.%Y}",
        "rows": str(register.lines.count()),
        "amount": roubles(Kopecks((lines["amount"] or 0) - (lines["back"] or 0))),
        "fee": roubles(Kopecks((lines["fee"] or 0) - (lines["fee_back"] or 0))),
    }


def attached(reference: str) -> File:
    """The register as its letter's file, byte by byte the one that `export_payments` prints. Raises NoFile."""
    key, _, name = reference.partition(":")
    try:
        register = PaymentRegister.objects.select_related("provider").get(pk=key)
        # Named as mere bytes: a mail program must not lay text out anew.
        return File(file_of(register, name).name, "application/octet-stream", _content(register, name))
    except (PaymentRegister.DoesNotExist, Damaged):
        raise NoFile from None


def _content(register: PaymentRegister, name: str) -> bytes:
    return register_export.in_format(register=register, name=name).encode(ENCODINGS[name], errors="replace")


def file_of(register: PaymentRegister, name: str) -> Path:
    """Where the file of a register stands: a folder for each provider."""
    provider, file = register.provider, f"{register.date:%Y-%m-%d}_{register.number}.csv"
    if name == SBER:
        file = register_sber.file_name(
            inn=provider.inn,
            settlement_account=provider.settlement_account,
            number=register.number,
            date=register.date,
        )
    return Path(settings.REGISTER_DIR) / provider.code / file


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(content)
    aside.replace(path)
