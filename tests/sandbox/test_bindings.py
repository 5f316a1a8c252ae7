"""AddCard, AttachCard, GetAddCardState, Submit3DSAuthorization: a card is bound once, and takes no money."""

import re

import pytest

from smartservice.sandbox.server import Server
from smartservice.sandbox.signature import is_signed
from tests.sandbox.merchant import (
    CHALLENGED,
    DECLINED,
    FRICTIONLESS,
    RETURN_URL,
    STRANGER,
    Clock,
    Listener,
    Merchant,
    running_bank,
)
from tests.sandbox.schema import METHODS, defects


@pytest.fixture
def anna(merchant: Merchant) -> Merchant:
    merchant.call("AddCustomer", CustomerKey="anna")
    return merchant


def open_binding(merchant: Merchant, *, check: str = "3DSHOLD"):
    return merchant.call("AddCard", CustomerKey="anna", CheckType=check)


def attach(merchant: Merchant, request_key: str, pan: str, **card: str):
    return merchant.call("AttachCard", RequestKey=request_key, CardData=merchant.seal(pan, **card))


def state(merchant: Merchant, request_key: str):
    return merchant.call("GetAddCardState", RequestKey=request_key)


def pass_challenge(merchant: Merchant, answer, *, password: str = "1234") -> dict[str, str]:
    """Through the issuer's page; what the browser brings back."""
    asked = {"MD": answer["MD"], "PaReq": answer["PaReq"], "TermUrl": RETURN_URL}
    _, page = merchant.post_form("/acs", **asked)
    assert "Проверка карты, деньги не списываются" in page
    for _ in range(1 if password == "1234" else 3):
        _, page = merchant.post_form("/acs/password", challenge=answer["MD"], password=password)
    assert f'action="{RETURN_URL}"' in page
    return dict(re.findall(r'name="(MD|PaRes)" value="([^"]+)"', page))


def test_a_binding_opens_for_a_known_customer(anna: Merchant) -> None:
    answer = open_binding(anna)

    assert isinstance(answer["PaymentId"], int)
    assert answer["PaymentURL"].startswith("http://localhost")
    assert state(anna, answer["RequestKey"])["Status"] == "NEW"


def test_a_stranger_binds_nothing(merchant: Merchant) -> None:
    assert merchant.call("AddCard", CustomerKey="boris")["ErrorCode"] == "7"


def test_a_card_is_bound_and_can_pay(anna: Merchant) -> None:
    request_key = open_binding(anna)["RequestKey"]

    answer = attach(anna, request_key, STRANGER)

    assert answer["Status"] == "COMPLETED"
    [card] = anna.cards()
    assert (card["CardId"], card["RebillId"]) == (answer["CardId"], answer["RebillId"])
    payment_id = anna.init(CustomerKey="anna")["PaymentId"]
    assert anna.finish(payment_id, anna.seal_kept(answer["CardId"]))["Status"] == "CONFIRMED"


def test_binding_takes_no_money(anna: Merchant) -> None:
    attach(anna, open_binding(anna)["RequestKey"], STRANGER)

    assert {line["amount"] for line in anna.journal()} == {0}
    assert "CONFIRMED" not in {line["status"] for line in anna.journal()}


def test_its_number_is_good_for_the_check_of_3d_secure_and_no_payments(anna: Merchant) -> None:
    opened = open_binding(anna)
    paid = anna.pay()

    answer = anna.call("Check3dsVersion", PaymentId=str(opened["PaymentId"]), CardData=anna.seal(FRICTIONLESS))

    assert answer["Version"] == "2.1.0"
    assert int(paid["PaymentId"]) > opened["PaymentId"]
    assert anna.call("GetState", PaymentId=str(opened["PaymentId"]))["ErrorCode"] == "255"


@pytest.mark.parametrize(
    "check, pan, status",
    [
        ("3DS", STRANGER, "REJECTED"),
        ("3DS", FRICTIONLESS, "COMPLETED"),
        ("NO", CHALLENGED, "COMPLETED"),
        ("HOLD", STRANGER, "COMPLETED"),
        ("3DSHOLD", DECLINED, "REJECTED"),
    ],
)
def test_each_check_asks_for_what_it_says(anna: Merchant, check: str, pan: str, status: str) -> None:
    assert attach(anna, open_binding(anna, check=check)["RequestKey"], pan)["Status"] == status


