"""What may be paid out to providers, and what was: only money that the bank's register agrees with, each once."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum

from billing.models import Provider
from billing.money import Kopecks
from payments.bank_statement import Document
from payments.models import Difference, PaymentRegister, Payout


@dataclass(frozen=True)
class Due:
    """A register that was not paid out yet: its sum, and how many of its operations hold it back."""

    register: PaymentRegister
    amount: Kopecks
    unmatched: int

    @property
    def is_ready(self) -> bool:
        """The bank's register agrees with every operation, and there is something to pay."""
        return not self.unmatched and self.amount > 0


def amount_of(register: PaymentRegister) -> Kopecks:
    """What the provider is to get: sums without fees, refunds taken off."""
    paid = register.lines.filter(refund=None).aggregate(sum=Sum("payment__amount"))["sum"] or 0
    back = register.lines.filter(refund__isnull=False).aggregate(sum=Sum("refund__amount"))["sum"] or 0
    return Kopecks(paid - back)


def due() -> list[Due]:
    """Registers that nobody has paid yet, oldest first within each provider."""
    waiting = PaymentRegister.objects.filter(payout=None).select_related("provider").order_by("provider", "number")
    return [Due(register, amount_of(register), _unmatched(register)) for register in waiting]


def _unmatched(register: PaymentRegister) -> int:
    open_ones = Difference.objects.filter(gone_at=None).values("payment")
    lines = register.lines.filter(Q(payment__reconciled_at=None) | Q(payment__in=open_ones))
    return lines.values("payment").distinct().count()


def settle(*, document: Document, now: datetime) -> list[PaymentRegister]:
    """Mark what a payment order has paid: registers that it names, or the oldest that give its sum; none if neither.

    A register is paid once: an order that is imported again marks nothing more. One that names no recipient, as a
    bank's commission, is nobody's: providers without an INN are no match for it.
    """
    if not document.recipient_inn:
        return []
    known = Payout.objects.filter(document_number=document.number, paid_date=document.date)
    again = list(PaymentRegister.objects.filter(payout__in=known, provider__inn=document.recipient_inn))
    if again:
        return again
    for provider in Provider.objects.filter(inn=document.recipient_inn).order_by("pk"):
        registers = _paid_by(provider, document)
        if registers:
            return registers if _record(registers, document, now) else []
    return []


def _paid_by(provider: Provider, document: Document) -> list[PaymentRegister]:
    """A register below zero is paid with others, which it makes less; who is named is not guessed."""
    waiting = [one for one in due() if one.register.provider_id == provider.pk]
    if document.registers:
        named = [one for one in waiting if one.register.number in document.registers]
        return [one.register for one in named] if sum(one.amount for one in named) == document.amount else []
    oldest: list[PaymentRegister] = []
    total = 0
    for one in waiting:
        oldest, total = [*oldest, one.register], total + one.amount
        if total == document.amount:
            return oldest
    return []


def _record(registers: list[PaymentRegister], document: Document, now: datetime) -> bool:
    try:
        with transaction.atomic():
            for register in registers:
                Payout.objects.create(
                    register=register,
                    amount=amount_of(register),
                    document_number=document.number,
                    paid_date=document.date,
                    recorded_at=now,
                )
    except IntegrityError:
        # A twin was quicker with one of them.
        return False
    return True
