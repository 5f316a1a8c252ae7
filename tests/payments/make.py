"""Makers of payments at every point of their life."""

from datetime import date, datetime
from functools import cache
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from accounts import confirmations
from accounts.models import User
from billing.models import Bill, PersonalAccount
from billing.money import Kopecks
from payments import authorisation, cards, checkout
from payments.acquirer.base import Browser
from payments.models import Payment, SavedCard
from safeguards.secret import Secret
from tests.billing.make import make_manual_bill
from tests.people import NOW

CRYPTOGRAM = "A" * 344
BROWSER = Browser(ip="127.0.0.1")
CODE = "123456"


def open_payment(
    bill: Bill, resident: User, *, amount: int | None = None, key: UUID | None = None, now: datetime = NOW
):
    """A payment as the charges form makes it."""
    return checkout.open_payment(
        resident=resident,
        target=checkout.Target.of(bill, bill.version),
        amount=Kopecks(bill.due if amount is None else amount),
        form_key=key or uuid4(),
        now=now,
    )


def pay_ahead(account: PersonalAccount, resident: User, amount: int, *, key: UUID | None = None, now: datetime = NOW):
    """A payment to an account without a bill, opened as the form with the typed sum makes it."""
    target = checkout.Target(account)
    return checkout.open_payment(
        resident=resident, target=target, amount=Kopecks(amount), form_key=key or uuid4(), now=now
    )


def send_code(
    payment: Payment, resident: User, *, card: str = "МИР (***7761)", now: datetime = NOW, ip: str = "127.0.0.1"
):
    """Its one-time password, which the tests know to be CODE."""
    with patch.object(confirmations, "_new_code", lambda purpose: CODE):
        return checkout.send_code(payment=payment, resident=resident, card=card, ip=ip, now=now)


def submit(
    payment: Payment, resident: User, confirmation=None, *, code: str = CODE, now: datetime = NOW, **card
) -> bool:
    """Confirm it: SUBMITTED with the bill held, the bank not yet asked; `card` says what is saved."""
    brand, last_four = ("", "") if card.get("is_hosted") else ("МИР", "7761")
    mask = cards.mask(brand=brand, last_four=last_four)
    confirmation = confirmation or send_code(payment, resident, card=mask, now=now)
    return checkout.submit(
        payment=payment,
        resident=resident,
        confirmation=confirmation,
        code=code,
        brand=brand,
        last_four=last_four,
        now=now,
        **card,
    )


def authorise(payment: Payment, *, now: datetime = NOW) -> None:
    """Talk to the bank about it."""
    authorisation.authorise(payment=payment, cryptogram=Secret(CRYPTOGRAM), browser=BROWSER, now=now)


def save_card(resident: User, **fields) -> SavedCard:
    """A card that the bank keeps for him, and we know of."""
    usual = {
        "bank_card_id": str(500 + SavedCard.objects.count()),
        "brand": "МИР",
        "last_four": "7761",
        "expires_on": date(2035, 12, 31),
        "created_at": NOW,
        "moved_at": NOW,
    }
    return SavedCard.objects.create(resident=resident, **{**usual, **fields})


def pay(
    what: Bill | PersonalAccount, resident: User, *, amount: int | None = None, now: datetime = NOW, **card
) -> Payment:
    """The whole way to the bank's answer, for a bill or a sum to an account; `card` says what is saved."""
    if isinstance(what, Bill):
        payment = open_payment(what, resident, amount=amount, now=now)
    else:
        payment = pay_ahead(what, resident, amount or 0, now=now)
    if submit(payment, resident, now=now, **card):
        authorise(payment, now=now)
    payment.refresh_from_db()
    return payment


@pytest.fixture
def annas_bill(anna: User) -> Bill:
    """A bill of 12 970,24 on the account that Anna added."""
    return make_manual_bill(anna)


@pytest.fixture
def annas_payment(anna: User, annas_bill: Bill) -> Payment:
    """Opened, not confirmed."""
    return open_payment(annas_bill, anna)


@pytest.fixture
def submitted(anna: User, annas_payment: Payment) -> Payment:
    """Confirmed by Anna, the bill held, the bank not yet asked."""
    submit(annas_payment, anna)
    return annas_payment


@cache
def key_pair() -> tuple[rsa.RSAPrivateKey, bytes]:
    """The bank's key pair: one for all tests, because making it takes a while."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private, public


@pytest.fixture
def bank_key(settings):
    """The bank's public key where the portal looks for it; the private half is the fixture's value."""
    private, public = key_pair()
    settings.ACQUIRER_PUBLIC_KEY_FILE.write_bytes(public)
    return private