@pytest.mark.parametrize("card, code", [({"cvv": "000"}, "1082"), ({"expiry": "0120"}, "1033")])
def test_a_wrong_card_is_rejected_for_good(anna: Merchant, card: dict[str, str], code: str) -> None:
    request_key = open_binding(anna)["RequestKey"]

    assert attach(anna, request_key, STRANGER, **card)["ErrorCode"] == code
    assert attach(anna, request_key, STRANGER)["ErrorCode"] == "8"
    assert anna.cards() == []


def test_a_bound_card_is_not_bound_again(anna: Merchant) -> None:
    attach(anna, open_binding(anna)["RequestKey"], STRANGER)

    assert attach(anna, open_binding(anna)["RequestKey"], STRANGER)["ErrorCode"] == "510"


def test_a_challenge_is_passed_on_the_issuers_page(anna: Merchant) -> None:
    request_key = open_binding(anna)["RequestKey"]
    challenged = attach(anna, request_key, CHALLENGED)
    assert (challenged["Status"], anna.cards()) == ("THREE_DS_CHECKING", [])

    answer = anna.call("Submit3DSAuthorization", **pass_challenge(anna, challenged))

    assert answer["Success"]
    assert state(anna, request_key)["Status"] == "COMPLETED"
    assert [card["Pan"] for card in anna.cards()] == ["220138******0047"]


def test_a_failed_challenge_binds_nothing(anna: Merchant) -> None:
    request_key = open_binding(anna)["RequestKey"]
    challenged = attach(anna, request_key, CHALLENGED)

    answer = anna.call("Submit3DSAuthorization", **pass_challenge(anna, challenged, password="9"))

    assert answer["ErrorCode"] == "101"
    assert state(anna, request_key)["Status"] == "REJECTED"


def test_a_challenge_ends_once_and_only_with_the_issuers_word(anna: Merchant) -> None:
    challenged = attach(anna, open_binding(anna)["RequestKey"], CHALLENGED)

    early = anna.call("Submit3DSAuthorization", MD=challenged["MD"], PaRes="made-up")
    word = pass_challenge(anna, challenged)
    first, second = (anna.call("Submit3DSAuthorization", **word) for _ in range(2))

    assert (early["ErrorCode"], first["ErrorCode"], second["ErrorCode"]) == ("101", "0", "54")
    assert anna.call("Submit3DSAuthorization", MD="nobody's", PaRes="x")["ErrorCode"] == "255"


@pytest.mark.parametrize(
    "fields", [{"MD": "nobody's", "TermUrl": RETURN_URL}, {"MD": "", "TermUrl": "javascript:alert(1)"}]
)
def test_a_made_up_challenge_leads_nowhere(anna: Merchant, fields: dict[str, str]) -> None:
    challenged = attach(anna, open_binding(anna)["RequestKey"], CHALLENGED)

    status, page = anna.post_form("/acs", PaReq="x", **(fields | {"MD": fields["MD"] or challenged["MD"]}))

    assert (status, "неверен" in page) == (400, True)


def test_a_binding_lives_two_days(anna: Merchant, clock: Clock) -> None:
    request_key = open_binding(anna)["RequestKey"]

    clock.advance(days=2, seconds=1)

    assert attach(anna, request_key, STRANGER)["ErrorCode"] == "8"
    assert state(anna, request_key)["Status"] == "REJECTED"


@pytest.mark.parametrize("method", ["AttachCard", "GetAddCardState"])
def test_an_unknown_binding_is_said_to_be_one(anna: Merchant, method: str) -> None:
    assert anna.call(method, RequestKey="ed989549-d3be-4758-95c7-22647e03f9ec", CardData="x")["ErrorCode"] == "502"


def test_the_end_is_told_at_the_terminals_address(var_dir, clock: Clock, listener: Listener) -> None:
    with running_bank(var_dir, clock, notification_url=listener.url) as server:
        merchant = Merchant(server.server_port, var_dir)
        merchant.call("AddCustomer", CustomerKey="anna")
        bound = attach(merchant, open_binding(merchant)["RequestKey"], STRANGER)
        attach(merchant, open_binding(merchant)["RequestKey"], DECLINED)

        server.bank.tick()

    assert listener.statuses == ["COMPLETED", "REJECTED"]
    assert listener.heard[0]["CardId"] == bound["CardId"]
    for body in listener.heard:
        assert defects(body, METHODS["NotificationAddCard"]["request"]) == []
        assert is_signed(body, merchant.password)


def test_a_bank_that_was_told_no_address_keeps_quiet(server: Server, anna: Merchant) -> None:
    attach(anna, open_binding(anna)["RequestKey"], STRANGER)

    assert server.bank.store.rows("SELECT 1 FROM notifications") == []
