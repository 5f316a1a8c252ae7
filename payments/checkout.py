"""From the charges page to SUBMITTED: everything that happens before the bank hears of a payment."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts import confirmations
from accounts.models import Confirmation, Purpose, User
from billing import dues
from billing.models import Bill, FeeRule, PersonalAccount, Provider
from billing.money import Kopecks, roubles
from payments import fees, saved_cards
from payments.models import TIME_TO_CONFIRM, Payment, PaymentSnapshot, SavedCard
from payments.moves import move
from payments.status import UNSUBMITTED, Status

# 144 bits; the bank takes a return address of 100 characters at most, and most of them are the portal's own.
RETURN_TOKEN_BYTES = 18
# The bank takes sums of ten digits in kopecks; a provider's own limit is less.
LARGEST = Kopecks(50_000_000_00)


@dataclass(frozen=True)
class Target:
    """Where the money goes: an account and, where a bill is paid, the bill with the version that was shown.

    Of an account that the payer has not added the charges are not his to see, and not frozen either.
    """

    account: PersonalAccount
    bill: Bill | None = None
    version: int | None = None
    has_charges: bool = True

    @classmethod
    def of(cls, bill: Bill, version: int) -> "Target":
        """A bill of an account that he added."""
        return cls(bill.account, bill, version)


class AmountAboveDue(Exception):
    """More than the bill still owes; `due` is what may be paid."""

    def __init__(self, due: Kopecks) -> None:
        super().__init__(due)
        self.due = due


class AmountAboveLimit(Exception):
    """More than the provider takes in one payment; `limit` is that sum."""

    def __init__(self, limit: Kopecks) -> None:
        super().__init__(limit)
        self.limit = limit


class AmountBelowMinimum(Exception):
    """Less than the provider takes in one payment; `minimum` is that sum."""

    def __init__(self, minimum: Kopecks) -> None:
        super().__init__(minimum)
        self.minimum = minimum


class ProviderClosed(Exception):
    """The provider takes no payments here now."""


class BillNotPayable(Exception):
    """The bill is paid, held by another operation, or is not the newest."""


class OutOfTime(Exception):
    """The payment was not confirmed in its quarter of an hour; no money was taken."""


class ResidentBlocked(Exception):
    """The cabinet was blocked meanwhile."""


def open_payment(*, resident: User, target: Target, amount: Kopecks, form_key: UUID, now: datetime) -> Payment:
    """The payment of a form with a sum: the same form again is the same one, another sum replaces an unsubmitted one.

    Raises ProviderClosed, BillNotPayable, dues.BillChanged, AmountAboveDue, AmountAboveLimit, AmountBelowMinimum.
    """
    earlier = Payment.objects.of(resident).filter(form_key=form_key).first()
    if earlier is not None and (earlier.is_submitted or _is_same(earlier, target, amount, now)):
        return earlier
    _check(target, amount)
    try:
        with transaction.atomic():
            if earlier is not None:
                _replace(earlier, now)
            return new_payment(resident=resident, target=target, amount=amount, form_key=form_key, now=now)
    except IntegrityError:
        # The twin of this very form was quicker: its payment is ours.
        return Payment.objects.of(resident).get(form_key=form_key)


def _is_same(payment: Payment, target: Target, amount: Kopecks, now: datetime) -> bool:
    shown = (payment.account_id, payment.bill_id, payment.bill_version, payment.amount)
    bill = target.bill.pk if target.bill else None
    return shown == (target.account.pk, bill, target.version, amount) and not payment.is_out_of_time(now)


def _check(target: Target, amount: Kopecks) -> None:
    provider = target.account.provider
    if not provider.is_active:
        raise ProviderClosed
    if target.bill is not None:
        _check_bill(target.bill, target.version, amount)
    check_sum(provider=provider, amount=amount, pays_bill=target.bill is not None)


def check_sum(*, provider: Provider, amount: int, pays_bill: bool) -> None:
    """Whether the provider takes so much, without the fee. Raises AmountAboveLimit, AmountBelowMinimum."""
    limit = min(provider.payment_limit or LARGEST, LARGEST)
    if amount > limit:
        raise AmountAboveLimit(Kopecks(limit))
    # The rest of a bill may be smaller than what the provider takes otherwise.
    if not pays_bill and amount < provider.payment_minimum:
        raise AmountBelowMinimum(Kopecks(provider.payment_minimum))


def _check_bill(bill: Bill, version: int | None, amount: Kopecks) -> None:
    if bill.version != version:
        raise dues.BillChanged
    if not bill.is_payable or not bill.due:
        raise BillNotPayable
    if amount > bill.due:
        raise AmountAboveDue(bill.due)


def _replace(earlier: Payment, now: datetime) -> None:
    """Expire the earlier payment of the form and take its key; one that was submitted meanwhile keeps it."""
    if move(earlier, to=Status.EXPIRED, now=now, source="form", only=UNSUBMITTED, form_key=None):
        return
    Payment.objects.filter(pk=earlier.pk, status=Status.EXPIRED, submitted_at=None).update(form_key=None)


def new_payment(
    *,
    resident: User,
    target: Target,
    amount: Kopecks,
    form_key: UUID | None,
    now: datetime,
    method: FeeRule.Method = FeeRule.Method.CARD,
) -> Payment:
    """A payment as created, with what is paid frozen beside it; the rules of open_payment are not asked."""
    provider, fee = target.account.provider, fees.rule(provider=target.account.provider, method=method)
    payment = Payment.objects.create(
        resident=resident,
        provider=provider,
        account=target.account,
        bill=target.bill,
        bill_version=target.version,
        amount=amount,
        fee=fee.of(amount),
        channel=settings.PAYMENT_CHANNEL,
        form_key=form_key,
        created_at=now,
        moved_at=now,
    )
    PaymentSnapshot.objects.create(
        payment=payment,
        provider_short_name=provider.short_name,
        provider_full_name=provider.full_name,
        requisites=provider.requisites,
        account_label=provider.account_label,
        account_number=target.account.number,
        fee_basis_points=fee.basis_points,
        fee_minimum=fee.minimum,
        fee_maximum=fee.maximum,
        **_document(target),
    )
    return payment


def _document(target: Target) -> dict[str, Any]:
    """What the snapshot keeps of the bill; the period is what the provider's register needs."""
    bill = target.bill
    if bill is None:
        return {}
    frozen: dict[str, Any] = {"period": bill.period, "issued_date": bill.issued_date}
    if target.has_charges:
        frozen |= {"bill_total": bill.total, "charges": [[charge.name, charge.amount] for charge in bill.charges]}
    return frozen


