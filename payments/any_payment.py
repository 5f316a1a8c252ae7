"""A payment to an account by its number: what is offered to the payer, and what his sum pays."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from billing import personal_accounts
from billing.foreign_accounts import Found
from billing.models import Bill, Provider
from billing.money import Kopecks
from payments import checkout
from payments.checkout import Target
from payments.models import Payment


@dataclass(frozen=True)
class Told:
    """«Сумма к оплате» as the form showed it, and of which version of the bill."""

    due: Kopecks
    version: int


@dataclass(frozen=True)
class Offer:
    """His own bill to be paid with its charges, or what he may be told of another's; often neither."""

    bill: Bill | None = None
    told: Told | None = None


def offer(*, resident: User, provider: Provider, found: Found) -> Offer:
    """What stands on the page with the sum."""
    if not found.shows_due:
        return Offer(bill=Bill.objects.visible_to(resident).current(provider=provider, number=found.number))
    bill = Bill.objects.current(provider=provider, number=found.number)
    return Offer(told=Told(bill.due, bill.version) if bill else None)


def open_payment(
    *,
    resident: User,
    provider: Provider,
    found: Found,
    amount: Kopecks,
    told: Told | None,
    form_key: UUID,
    now: datetime,
) -> Payment:
    """The payment of a sum: exactly what he was told is due pays the bill, any other sum touches none.

    Raises personal_accounts.UnknownAccount and what checkout.open_payment raises.
    """
    account = personal_accounts.account_of(provider, found.number)
    target = Target(account)
    if found.shows_due and told is not None and amount == told.due:
        bill = Bill.objects.current(provider=provider, number=found.number)
        if bill is None:
            raise checkout.BillNotPayable
        target = Target(account, bill, told.version, has_charges=False)
    return checkout.open_payment(resident=resident, target=target, amount=amount, form_key=form_key, now=now)
