"""Kept cards: which the bank keeps and for whom, paying by number and code alone, GetCardList, RemoveCard, Charge."""

import pytest

from smartservice.sandbox.kept import FIRST_REBILL_ID
from tests.sandbox.merchant import CHALLENGED, DECLINED, FRICTIONLESS, POOR, STRANGER, WITHOUT_3DS, Clock, Merchant


def pay_kept(merchant: Merchant, card_id: str, *, customer: str = "anna", cvv: str = "123", **fields: object):
    payment_id = merchant.init(CustomerKey=customer, **fields)["PaymentId"]
    return merchant.finish(payment_id, merchant.seal_kept(card_id, cvv=cvv))


def rebill_id(merchant: Merchant) -> str:
    return str(merchant.cards()[0]["RebillId"])


def charge(merchant: Merchant, number: str, *, initiator: str = "R", **fields: object):
    payment_id = merchant.init(DATA={"OperationInitiatorType": initiator}, **fields)["PaymentId"]
    return merchant.call("Charge", PaymentId=payment_id, RebillId=number)


def test_a_card_is_kept_when_its_payment_named_a_customer(merchant: Merchant) -> None:
    card_id = merchant.keep_card(STRANGER)

    [card] = merchant.cards()
    assert card == {
        "CardId": card_id,
        "Pan": "411111******1111",
        "Status": "A",
        "CardType": 0,
        "ExpDate": "1239",
        "RebillId": str(FIRST_REBILL_ID + int(card_id)),
    }


def test_without_a_customer_nothing_is_kept(merchant: Merchant) -> None:
    merchant.call("AddCustomer", CustomerKey="anna")

    assert "CardId" not in merchant.pay()
    assert merchant.cards() == []


def test_a_declined_card_is_not_kept(merchant: Merchant) -> None:
    merchant.call("AddCustomer", CustomerKey="anna")

    merchant.pay(DECLINED, CustomerKey="anna")

    assert merchant.cards() == []


def test_a_challenged_card_is_kept_when_the_money_is_there(merchant: Merchant) -> None:
    merchant.call("AddCustomer", CustomerKey="anna")
    challenged = merchant.pay(CHALLENGED, CustomerKey="anna")
    assert merchant.cards() == []

    merchant.post_form("/acs/password", challenge=challenged["AcsTransId"], password="1234")
    merchant.submit(challenged["PaymentId"])

    assert [card["Pan"] for card in merchant.cards()] == ["220138******0047"]


def test_the_same_card_is_kept_once(merchant: Merchant) -> None:
    assert merchant.keep_card() == merchant.keep_card()
    assert len(merchant.cards()) == 1


def test_a_kept_card_pays_by_its_number_and_code(merchant: Merchant) -> None:
    card_id = merchant.keep_card(STRANGER)

    paid = pay_kept(merchant, card_id, Amount=500)

    assert (paid["Status"], paid["Amount"], paid["CardId"]) == ("CONFIRMED", 500, card_id)
    assert merchant.journal()[-1]["pan"] == "411111******1111"
    assert len(merchant.cards()) == 1


@pytest.mark.parametrize(
    "pan, status, code",
    [(CHALLENGED, "3DS_CHECKING", "0"), (FRICTIONLESS, "CONFIRMED", "0"), (STRANGER, "CONFIRMED", "0")],
)
def test_a_kept_test_card_does_what_the_card_does(merchant: Merchant, pan: str, status: str, code: str) -> None:
    merchant.call("AddCustomer", CustomerKey="anna")
    request_key = merchant.call("AddCard", CustomerKey="anna")["RequestKey"]
    card_id = merchant.call("AttachCard", RequestKey=request_key, CardData=merchant.seal(pan))["CardId"]

    answer = pay_kept(merchant, card_id)

    assert (answer["Status"], answer["ErrorCode"]) == (status, code)


def test_a_wrong_code_is_declined(merchant: Merchant) -> None:
    card_id = merchant.keep_card(STRANGER)

    assert pay_kept(merchant, card_id, cvv="000")["ErrorCode"] == "1082"


def test_a_kept_card_whose_term_is_over_is_declined(merchant: Merchant, clock: Clock) -> None:
    card_id = merchant.keep_card(STRANGER)

    clock.advance(days=365 * 20)

    assert pay_kept(merchant, card_id)["ErrorCode"] == "1033"


@pytest.mark.parametrize("customer", ["boris", ""])
def test_nobody_pays_with_anothers_card(merchant: Merchant, customer: str) -> None:
    card_id = merchant.keep_card(STRANGER)

    answer = pay_kept(merchant, card_id, customer=customer)

    assert answer["ErrorCode"] == "107"
    assert merchant.state(answer.get("PaymentId") or merchant.init()["PaymentId"]) == "NEW"