def digest(*, payment: Payment, card: str) -> str:
    """What the resident is shown before he confirms; any change of it makes the one-time password useless."""
    return confirmations.digest_of(
        payment.snapshot.provider_full_name,
        json.dumps(payment.snapshot.requisites, sort_keys=True),
        payment.snapshot.account_number,
        payment.amount,
        payment.fee,
        card,
    )


def void_code(*, payment: Payment, now: datetime) -> None:
    """A card typed again makes the code that was sent for the former one useless."""
    confirmations.void(purpose=Purpose.PAYMENT, subject=payment.uuid, now=now)


def send_code(*, payment: Payment, resident: User, card: str, ip: str, now: datetime) -> Confirmation:
    """Send the one-time password that names payee and sum; a second request within its minute sends nothing.

    Raises OutOfTime, and confirmations.TooManyCodes when no code of this operation is alive either.
    """
    _start_confirming(payment, now)
    shown = digest(payment=payment, card=card)
    try:
        return confirmations.request(
            purpose=Purpose.PAYMENT,
            subject=payment.uuid,
            digest=shown,
            phone=resident.phone or "",
            resident=resident,
            ip=ip,
            context={"payee": payment.snapshot.provider_short_name, "amount": roubles(payment.total)},
            now=now,
        )
    except confirmations.TooManyCodes:
        alive = confirmations.current(purpose=Purpose.PAYMENT, subject=payment.uuid, now=now)
        if alive is None or alive.digest != shown:
            raise
        return alive


