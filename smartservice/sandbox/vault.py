"""Cards as they come in and what stays of them: a mask and a keyed fingerprint, never the number or the code."""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from smartservice.sandbox.refusals import Refusal

PAN_LENGTHS = range(13, 20)


@dataclass(frozen=True)
class Card:
    """A card for the length of one request; its repr shows the mask alone."""

    pan: str = field(repr=False)
    expiry: str
    cvv: str = field(repr=False)
    # Of a card that the bank keeps: its own number and mask; then `pan` is known for test cards alone.
    card_id: int = 0
    kept_mask: str = ""

    @property
    def mask(self) -> str:
        """The first six digits and the last four."""
        if self.kept_mask:
            return self.kept_mask
        return f"{self.pan[:6]}{'*' * (len(self.pan) - 10)}{self.pan[-4:]}"


@dataclass(frozen=True)
class KeptCode:
    """What stands for a kept card in a cryptogram: its number at the bank, and the code that is kept nowhere."""

    card_id: str
    cvv: str = field(repr=False)


class Vault:
    """Opens cryptograms with the bank's private key and tells known cards by fingerprint."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self._key = key
        secret = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._fingerprint_key = hashlib.sha256(b"card fingerprint" + secret).digest()

    def open(self, card_data: str) -> Card | KeptCode:
        """Decrypt and check the card's fields; raises Refusal with the bank's code for each defect."""
        values = _parsed(self._decrypted(card_data))
        return _kept(values) if "CardId" in values else _checked(values)

    def typed(self, *, pan: str, expiry: str, cvv: str) -> Card:
        """A card of the bank's own form, judged as one of a cryptogram is."""
        return _checked({"PAN": pan, "ExpDate": expiry, "CVV": cvv})

    def fingerprint(self, card: Card) -> str:
        """The same for the same number, and of no use without the key."""
        return hmac.new(self._fingerprint_key, card.pan.encode(), hashlib.sha256).hexdigest()

    def _decrypted(self, card_data: str) -> str:
        try:
            sealed = base64.b64decode("".join(card_data.split()), validate=True)
            return self._key.decrypt(sealed, padding.PKCS1v15()).decode("utf-8")
        except (binascii.Error, ValueError):
            raise Refusal("243") from None


def passes_luhn(pan: str) -> bool:
    """The check digit that every card number ends with."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(pan))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _parsed(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(";") if part]
    if not pairs or not all(name and equals for name, equals, _ in pairs):
        raise Refusal("244")
    return {name: value for name, _, value in pairs}


def _checked(values: dict[str, str]) -> Card:
    pan, expiry = values.get("PAN", ""), values.get("ExpDate", "")
    cvv = _cvv(values)
    if not pan or not expiry:
        raise Refusal("244")
    if not (pan.isascii() and pan.isdecimal()):
        raise Refusal("218")
    if len(pan) not in PAN_LENGTHS:
        raise Refusal("234")
    if not re.fullmatch(r"(0[1-9]|1[0-2])[0-9]{2}", expiry):
        raise Refusal("219")
    check_cvv(cvv)
    if not passes_luhn(pan):
        raise Refusal("642")
    return Card(pan=pan, expiry=expiry, cvv=cvv)


def _kept(values: dict[str, str]) -> KeptCode:
    if not values["CardId"] or "PAN" in values:
        raise Refusal("244")
    cvv = _cvv(values)
    check_cvv(cvv)
    return KeptCode(card_id=values["CardId"], cvv=cvv)


def _cvv(values: dict[str, str]) -> str:
    """The bank's documents say CVV, its own Android kit sends CVC."""
    return values.get("CVV", values.get("CVC", ""))


def check_cvv(cvv: str) -> str:
    """Three digits; raises Refusal."""
    if len(cvv) != 3:
        raise Refusal("239")
    if not (cvv.isascii() and cvv.isdecimal()):
        raise Refusal("221")
    return cvv