@pytest.mark.parametrize(
    "text, code", [("CardId=;CVV=123", "244"), ("CardId=1;CVV=12", "239"), ("CardId=1;PAN=4;CVV=123", "244")]
)
def test_a_cryptogram_without_sense_is_refused(merchant: Merchant, text: str, code: str) -> None:
    payment_id = merchant.init(CustomerKey="anna")["PaymentId"]

    assert merchant.finish(payment_id, merchant.seal_text(text))["ErrorCode"] == code


def test_a_removed_card_stays_in_the_list_and_pays_no_more(merchant: Merchant) -> None:
    card_id = merchant.keep_card(STRANGER)

    answer = merchant.call("RemoveCard", CustomerKey="anna", CardId=card_id)
    again = merchant.call("RemoveCard", CustomerKey="anna", CardId=card_id)

    assert (answer["Status"], again["Status"]) == ("D", "D")
    assert [card["Status"] for card in merchant.cards()] == ["D"]
    assert pay_kept(merchant, card_id)["ErrorCode"] == "107"


def test_a_card_paid_with_anew_comes_back(merchant: Merchant) -> None:
    card_id = merchant.keep_card()
    merchant.call("RemoveCard", CustomerKey="anna", CardId=card_id)

    merchant.keep_card()

    assert [(card["CardId"], card["Status"]) for card in merchant.cards()] == [(card_id, "A")]


@pytest.mark.parametrize("customer, card_id", [("boris", ""), ("anna", "7777"), ("anna", "x")])
def test_anothers_card_is_not_removed(merchant: Merchant, customer: str, card_id: str) -> None:
    own = merchant.keep_card()

    answer = merchant.call("RemoveCard", CustomerKey=customer, CardId=card_id or own)

    assert answer["ErrorCode"] == "231"
    assert [card["Status"] for card in merchant.cards()] == ["A"]


def test_the_list_of_a_stranger_is_refused(merchant: Merchant) -> None:
    assert merchant.cards("nobody")["ErrorCode"] == "503"


def test_a_kept_card_is_charged_without_its_owner(merchant: Merchant) -> None:
    merchant.keep_card(STRANGER)

    answer = charge(merchant, rebill_id(merchant), Amount=700)

    assert (answer["Status"], answer["Amount"]) == ("CONFIRMED", 700)


def test_a_charge_of_a_removed_or_unknown_card_is_refused(merchant: Merchant) -> None:
    card_id = merchant.keep_card(STRANGER)
    number = rebill_id(merchant)
    merchant.call("RemoveCard", CustomerKey="anna", CardId=card_id)

    assert charge(merchant, number)["ErrorCode"] == "104"
    assert charge(merchant, "1")["ErrorCode"] == "104"
    assert charge(merchant, "one")["ErrorCode"] == "223"


def test_a_payment_is_charged_once(merchant: Merchant) -> None:
    merchant.keep_card(STRANGER)
    number = rebill_id(merchant)
    payment_id = merchant.init(DATA={"OperationInitiatorType": "R"})["PaymentId"]

    first, second = (merchant.call("Charge", PaymentId=payment_id, RebillId=number) for _ in range(2))

    assert (first["Status"], second["ErrorCode"]) == ("CONFIRMED", "8")


def test_a_card_kept_without_leave_cannot_be_charged_alone(merchant: Merchant) -> None:
    merchant.pay(CustomerKey="anna")

    assert "RebillId" not in merchant.cards()[0]


@pytest.mark.parametrize("initiator", ["0", "1"])
def test_who_starts_a_charge_must_be_said_rightly(merchant: Merchant, initiator: str) -> None:
    merchant.keep_card(STRANGER)

    assert charge(merchant, rebill_id(merchant), initiator=initiator)["ErrorCode"] == "1126"


@pytest.mark.parametrize(
    "fields", [{"DATA": {"OperationInitiatorType": "1"}}, {"Recurrent": "Y", "DATA": {"OperationInitiatorType": "0"}}]
)
def test_keeping_a_card_must_be_said_twice(merchant: Merchant, fields: dict[str, object]) -> None:
    assert merchant.pay(WITHOUT_3DS, CustomerKey="anna", **fields)["ErrorCode"] == "1126"


def test_a_poor_cards_charge_is_declined(merchant: Merchant) -> None:
    merchant.call("AddCustomer", CustomerKey="anna")
    request_key = merchant.call("AddCard", CustomerKey="anna", CheckType="NO")["RequestKey"]

    answer = merchant.call("AttachCard", RequestKey=request_key, CardData=merchant.seal(POOR))

    assert (answer["Status"], answer["ErrorCode"]) == ("REJECTED", "1051")
