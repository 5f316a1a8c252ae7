"""Registers of payments for a provider: a finished day once and for ever, every operation in exactly one of them."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from billing.models import Provider
from payments import register_format, register_sber
from payments.models import Payment, PaymentRegister, PaymentRegisterCopy, PaymentRegisterLine, Refund
from payments.register_format import PAYMENT, REFUND, Row

SMART, SBER = FORMATS = ("smart", "sber")
ENCODINGS = {SMART: "utf-8", SBER: register_sber.ENCODING}
# Twins of other days take the same number or the same late operation; each round one of them is done.
ROUNDS = 20
BATCH = 1000


class DayNotOver(Exception):
    """Operations of that Moscow day may still come."""


class Damaged(Exception):
    """What is kept of the register is not what was handed over."""


def export(*, provider: Provider, day: date, now: datetime) -> PaymentRegister:
    """The register of a day: made once, afterwards the same one. Raises DayNotOver, Damaged."""
    if day >= timezone.localdate(now):
        raise DayNotOver
    for _ in range(ROUNDS):
        known = of_day(provider, day)
        if known is not None:
            return _intact(known)
        try:
            with transaction.atomic():
                return _make(provider, day, now)
        except IntegrityError:
            # A twin was quicker: it has made this register, or taken the number or a late operation for another day.
            continue
    raise IntegrityError


def preview(*, provider: Provider, day: date, name: str = SMART) -> str:
    """What the register of the day would hold if it ended now, without a number; nothing is written."""
    known = of_day(provider, day)
    if known is not None:
        return in_format(register=known, name=name)
    return _written_in(name, provider, day, None, _lines(provider, day))


def in_format(*, register: PaymentRegister, name: str) -> str:
    """The register in one of FORMATS; in each it is written once, afterwards the same. Raises Damaged."""
    if name == SMART:
        return _intact(register).content
    content = _written_in(name, register.provider, register.date, register.number, _kept_lines(register))
    digest = PaymentRegister.digest_of(content)
    copy, _ = PaymentRegisterCopy.objects.get_or_create(
        register=register, format=name, defaults={"content": content, "digest": digest}
    )
    if not copy.is_intact:
        raise Damaged
    return copy.content


def of_day(provider: Provider, day: date) -> PaymentRegister | None:
    """The register of a day if it was made."""
    return PaymentRegister.objects.filter(provider=provider, date=day).first()


def _intact(register: PaymentRegister) -> PaymentRegister:
    if not register.is_intact:
        raise Damaged
    return register


def _make(provider: Provider, day: date, now: datetime) -> PaymentRegister:
    last = PaymentRegister.objects.filter(provider=provider).aggregate(last=Max("number"))["last"] or 0
    lines = _lines(provider, day)
    content = _written_in(SMART, provider, day, last + 1, lines)
    register = PaymentRegister.objects.create(
        provider=provider,
        date=day,
        number=last + 1,
        content=content,
        digest=PaymentRegister.digest_of(content),
        exported_at=now,
    )
    for line in lines:
        line.register = register
    PaymentRegisterLine.objects.bulk_create(lines, batch_size=BATCH)
    return register


def _lines(provider: Provider, day: date) -> list[PaymentRegisterLine]:
    """Operations of the day, and those of earlier days whose registers left without them, as they happened."""
    # A day without a register waits for its own.
    days = {day, *PaymentRegister.objects.filter(provider=provider, date__lt=day).values_list("date", flat=True)}
    mine = [line for line in _waiting(provider, min(days), day) if timezone.localdate(_at(line)) in days]
    return sorted(mine, key=lambda line: (_at(line), line.payment_id, line.refund is not None, line.refund_id or 0))


def waiting_days(*, provider: Provider, first: date, last: date) -> set[date]:
    """The Moscow days of that span with operations that no register has."""
    days = {timezone.localdate(_at(line)) for line in _waiting(provider, first, last)}
    return {day for day in days if day <= last}


def _waiting(provider: Provider, first: date, last: date) -> list[PaymentRegisterLine]:
    """Operations from the first day to the midnight that ends the last, which is the next day's, without a register."""
    span = (_end(first - timedelta(days=1)), _end(last))
    kept = PaymentRegisterLine.objects.filter(payment__provider=provider)
    payments = _left_out(
        Payment.objects.filter(provider=provider, succeeded_at__range=span),
        kept.filter(refund=None).values_list("payment", flat=True),
    )
    # What was given back of money that never counted as paid concerns no provider.
    refunds = _left_out(
        Refund.objects.filter(payment__provider=provider, payment__succeeded_at__isnull=False, done_at__range=span),
        kept.exclude(refund=None).values_list("refund", flat=True),
    )
    return [
        PaymentRegisterLine(payment=payment)
        for batch in payments
        for payment in Payment.objects.filter(pk__in=batch).select_related("snapshot")
    ] + [
        PaymentRegisterLine(payment=refund.payment, refund=refund)
        for batch in refunds
        for refund in Refund.objects.filter(pk__in=batch).select_related("payment__snapshot")
    ]


def _left_out(rows: QuerySet[Any], in_registers: QuerySet[Any, int]) -> Iterator[list[int]]:
    """Keys of the rows that no register has, in batches.

    By a set operation: an anti-join is planned as loop in loop while the tables have no statistics yet, after a
    restore or in the first days, and then takes the square of the month.
    """
    keys = list(rows.order_by().values_list("pk", flat=True).difference(in_registers.order_by()))
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))


def _end(day: date) -> datetime:
    """The Moscow midnight that ends it."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _at(line: PaymentRegisterLine) -> datetime:
    at = line.refund.done_at if line.refund is not None else line.payment.succeeded_at
    if at is None:
        raise Damaged
    return at


def written_again(register: PaymentRegister) -> str:
    """What the operations of a register would make today; equal to its content while nobody changes them."""
    return _written_in(SMART, register.provider, register.date, register.number, _kept_lines(register))


def _kept_lines(register: PaymentRegister) -> Iterator[PaymentRegisterLine]:
    lines = register.lines.select_related("payment__snapshot", "refund").defer("payment__challenge").order_by("pk")
    return lines.iterator(BATCH)


def _written_in(
    name: str, provider: Provider, day: date, number: int | None, lines: Iterable[PaymentRegisterLine]
) -> str:
    rows = map(_row, lines)
    if name == SBER:
        return register_sber.write(date=day, number=number, rows=rows)
    return register_format.write(provider=provider.code, date=day, number=number, rows=rows)


def _row(line: PaymentRegisterLine) -> Row:
    """The line as the register says it, from what was frozen when it was paid."""
    payment, snapshot, refund = line.payment, line.payment.snapshot, line.refund
    return Row(
        number=payment.number,
        at=_at(line),
        account=snapshot.account_number,
        period=snapshot.period,
        amount=payment.amount if refund is None else -refund.amount,
        fee=payment.fee if refund is None else -refund.fee,
        kind=PAYMENT if refund is None else REFUND,
    )
