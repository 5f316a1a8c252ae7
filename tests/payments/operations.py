"""Operations of every kind without the way through the bank: what the history, statements and the guard read."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from billing.models import PersonalAccount
from payments.models import Payment, PaymentSnapshot
from payments.status import TAKEN, Status
from tests.billing.make import make_account
from tests.people import NOW

_seconds = count(1)


def make_operation(
    resident: User,
    account: PersonalAccount | None = None,
    *,
    at: datetime | None = None,
    status: Status = Status.SUCCEEDED,
    **fields: Any,
) -> Payment:
    """A confirmed operation with its snapshot; each without a time is a second older than the one before."""
    account = account or make_account("1234567890")
    at = at or NOW - timedelta(seconds=next(_seconds))
    frozen = {name: fields.pop(name) for name in ("period", "charges", "bill_total", "issued_date") if name in fields}
    defaults = {
        "provider": account.provider,
        "amount": 100_00,
        "channel": "Смарт Сервис-портал",
        "card_brand": "МИР",
        "card_last_four": "7761",
        "created_at": at,
        "submitted_at": at,
        "moved_at": at,
        "succeeded_at": at if status in TAKEN else None,
    }
    payment = Payment.objects.create(resident=resident, account=account, status=status, **{**defaults, **fields})
    PaymentSnapshot.objects.create(
        payment=payment,
        provider_short_name=account.provider.short_name,
        provider_full_name=account.provider.full_name,
        account_number=account.number,
        **frozen,
    )
    return payment


def moscow(text: str) -> datetime:
    """«2017-07-17 17:26:23» of Moscow."""
    return timezone.make_aware(datetime.fromisoformat(text))
