"""T-Bank (T-Kassa) API v2 behind the port; which address and terminal it gets makes it production, test or sandbox."""

from collections.abc import Callable
from typing import TypeVar

from django.views.decorators.debug import sensitive_variables

from payments.acquirer import reading, requests, token
from payments.acquirer.base import Answer, Browser, Forged, Order, ThreeDS
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
            return reading.authorisation(raw, three_ds)

        fields = {"PaymentId": bank_id, "CardData": cryptogram.reveal()}
        return self._ask("FinishAuthorize", fields | requests.browser(browser, three_ds, return_url), read)

    def finish_challenge(self, *, bank_id: str) -> Answer:
        """Submit3DSAuthorizationV2, a form and not JSON; repeated after a passed one it has no answer (error 54)."""
        return self._state("Submit3DSAuthorizationV2", bank_id, needed=STATE, as_form=True)

    def query(self, *, bank_id: str) -> Answer:
        """GetState."""
        return self._state("GetState", bank_id, needed=(*STATE, "Amount"))

    def cancel(self, *, bank_id: str) -> Answer:
        """Cancel of the whole sum: a new order ends, an authorised one is reversed, a paid one refunded."""
        return self._state("Cancel", bank_id, needed=STATE)

    def find(self, *, order_id: str) -> list[Answer]:
        """CheckOrder: an order number may have several payments, or none that the bank knows of."""

        def read(raw: Fields) -> list[Answer]:
            is_about(raw, TerminalKey=self._terminal, OrderId=order_id)
            return reading.payments(raw, order_id)

        return self._ask("CheckOrder", {"OrderId": order_id}, read)

    def read_notification(self, body: bytes) -> Answer:
        """Only a right token over our own terminal is believed; a notification of another kind says nothing here."""
        try:
            raw = read_object(body)
            if raw.get("TerminalKey") == self._terminal and token.is_right(raw, password=self._password.reveal()):
                return reading.notification(raw)
        except (NotAnObject, Unreadable):
            pass
        raise Forged

    def _state(self, method: str, bank_id: str, *, needed: tuple[str, ...], as_form: bool = False) -> Answer:
        def read(raw: Fields) -> Answer:
            is_about(raw, TerminalKey=self._terminal, PaymentId=bank_id)
            return reading.state(raw, needed=needed)

        return self._ask(method, {"PaymentId": bank_id}, read, as_form=as_form)

    @sensitive_variables()
    def _ask(self, method: str, fields: Fields, read: Callable[[Fields], T], *, as_form: bool = False) -> T:
        """Sign, send, read; whatever cannot be read as an answer about this very payment is no answer."""
        signed = {"TerminalKey": self._terminal, **fields}
        signed["Token"] = token.of(signed, password=self._password.reveal())
        raw = self._wire.post_form(method, signed) if as_form else self._wire.post_json(method, signed)
        try:
            return read(raw)
        except Unreadable as error:
            why = str(error)
        raise no_answer(method, why)
