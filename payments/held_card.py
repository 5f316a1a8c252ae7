"""A card between the card page and the final confirmation: it rides in the page, locked for the bank and signed.

The cryptogram (only the bank can open it) goes in one hidden field; the signed blob in the other says what it is for:
its SHA-256, the mask, the payment, the resident, the sum, and when it was typed. Nothing of it is stored here.
"""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare

from payments import card_entry, cards
from payments.acquirer.base import Browser
from payments.models import TIME_TO_CONFIRM, CardBinding, Payment
from safeguards.secret import Secret

SALT = "payments.held_card"


class StaleCard(Exception):
    """The blob is too old, was made for another payment, resident, sum or cryptogram, or was not made by us."""


class EntryChanged(StaleCard):
    """Cards have been typed elsewhere since the page was made: here instead of at the bank, or the other way round."""


@dataclass(frozen=True, kw_only=True)
class HeldCard:
    """What may be known of the typed card: its cryptogram and its mask; neither where the bank's page takes it."""

    cryptogram: Secret
    brand: str
    last_four: str
    browser: Browser
    # The UUID of the saved card that pays, or that a new one is to be kept.
    saved_card: str = ""
    keeps_card: bool = False
    is_hosted: bool = False

    @property
    def mask(self) -> str:
        """«VISA (***0551)», or «Банковская карта»."""
        return cards.mask(brand=self.brand, last_four=self.last_four)


def seal(*, payment: Payment | CardBinding, card: HeldCard) -> str:
    """The signed blob for the hidden field."""
    return signing.dumps(
        {
            **_bound_to(payment, card.cryptogram),
            "brand": card.brand,
            "last_four": card.last_four,
            "browser": asdict(card.browser),
            "saved_card": card.saved_card,
            "keeps_card": card.keeps_card,
            "entry": settings.CARD_ENTRY,
        },
        salt=SALT,
        compress=True,
    )


def unseal(*, blob: str, cryptogram: Secret, payment: Payment | CardBinding) -> HeldCard:
    """The card of a posted page; raises StaleCard when anything about it is not as it was shown, EntryChanged too."""
    try:
        held: dict[str, Any] = signing.loads(blob, salt=SALT, max_age=TIME_TO_CONFIRM)
    except signing.BadSignature:
        raise StaleCard from None
    for name, value in _bound_to(payment, cryptogram).items():
        if not constant_time_compare(str(held.get(name)), str(value)):
            raise StaleCard
    # Pages of the version before do not say: it knew but one way.
    if held.get("entry", card_entry.OWN) != settings.CARD_ENTRY:
        raise EntryChanged
    return HeldCard(
        cryptogram=cryptogram,
        brand=held["brand"],
        last_four=held["last_four"],
        browser=Browser(**held["browser"]),
        saved_card=held["saved_card"],
        keeps_card=held["keeps_card"],
        is_hosted=card_entry.is_hosted(),
    )


def _bound_to(payment: Payment | CardBinding, cryptogram: Secret) -> dict[str, str | int | None]:
    return {
        "sha256": hashlib.sha256(cryptogram.reveal().encode()).hexdigest(),
        "payment": str(payment.uuid),
        "resident": payment.resident_id,
        "total": payment.total,
    }
