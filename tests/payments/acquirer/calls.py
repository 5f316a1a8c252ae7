"""Each call of the port with usual arguments, so that one test can try them all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from billing.money import Kopecks
from payments.acquirer.base import Browser, OldResult, Order, ThreeDS
from payments.acquirer.tbank import TBank
from safeguards.secret import Secret
from tests.payments.acquirer.recorder import AMOUNT, BANK_ID, CARD_ID, CUSTOMER, ORDER_ID, REBILL_ID, REQUEST_KEY

CRYPTOGRAM = "Q0FSRERBVEE" * 31 + "ab="
RETURN_URL = "https://oplata.uk-smart-service.ru/acquirer/return/7-Lm0G0nWcK1yq2y8sJ3XvRz5bT4hN6pQ9dF1aE0uYs/"
ORDER = Order(
    order_id=ORDER_ID,
    amount=Kopecks(AMOUNT),
    description="Смарт Сервис (ЖКУ), лицевой счёт 1234567890",
    notification_url="https://oplata.uk-smart-service.ru/acquirer/notification/",
    return_url=RETURN_URL,
    due_at=datetime(2026, 11, 20, 21, 50, 7, 123456, tzinfo=UTC),
)
BROWSER = Browser(ip="203.0.113.7")
VERSION_2 = ThreeDS(version="2.1.0", transaction_id="17d3791b-5cfa-4318-bc23-3d949e8c4b7e")

MD, PARES = "12345", "eJzVWFlzq8iS"

Call = Callable[[TBank], Any]


def start(bank: TBank, **changes: Any) -> Any:
    return bank.start(replace(ORDER, **changes))


def check_card(bank: TBank) -> Any:
    return bank.check_card(bank_id=BANK_ID, cryptogram=Secret(CRYPTOGRAM))


def authorise(bank: TBank, *, three_ds: ThreeDS = VERSION_2, browser: Browser = BROWSER) -> Any:
    return bank.authorise(
        bank_id=BANK_ID, cryptogram=Secret(CRYPTOGRAM), three_ds=three_ds, browser=browser, return_url=RETURN_URL
    )


def finish_challenge(bank: TBank) -> Any:
    return bank.finish_challenge(bank_id=BANK_ID)


def query(bank: TBank) -> Any:
    return bank.query(bank_id=BANK_ID)


def cancel(bank: TBank) -> Any:
    return bank.cancel(bank_id=BANK_ID)


def find(bank: TBank) -> Any:
    return bank.find(order_id=ORDER_ID)


def finish_old_challenge(bank: TBank) -> Any:
    return bank.finish_challenge(bank_id=BANK_ID, old=OldResult(md=MD, pares=PARES))


def capture(bank: TBank) -> Any:
    return bank.capture(bank_id=BANK_ID, amount=Kopecks(AMOUNT))


def charge(bank: TBank) -> Any:
    return bank.charge(bank_id=BANK_ID, rebill_id=REBILL_ID)


def refund(bank: TBank) -> Any:
    return bank.refund(bank_id=BANK_ID, amount=Kopecks(300_00), request_id=REQUEST_KEY)


def add_customer(bank: TBank) -> Any:
    return bank.add_customer(customer_key=CUSTOMER)


def knows_customer(bank: TBank) -> Any:
    return bank.knows_customer(customer_key=CUSTOMER)


def remove_customer(bank: TBank) -> Any:
    return bank.remove_customer(customer_key=CUSTOMER)


def start_binding(bank: TBank, *, ip: str = BROWSER.ip) -> Any:
    return bank.start_binding(customer_key=CUSTOMER, ip=ip)


def bind_card(bank: TBank, *, three_ds: ThreeDS = VERSION_2) -> Any:
    return bank.bind_card(
        request_key=REQUEST_KEY,
        cryptogram=Secret(CRYPTOGRAM),
        three_ds=three_ds,
        browser=BROWSER,
        return_url=RETURN_URL,
    )


def query_binding(bank: TBank) -> Any:
    return bank.query_binding(request_key=REQUEST_KEY)


def list_cards(bank: TBank) -> Any:
    return bank.list_cards(customer_key=CUSTOMER)


def remove_card(bank: TBank) -> Any:
    return bank.remove_card(customer_key=CUSTOMER, card_id=CARD_ID)


CALLS: dict[str, Call] = {
    "Init": start,
    "Check3dsVersion": check_card,
    "FinishAuthorize": authorise,
    "Submit3DSAuthorizationV2": finish_challenge,
    "GetState": query,
    "Cancel": cancel,
    "CheckOrder": find,
    "Submit3DSAuthorization": finish_old_challenge,
    "Confirm": capture,
    "Charge": charge,
    "AddCustomer": add_customer,
    "GetCustomer": knows_customer,
    "RemoveCustomer": remove_customer,
    "AddCard": start_binding,
    "AttachCard": bind_card,
    "GetAddCardState": query_binding,
    "GetCardList": list_cards,
    "RemoveCard": remove_card,
}
# Those that answer with the state of one payment.
STATES = {name: CALLS[name] for name in ("FinishAuthorize", "Submit3DSAuthorizationV2", "GetState", "Cancel")}
