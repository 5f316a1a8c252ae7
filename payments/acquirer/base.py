"""What the portal asks of an acquirer: outcomes are data, and only «no answer» is an exception."""

from dataclasses import dataclass, field
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


class Initiator(StrEnum):
    """Who starts a payment and what becomes of the card, in the bank's own letters."""

    PAYER = "0"
    PAYER_KEEPS_CARD = "1"
    MERCHANT = "R"


class BindingWord(StrEnum):
    """What the bank says of a card being bound; PENDING says nothing yet."""

    CHALLENGED = "CHALLENGED"
    COMPLETED = "COMPLETED"
    REJECTED = "REJECTED"
    PENDING = "PENDING"


@dataclass(frozen=True, kw_only=True)
class Order:
    """One payment as the bank is asked to open it; the sum is in kopecks.

    With a `customer_key` the bank keeps the card that pays, or lets one that it keeps pay.
    """

    order_id: str
    amount: Kopecks
    description: str
    notification_url: str
    return_url: str
    due_at: datetime
    customer_key: str = ""
    initiator: Initiator = Initiator.PAYER


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
    fields: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class OldResult:
    """What 3-D Secure 1 brings back through the browser; the second version brings nothing that must be passed on."""

    md: str
    pares: str


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
    money, and `refund` are ever refused. `word` is PENDING when it says nothing of the payment.
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
    # What the payment still amounts to after a refund that we asked for.
    left: Kopecks | None = None
    challenge: Challenge | None = None
    three_ds: ThreeDS | None = None
    card_mask: str = ""
    card_id: str = ""
    page_url: str = ""


@dataclass(frozen=True, kw_only=True)
class KeptCard:
    """A card that the bank keeps for a customer; `rebill_id` charges it without him, so no text shows it."""

    card_id: str
    mask: str
    expiry: str
    is_active: bool
    rebill_id: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Binding:
    """One answer about a card being bound; `refused` means that this card was certainly not bound by this call."""

    word: BindingWord
    refused: bool = False
    request_key: str = ""
    bank_id: str = ""
    page_url: str = ""
    challenge: Challenge | None = None
    card_id: str = ""
    raw_status: str = ""
    error_code: str = "0"


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

    def finish_challenge(self, *, bank_id: str, old: OldResult | None = None) -> Answer:
        """Take the money after the challenge (Submit3DSAuthorizationV2, or Submit3DSAuthorization with `old`)."""

    def capture(self, *, bank_id: str, amount: Kopecks) -> Answer:
        """Take what a two-stage payment has set aside, or a part of it (Confirm)."""

    def charge(self, *, bank_id: str, rebill_id: str) -> Answer:
        """Take the money of a kept card without its owner, for an opened order (Charge); never call it twice."""

    def query(self, *, bank_id: str) -> Answer:
        """Ask for the state of a payment (GetState)."""

    def find(self, *, order_id: str) -> list[Answer]:
        """Every payment that the bank has under an order number (CheckOrder)."""

    def cancel(self, *, bank_id: str) -> Answer:
        """Give up an order that nobody has paid (Cancel); its answer says what it found."""

    def refund(self, *, bank_id: str, amount: Kopecks, request_id: str) -> Answer:
        """Give back a part or all (Cancel); the same `request_id` again gives nothing more, so it may be repeated."""

    def add_customer(self, *, customer_key: str) -> None:
        """Make a customer known, once more does no harm (AddCustomer)."""

    def knows_customer(self, *, customer_key: str) -> bool:
        """Whether the bank knows a customer (GetCustomer)."""

    def remove_customer(self, *, customer_key: str) -> None:
        """Forget a customer with his cards; one that is not known is no trouble (RemoveCustomer)."""

    def start_binding(self, *, customer_key: str, ip: str) -> Binding:
        """Open the binding of a card to a known customer (AddCard)."""

    def bind_card(
        self, *, request_key: str, cryptogram: Secret, three_ds: ThreeDS, browser: Browser, return_url: str
    ) -> Binding:
        """Give the card that is to be bound (AttachCard); it takes no money."""

    def query_binding(self, *, request_key: str) -> Binding:
        """Ask how far a binding has come (GetAddCardState)."""

    def list_cards(self, *, customer_key: str) -> list[KeptCard]:
        """Every card that the bank keeps for a customer, those that it has forgotten too (GetCardList)."""

    def remove_card(self, *, customer_key: str, card_id: str) -> None:
        """Forget a card; one that is not there is no trouble (RemoveCard)."""

    def read_notification(self, body: bytes) -> Answer | Binding:
        """Check a notification's signature and read it; raises Forged."""
