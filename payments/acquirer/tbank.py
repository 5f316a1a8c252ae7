"""T-Bank (T-Kassa) API v2 behind the port; which address and terminal it gets makes it production, test or sandbox."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from django.views.decorators.debug import sensitive_variables

from billing.money import Kopecks
from payments.acquirer import reading, requests, token, words
from payments.acquirer.base import Answer, Binding, Browser, Forged, KeptCard, OldResult, Order, ThreeDS
from payments.acquirer.fields import Unreadable, is_about
from payments.acquirer.wire import Fields, NotAnObject, Wire, no_answer, read_object
from safeguards.secret import Secret

T = TypeVar("T")

STATE = ("TerminalKey", "OrderId", "Status", "PaymentId")


class TBank:
    """The adapter of one terminal."""

    def __init__(self, *, url: str, terminal: str, password: str) -> None:
        self._wire = Wire(url)
        self._terminal = terminal
        self._password = Secret(password)

    def start(self, order: Order) -> Answer:
        """Init."""

        def read(raw: Fields) -> Answer:
            is_about(raw, TerminalKey=self._terminal, OrderId=order.order_id, Amount=order.amount)
            return reading.opening(raw, needed=(*STATE, "Amount"))

        return self._ask("Init", requests.init(order), read)

    @sensitive_variables()
    def check_card(self, *, bank_id: str, cryptogram: Secret) -> Answer:
        """Check3dsVersion: a refusal here is certain, since this method takes no money."""

        def read(raw: Fields) -> Answer:
            is_about(raw, TerminalKey=self._terminal, PaymentId=bank_id)
            return reading.card_check(raw)

        return self._ask("Check3dsVersion", {"PaymentId": bank_id, "CardData": cryptogram.reveal()}, read)

    @sensitive_variables()
    def authorise(
        self, *, bank_id: str, cryptogram: Secret, three_ds: ThreeDS, browser: Browser, return_url: str
    ) -> Answer:
        """FinishAuthorize; its errors are never refusals: once the card is there, only a final status is certain."""

        def read(raw: Fields) -> Answer:
            is_about(raw, TerminalKey=self._terminal, PaymentId=bank_id)
            return reading.authorisation(raw, three_ds, return_url)

        fields = {"PaymentId": bank_id, "CardData": cryptogram.reveal()}
        return self._ask("FinishAuthorize", fields | requests.browser(browser, three_ds, return_url), read)

    @sensitive_variables()
    def finish_challenge(self, *, bank_id: str, old: OldResult | None = None) -> Answer:
        """Submit3DSAuthorization(V2), a form and not JSON; repeated after a passed one it has no answer (error 54)."""
        if old is None:
            return self._state("Submit3DSAuthorizationV2", bank_id, needed=STATE, as_form=True)
        brought = {"MD": old.md, "PaRes": old.pares}
        return self._state("Submit3DSAuthorization", bank_id, needed=STATE, as_form=True, **brought)

    def capture(self, *, bank_id: str, amount: Kopecks) -> Answer:
        """Confirm."""
        return self._state("Confirm", bank_id, needed=STATE, Amount=amount)

    def charge(self, *, bank_id: str, rebill_id: str) -> Answer:
        """Charge; as with FinishAuthorize, only a final status is certain."""
        return self._state("Charge", bank_id, needed=(*STATE, "Amount"), RebillId=rebill_id)

    def query(self, *, bank_id: str) -> Answer:
        """GetState."""
        return self._state("GetState", bank_id, needed=(*STATE, "Amount"))

    def cancel(self, *, bank_id: str) -> Answer:
        """Cancel of the whole sum: a new order ends, an authorised one is reversed, a paid one refunded."""
        return self._state("Cancel", bank_id, needed=STATE)

    def refund(self, *, bank_id: str, amount: Kopecks, request_id: str) -> Answer:
        """Cancel of a part; ExternalRequestId makes a repeat harmless."""

        def read(raw: Fields) -> Answer:
            is_about(raw, TerminalKey=self._terminal, PaymentId=bank_id)
            return reading.refund(raw)

        fields = {"PaymentId": bank_id, "Amount": amount, "ExternalRequestId": request_id}
        return self._ask("Cancel", fields, read)

    def find(self, *, order_id: str) -> list[Answer]:
        """CheckOrder: an order number may have several payments, or none that the bank knows of."""

        def read(raw: Fields) -> list[Answer]:
            is_about(raw, TerminalKey=self._terminal, OrderId=order_id)
            return reading.payments(raw, order_id)

        return self._ask("CheckOrder", {"OrderId": order_id}, read)

    def add_customer(self, *, customer_key: str) -> None:
        """AddCustomer."""
        self._ask("AddCustomer", {"CustomerKey": customer_key}, self._about(customer_key))

    def knows_customer(self, *, customer_key: str) -> bool:
        """GetCustomer."""
        read = self._about(customer_key, unless=words.UNKNOWN_CUSTOMER)
        return self._ask("GetCustomer", {"CustomerKey": customer_key}, read)

    def remove_customer(self, *, customer_key: str) -> None:
        """RemoveCustomer."""
        read = self._about(customer_key, unless=words.UNKNOWN_CUSTOMER)
        self._ask("RemoveCustomer", {"CustomerKey": customer_key}, read)

    def start_binding(self, *, customer_key: str, ip: str) -> Binding:
        """AddCard."""

        def read(raw: Fields) -> Binding:
            is_about(raw, TerminalKey=self._terminal, CustomerKey=customer_key)
            return reading.binding(raw, needed=("PaymentId", "RequestKey"))

        return self._ask("AddCard", requests.binding(customer_key, ip), read)

    @sensitive_variables()
    def bind_card(
        self, *, request_key: str, cryptogram: Secret, three_ds: ThreeDS, browser: Browser, return_url: str
    ) -> Binding:
        """AttachCard."""

        def read(raw: Fields) -> Binding:
            is_about(raw, TerminalKey=self._terminal, RequestKey=request_key)
            return reading.binding(raw, needed=("RequestKey", "Status"), three_ds=three_ds, return_url=return_url)

        data = requests.browser_data(browser, three_ds, return_url)
        fields = {"RequestKey": request_key, "CardData": cryptogram.reveal(), "DATA": data}
        return self._ask("AttachCard", fields, read)

    def query_binding(self, *, request_key: str) -> Binding:
        """GetAddCardState."""

        def read(raw: Fields) -> Binding:
            is_about(raw, TerminalKey=self._terminal, RequestKey=request_key)
            return reading.binding(raw, needed=("RequestKey", "Status"))

        return self._ask("GetAddCardState", {"RequestKey": request_key}, read)

    def list_cards(self, *, customer_key: str) -> list[KeptCard]:
        """GetCardList: a bare list, which names no customer."""
        return self._ask("GetCardList", {"CustomerKey": customer_key}, reading.cards, or_list=True)

    def remove_card(self, *, customer_key: str, card_id: str) -> None:
        """RemoveCard."""

        def read(raw: Fields) -> bool:
            is_about(raw, CardId=card_id)
            return self._about(customer_key, unless=words.UNKNOWN_CARD)(raw)

        self._ask("RemoveCard", {"CustomerKey": customer_key, "CardId": card_id}, read)

    def read_notification(self, body: bytes) -> Answer | Binding:
        """Only a right token over our own terminal is believed."""
        try:
            raw = read_object(body)
            if raw.get("TerminalKey") == self._terminal and token.is_right(raw, password=self._password.reveal()):
                return reading.notification(raw)
        except (NotAnObject, Unreadable):
            pass
        raise Forged

    @sensitive_variables()
    def _state(
        self, method: str, bank_id: str, *, needed: tuple[str, ...], as_form: bool = False, **fields: str | int
    ) -> Answer:
        def read(raw: Fields) -> Answer:
            is_about(raw, TerminalKey=self._terminal, PaymentId=bank_id)
            return reading.state(raw, needed=needed)

        return self._ask(method, {"PaymentId": bank_id, **fields}, read, as_form=as_form)

    def _about(self, customer_key: str, *, unless: frozenset[str] = frozenset()) -> Callable[[Fields], bool]:
        def read(raw: Fields) -> bool:
            is_about(raw, TerminalKey=self._terminal, CustomerKey=customer_key)
            return reading.done(raw, needed="CustomerKey", unless=unless)

        return read

    @sensitive_variables()
    def _ask(
        self,
        method: str,
        fields: Fields,
        read: Callable[[Fields], T],
        *,
        as_form: bool = False,
        or_list: bool = False,
    ) -> T:
        """Sign, send, read; whatever cannot be read as an answer about this very payment is no answer."""
        signed = {"TerminalKey": self._terminal, **fields}
        signed["Token"] = token.of(signed, password=self._password.reveal())
        post = self._wire.post_form if as_form else partial(self._wire.post_json, or_list=or_list)
        raw = post(method, signed)
        try:
            return read(raw)
        except Unreadable as error:
            why = str(error)
        raise no_answer(method, why)
