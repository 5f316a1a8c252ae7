"""«Отметить как оплаченный»: a resident's own view of a bill; money, and what others see, stay as they are."""

from datetime import datetime

from accounts.models import User
from billing.dues import BillChanged
from billing.models import Bill, BillMark


class NotMarkable(Exception):
    """The bill is paid, is being paid, or asks for nothing."""


def put(*, resident: User, bill: Bill, version: int, reason: str, now: datetime) -> None:
    """Let the version that he saw go as paid in his view. Raises BillChanged, NotMarkable."""
    if version != bill.version:
        raise BillChanged
    if not bill.is_markable:
        raise NotMarkable
    kept = {"version": version, "reason": " ".join(reason.split()), "created_at": now}
    BillMark.objects.update_or_create(resident=resident, bill=bill, defaults=kept)


def stands(*, resident_id: int, bill_id: int, version: int) -> bool:
    """Whether this version of the bill goes as paid in his view."""
    return BillMark.objects.filter(resident=resident_id, bill=bill_id, version=version).exists()


def take_back(*, resident: User, bill: Bill) -> None:
    """Let the figures speak again; without a mark nothing happens."""
    BillMark.objects.filter(resident=resident, bill=bill).delete()
