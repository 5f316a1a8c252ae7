"""What the portal asks of an acquirer: outcomes are data, and only «no answer» is an exception."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from billing.money import Kopecks
from safeguards.secret import Secret


class NoAnswer(Exception):
    """The bank did not answer, or answered what cannot be read: the outcome is unknown, never failed."""


class Forged(Exception):
    """A notification whose signature, terminal or shape is not the bank's."""


class Word(StrEnum):
    """What the bank says of a payment, in the few words that move ours; PENDING moves nothing."""

    NEW = "NEW"
    FORM_SHOWED = "FORM_SHOWED"
    CHECKING_3DS = "3DS_CHECKING"
    CHECKED_3DS = "3DS_CHECKED"
    CONFIRMED = "CONFIRMED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    REFUNDED = "REFUNDED"
    PARTLY_REFUNDED = "PARTLY_REFUNDED"
    PENDING = "PENDING"


@dataclass(frozen=True, kw_only=True)
class Order:
    """One payment as the bank is asked to open it; the sum is in kopecks."""

    order_id: str
    amount: Kopecks
    description: str
    notification_url: str
    return_url: str
    due_at: datetime
    customer_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Browser:
    """What 3-D Secure 2 wants to know of the payer's browser."""

    ip: str
    language: str = "ru-RU"
    timezone: int = -180
    screen_width: int = 1280
    screen_height: int = 720
    color_depth: int = 24
    java_enabled: bool = False


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """The issuer's page that the payer must visit: where to POST, and what."""

    url: str
    creq: str


@dataclass(frozen=True, kw_only=True)
class ThreeDS:
    """What Check3dsVersion found out about the card."""

    version: str = ""
    transaction_id: str = ""
    method_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer of the bank; `raw_status` and `error_code` are its own words, kept for the history.

    `refused` means that the bank definitely did not do what was asked; only `start` and `check_card`, which take no
    money, are ever refused. `word` is PENDING when it says nothing of the payment.
    """

    word: Word
    refused: bool = False
    bank_id: str = ""
    order_id: str = ""
    amount: Kopecks | None = None
    raw_status: str = ""
    error_code: str = "0"
    message: str = ""
    refunded: Kopecks | None = None
    challenge: Challenge | None = None
    three_ds: ThreeDS | None = None
    card_mask: str = ""


class Acquirer(Protocol):
    """The narrow port; every method raises NoAnswer when the outcome is unknown."""

    def start(self, order: Order) -> Answer:
        """Open a payment at the bank (Init)."""

    def check_card(self, *, bank_id: str, cryptogram: Secret) -> Answer:
        """Ask which 3-D Secure the card takes (Check3dsVersion)."""

    def authorise(
        self, *, bank_id: str, cryptogram: Secret, three_ds: ThreeDS, browser: Browser, return_url: str
    ) -> Answer:
        """Take the money, or learn which challenge stands before it (FinishAuthorize); never call it twice."""

    def finish_challenge(self, *, bank_id: str) -> Answer:
        """Take the money after the challenge (Submit3DSAuthorizationV2)."""

    def query(self, *, bank_id: str) -> Answer:
        """Ask for the state of a payment (GetState)."""

    def find(self, *, order_id: str) -> list[Answer]:
        """Every payment that the bank has under an order number (CheckOrder)."""

    def cancel(self, *, bank_id: str) -> Answer:
        """Give up an order that nobody has paid (Cancel); its answer says what it found."""

    def read_notification(self, body: bytes) -> Answer:
        """Check a notification's signature and read it; raises Forged."""
