"""Addresses that open a payment prefilled: for an account and a sum, or for the bill that is current there."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.core import signing
from django.urls import reverse

from accounts.models import User
from billing.foreign_accounts import Found
from billing.models import Bill, Provider
from billing.money import Kopecks, plain_roubles
from payments.models import Payment, SavedCard

LIFE = timedelta(hours=1)
# Of an address: the UUID of the saved card that is to be chosen there, if it may pay.
CARD = "card"


class NotOurs(Exception):
    """The address was not signed by us, or for another resident or provider."""


@dataclass(frozen=True)
class Signed:
    """A number out of an address; a stale one is asked for again."""

    found: Found
    is_stale: bool


def account_url(*, provider: Provider, number: str = "", amount: str = "") -> str:
    """The page that asks for the number, with what was typed; anybody may open it."""
    typed = {name: value for name, value in (("number", number), ("amount", amount)) if value}
    return reverse("payments:pay-account", args=[provider.code]) + (f"?{urlencode(typed)}" if typed else "")


def sum_url(*, resident: User, provider: Provider, found: Found, amount: Kopecks | None = None) -> str:
    """The page that asks for the sum, with the sum in it; for numbers that he has found, added or paid before.

    The address works for an hour, for him alone: make it when it is shown or followed, never keep it.
    """
    signed = signing.dumps([found.number, found.shows_due], salt=_salt(resident, provider))
    address = reverse("payments:pay-sum", args=[provider.code, signed])
    return address if amount is None else f"{address}?{urlencode({'amount': typed(amount)})}"


def read(*, resident: User, provider: Provider, signed: str) -> Signed:
    """What sum_url() signed. Raises NotOurs."""
    salt = _salt(resident, provider)
    try:
        number, shows_due = signing.loads(signed, salt=salt)
    except signing.BadSignature:
        raise NotOurs from None
    try:
        signing.loads(signed, salt=salt, max_age=LIFE)
    except signing.SignatureExpired:
        return Signed(Found(number, shows_due), is_stale=True)
    return Signed(Found(number, shows_due), is_stale=False)


def bill_url(*, bill: Bill, amount: Kopecks | None = None) -> str:
    """The charges of a bill, with the sum in it."""
    address = reverse("payments:bill-charges", args=[bill.uuid])
    return address if amount is None else f"{address}?{urlencode({'amount': typed(amount)})}"


def current_url(*, resident: User, provider: Provider, number: str, amount: Kopecks | None = None) -> str:
    """For templates: his own bill that is current there, never last month's sum; else the page with the sum in it."""
    bill = Bill.objects.visible_to(resident).current(provider=provider, number=number)
    if bill is not None:
        return bill_url(bill=bill)
    return sum_url(resident=resident, provider=provider, found=Found(number), amount=amount)


def with_card(address: str, card: SavedCard | None) -> str:
    """The address of a charges or sum page with this card chosen there."""
    if card is None:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode({CARD: str(card.uuid)})}"


def again_url(payment: Payment) -> str:
    """The form that this payment came from, its sum filled in; the payment has its resident."""
    if payment.bill is not None and payment.snapshot.bill_total is not None:
        return bill_url(bill=payment.bill, amount=Kopecks(payment.amount))
    if payment.resident is None:
        return reverse("home")
    return _account_again(payment, payment.resident)


def repeat_url(*, payment: Payment, resident: User) -> str:
    """What to pay again: a failed try's own bill while it can be paid, else what is current on its account."""
    own = Bill.objects.visible_to(resident).with_newest().select_related("account__provider")
    bill = own.filter(pk=payment.bill_id).first() if payment.is_failed and payment.bill_id else None
    if bill is not None and bill.is_payable and bill.due >= payment.amount:
        return bill_url(bill=bill, amount=Kopecks(payment.amount))
    current = Bill.objects.visible_to(resident).current(
        provider=payment.provider, number=payment.snapshot.account_number
    )
    return bill_url(bill=current) if current is not None else _account_again(payment, resident)


def _account_again(payment: Payment, resident: User) -> str:
    """The page with the sum; one who was told a due begins with the number: how often it is told is counted there.

    Besides, the due may have changed, and the former sum would then pay no bill.
    """
    provider, number = payment.provider, payment.snapshot.account_number
    if payment.bill is not None and payment.snapshot.bill_total is None:
        return account_url(provider=provider, number=number)
    return sum_url(resident=resident, provider=provider, found=Found(number), amount=Kopecks(payment.amount))


def typed(amount: Kopecks) -> str:
    """«12970,24»: a sum as it stands in an input."""
    return plain_roubles(amount).replace("\u00a0", "")


def _salt(resident: User, provider: Provider) -> str:
    return f"payments.pay-sum:{resident.uuid}:{provider.code}"
