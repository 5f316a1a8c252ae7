"""Registers that make themselves: every finished day of a provider who asked for it, laid out as a file, once."""

import logging
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from payments import register_export, register_sber
from payments.models import PaymentRegister, RegisterDelivery
from payments.register_export import ENCODINGS, SBER, Damaged

logger = logging.getLogger(__name__)


def deliver_due(*, now: datetime) -> int:
    """Make the registers of the days that are over and lay out those that were not yet; returns how many."""
    deliveries = RegisterDelivery.objects.filter(provider__is_active=True).select_related("provider")
    return sum(_guarded(delivery, now) for delivery in deliveries.order_by("pk"))


def _guarded(delivery: RegisterDelivery, now: datetime) -> int:
    """One provider's damaged register must not keep the others from theirs."""
    try:
        return _deliver(delivery, now)
    except (DatabaseError, Damaged) as trouble:
        logger.error("registers of %s were not laid out: %s", delivery.provider.code, type(trouble).__name__)
        return 0


def _deliver(delivery: RegisterDelivery, now: datetime) -> int:
    for day in _days(delivery, now):
        register_export.export(provider=delivery.provider, day=day, now=now)
    waiting = PaymentRegister.objects.filter(
        provider=delivery.provider, date__gte=delivery.since_date, delivered_at=None
    )
    return sum(_lay_out(register, delivery.format, now) for register in waiting.order_by("number"))


def _days(delivery: RegisterDelivery, now: datetime) -> list[date]:
    """Finished days without a register, one after another."""
    made = set(
        PaymentRegister.objects.filter(provider=delivery.provider, date__gte=delivery.since_date).values_list(
            "date", flat=True
        )
    )
    first, today = delivery.since_date, timezone.localdate(now)
    days = (first + timedelta(days=number) for number in range((today - first).days))
    return [day for day in days if day not in made]


def _lay_out(register: PaymentRegister, name: str, now: datetime) -> bool:
    """Write the file whole or not at all: a second try overwrites it with the same bytes."""
    try:
        content = register_export.in_format(register=register, name=name)
        _write(file_of(register, name), content.encode(ENCODINGS[name], errors="replace"))
    except (OSError, Damaged) as trouble:
        logger.error("register %s was not laid out: %s", register.pk, type(trouble).__name__)
        return False
    PaymentRegister.objects.filter(pk=register.pk).update(delivered_at=now)
    return True


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