def _start_confirming(payment: Payment, now: datetime) -> None:
    with transaction.atomic():
        fresh = Q(created_at__gt=now - TIME_TO_CONFIRM)
        moved = move(payment, to=Status.CONFIRMING, now=now, source="resident", where=fresh)
    if not moved and (payment.status != Status.CONFIRMING or payment.is_out_of_time(now)):
        raise OutOfTime


def submit(
    *,
    payment: Payment,
    resident: User,
    confirmation: Confirmation,
    code: str,
    brand: str,
    last_four: str,
    saved_card: SavedCard | None = None,
    keeps_card: bool = False,
    is_hosted: bool = False,
    now: datetime,
) -> bool:
    """Consume the code, hold the bill and make the payment SUBMITTED; False when it was submitted before.

    Nothing has gone to the bank yet. Raises confirmations.WrongCode and its kin, dues.AlreadyBeingPaid,
    dues.BillChanged, OutOfTime, ProviderClosed, ResidentBlocked, saved_cards.CardGone.
    """
    payment.card_brand, payment.card_last_four = brand, last_four
    payment.saved_card, payment.keeps_card, payment.is_hosted = saved_card, keeps_card, is_hosted
    shown = digest(payment=payment, card=payment.card)
    try:
        confirmations.check(confirmation=confirmation, code=code, digest=shown, now=now)
        with transaction.atomic():
            _consume_and_hold(payment, resident, confirmation, now)
    except (confirmations.CodeExpired, confirmations.NoTriesLeft):
        payment.refresh_from_db()
        if payment.is_submitted:
            return False
        raise
    except (dues.AlreadyBeingPaid, dues.BillChanged):
        _expire(payment, source="bill", now=now)
        raise
    except ProviderClosed:
        _expire(payment, source="provider", now=now)
        raise
    return True


def _expire(payment: Payment, *, source: str, now: datetime) -> None:
    with transaction.atomic():
        move(payment, to=Status.EXPIRED, now=now, source=source, only=UNSUBMITTED)


def _consume_and_hold(payment: Payment, resident: User, confirmation: Confirmation, now: datetime) -> None:
    if not confirmations.consume(confirmation=confirmation, now=now):
        raise confirmations.CodeExpired
    if not User.objects.select_for_update(no_key=True).filter(pk=resident.pk, is_active=True, blocked_at=None).exists():
        raise ResidentBlocked
    # It may have been closed since the payment was opened.
    if not Provider.objects.open().filter(pk=payment.provider_id).exists():
        raise ProviderClosed
    card = payment.saved_card
    if card is not None:
        saved_cards.find(resident=resident, uuid=card.uuid, now=now)
    elif payment.is_hosted and payment.keeps_card and saved_cards.frozen_until(resident=resident, now=now):
        # The bank's page would offer the very cards that may not pay now.
        raise saved_cards.CardGone
    moved = move(
        payment,
        to=Status.SUBMITTED,
        now=now,
        source="resident",
        where=Q(created_at__gt=now - TIME_TO_CONFIRM),
        submitted_at=now,
        card_brand=payment.card_brand,
        card_last_four=payment.card_last_four,
        saved_card=card,
        keeps_card=payment.keeps_card,
        is_hosted=payment.is_hosted,
        return_token=secrets.token_urlsafe(RETURN_TOKEN_BYTES),
    )
    if not moved:
        raise OutOfTime
    if payment.bill_id is not None:
        dues.hold(
            bill_id=payment.bill_id,
            version=payment.bill_version or 0,
            operation=payment.uuid,
            amount=Kopecks(payment.amount),
            resident=resident,
            now=now,
        )
