"""What is owed on a bill moves here alone: an entry and the bill's counters in one step, once per operation and kind.

All of it runs inside the caller's transaction: entry, counters and the payment's own move stand or fall together.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from billing.models import Bill, BillEntry, BillMark
from billing.money import Kopecks

Kind = BillEntry.Kind
ENDS = (Kind.SETTLE, Kind.RELEASE)


class BillChanged(Exception):
    """The bill is no longer the document that the resident saw."""


class AlreadyBeingPaid(Exception):
    """Less is due than the sum: another operation has paid or holds it."""


class NotHeld(Exception):
    """The operation holds nothing on this bill: it never did, or its hold ended the other way."""


class MoreThanPaid(Exception):
    """More would be returned than was ever paid on the bill."""


def hold(
    *, bill_id: int, version: int, operation: UUID, amount: Kopecks, now: datetime, resident: User | None = None
) -> None:
    """Keep a sum of this version's due for the operation; the guard against paying twice.

    Raises BillChanged or AlreadyBeingPaid; what was held by the same operation before is left as it is.
    """
    with transaction.atomic():
        _, is_new = BillEntry.objects.get_or_create(
            operation=operation,
            kind=Kind.HOLD,
            defaults={"bill_id": bill_id, "kopecks": amount, "resident": resident, "created_at": now},
        )
        if is_new and not _hold(bill_id, version, amount):
            changed = not Bill.objects.filter(pk=bill_id, version=version, carried_into=None).exists()
            raise BillChanged if changed else AlreadyBeingPaid


def _hold(bill_id: int, version: int, amount: Kopecks) -> int:
    enough = Bill.objects.filter(
        pk=bill_id, version=version, carried_into=None, total__gte=F("paid") + F("held") + amount
    )
    return enough.update(held=F("held") + amount)


def settle(*, bill_id: int, operation: UUID, now: datetime) -> None:
    """Turn what the operation holds into paid, whatever a correction made of the total. Raises NotHeld."""
    with transaction.atomic():
        kopecks = _end(bill_id, operation, Kind.SETTLE, now)
        Bill.objects.filter(pk=bill_id).update(held=F("held") - kopecks, paid=F("paid") + kopecks)
        if kopecks:
            # Money has come: what residents said of the bill before is out of date, also after a refund.
            BillMark.objects.filter(bill=bill_id).delete()


def release(*, bill_id: int, operation: UUID, now: datetime) -> None:
    """Give back what the operation holds: it certainly took no money. Raises NotHeld."""
    with transaction.atomic():
        kopecks = _end(bill_id, operation, Kind.RELEASE, now)
        Bill.objects.filter(pk=bill_id).update(held=F("held") - kopecks)


def _end(bill_id: int, operation: UUID, kind: BillEntry.Kind, now: datetime) -> int:
    """Write the end of a hold and say what moves; 0 when it ended this way before."""
    held = BillEntry.objects.filter(bill_id=bill_id, operation=operation, kind=Kind.HOLD).first()
    if held is None:
        raise NotHeld
    try:
        with transaction.atomic():
            BillEntry.objects.create(
                bill_id=bill_id,
                operation=operation,
                kind=kind,
                kopecks=held.kopecks,
                resident_id=held.resident_id,
                created_at=now,
            )
    except IntegrityError:
        if not BillEntry.objects.filter(operation=operation, kind=kind).exists():
            raise NotHeld from None
        return 0
    return held.kopecks


def credit(*, bill_id: int, operation: UUID, amount: Kopecks, now: datetime, resident: User | None = None) -> None:
    """Count money that came after its hold was given up as paid; staff decide it. Raises AlreadyBeingPaid."""
    with transaction.atomic():
        _, is_new = BillEntry.objects.get_or_create(
            operation=operation,
            kind=Kind.CREDIT,
            defaults={"bill_id": bill_id, "kopecks": amount, "resident": resident, "created_at": now},
        )
        owing = Bill.objects.filter(pk=bill_id, carried_into=None, total__gte=F("paid") + F("held") + amount)
        if is_new and not owing.update(paid=F("paid") + amount):
            raise AlreadyBeingPaid
        BillMark.objects.filter(bill=bill_id).delete()


def reverse(*, bill_id: int, operation: UUID, amount: Kopecks, now: datetime) -> None:
    """Take a refund off what was paid; `operation` is the refund's own UUID. Raises MoreThanPaid."""
    with transaction.atomic():
        _, is_new = BillEntry.objects.get_or_create(
            operation=operation,
            kind=Kind.REVERSE,
            defaults={"bill_id": bill_id, "kopecks": amount, "created_at": now},
        )
        paid = Bill.objects.filter(pk=bill_id, paid__gte=amount)
        if is_new and not paid.update(paid=F("paid") - amount):
            raise MoreThanPaid
