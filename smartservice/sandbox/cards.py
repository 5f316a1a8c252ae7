"""What each test card does; any other number succeeds without 3-D Secure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from smartservice.sandbox.vault import Card

WRONG_CVV = "000"
NO_3DS, SECOND_3DS = "1.0.0", "2.1.0"


@dataclass(frozen=True)
class Behaviour:
    """How the issuer treats a card: the version of 3-D Secure, then its word; error "0" is consent."""

    version: str = NO_3DS
    challenge: bool = False
    error: str = "0"
    title: str = ""


TEST_CARDS = {
    "2201382000000013": Behaviour(SECOND_3DS, title="платёж проходит, 3-D Secure без вопросов"),
    "2200770239097761": Behaviour(title="платёж проходит без 3-D Secure"),
    "2201382000000047": Behaviour(SECOND_3DS, challenge=True, title="банк спрашивает пароль 3-D Secure"),
    "2201382000000021": Behaviour(SECOND_3DS, error="1005", title="банк отклоняет платёж"),
    "2201382000000831": Behaviour(SECOND_3DS, error="1051", title="недостаточно средств"),
    "2201382000000005": Behaviour(SECOND_3DS, error="101", title="3-D Secure не пройдена"),
}
ORDINARY = Behaviour(title="платёж проходит без 3-D Secure")


def behaviour(card: Card) -> Behaviour:
    """What the issuer of this card is going to do, were its term and code right."""
    return TEST_CARDS.get(card.pan, ORDINARY)


def objection(card: Card, now: datetime) -> str:
    """The issuer's error before anything else: a past term, a wrong code; "0" when there is none."""
    month, year = int(card.expiry[:2]), 2000 + int(card.expiry[2:])
    if (year, month) < (now.year, now.month):
        return "1033"
    return "1082" if card.cvv == WRONG_CVV else "0"


def test_number(fingerprints: Callable[[Card], str], fingerprint: str) -> str:
    """The number of the test card that a kept card is, empty for any other: of those the bank has the mask alone."""
    found = (pan for pan in TEST_CARDS if fingerprints(Card(pan=pan, expiry="", cvv="")) == fingerprint)
    return next(found, "")


def system(card: Card) -> str:
    """The payment system by the first digits."""
    if 2200 <= int(card.mask[:4]) <= 2204:
        return "mir"
    return {"4": "visa", "6": "maestro"}.get(card.mask[0], "mastercard")
