"""Init: opens a payment once per order, and says what is wrong with a request."""

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.merchant import Clock, Merchant


def test_it_opens_a_new_payment(merchant: Merchant) -> None:
    answer = merchant.init(OrderId="one", Amount=100)

    assert answer["Status"] == "NEW"
    assert (answer["OrderId"], answer["Amount"], answer["ErrorCode"]) == ("one", 100, "0")
    assert merchant.state(answer["PaymentId"]) == "NEW"


def test_two_orders_have_two_numbers(merchant: Merchant) -> None:
    assert merchant.init()["PaymentId"] != merchant.init()["PaymentId"]


def test_a_repeated_order_is_refused_and_changes_nothing(merchant: Merchant) -> None:
    first = merchant.init(OrderId="one", Amount=100)

    again = merchant.init(OrderId="one", Amount=100)

    assert (again["Success"], again["ErrorCode"]) == (False, "20")
    assert "PaymentId" not in again
    assert merchant.call("CheckOrder", OrderId="one")["Payments"][0]["PaymentId"] == first["PaymentId"]


def test_a_foreign_terminal_is_unknown(merchant: Merchant) -> None:
    merchant.terminal = "SomebodyElse"

    assert merchant.init()["ErrorCode"] == "205"


def test_a_wrong_password_makes_a_wrong_token(merchant: Merchant) -> None:
    merchant.password = "guess"

    assert merchant.init()["ErrorCode"] == "204"


def test_a_sum_changed_on_the_way_is_noticed(merchant: Merchant) -> None:
    values = merchant.signed(OrderId="one", Amount=100) | {"Amount": 1}

    assert merchant.call_unsigned("Init", values)["ErrorCode"] == "204"


@pytest.mark.parametrize(
    "fields, code",
    [
        ({"OrderId": ""}, "2"),
        ({"OrderId": "x" * 37}, "9999"),
        ({"OrderId": 17}, "9999"),
        ({"Amount": None}, "2"),
        ({"Amount": "100"}, "9999"),
        ({"Amount": 10.5}, "9999"),
        ({"Amount": True}, "9999"),
        ({"Amount": 0}, "251"),
        ({"Amount": -5}, "251"),
        ({"Amount": 10**10}, "251"),
        ({"Description": "ж" * 141}, "9999"),
        ({"CustomerKey": "x" * 37}, "9999"),
        ({"PayType": "X"}, "9999"),
        ({"Language": "de"}, "9999"),
        ({"DATA": "text"}, "9999"),
        ({"DATA": {"n": 1}}, "9999"),
        ({"DATA": {str(n): "v" for n in range(21)}}, "9999"),
        ({"DATA": {"n" * 21: "v"}}, "208"),
        ({"DATA": {"n": "v" * 101}}, "209"),
        ({"RedirectDueDate": "tomorrow"}, "12"),
        ({"RedirectDueDate": "2040-01-01T00:00:00"}, "12"),
        ({"RedirectDueDate": "2019-01-01T00:00:00+03:00"}, "12"),
        ({"RedirectDueDate": "2190-01-01T00:00:00+03:00"}, "12"),
    ],
)
def test_it_refuses(merchant: Merchant, fields: dict[str, Any], code: str) -> None:
    answer = merchant.init(**fields)

    assert (answer["Success"], answer["ErrorCode"]) == (False, code)
    assert merchant.bank_dir.joinpath("journal.jsonl").exists() is False


def test_everything_that_the_portal_sends_is_taken(merchant: Merchant, clock: Clock) -> None:
    term = (clock() + timedelta(minutes=20)).isoformat(timespec="seconds")

    answer = merchant.init(
        RedirectDueDate=term,
        Description="Счёт 1234567890",
        Language="ru",
        CustomerKey="0" * 36,
        SuccessURL="http://127.0.0.1:8000/",
        FailURL="http://127.0.0.1:8000/",
        DATA={"OperationInitiatorType": "0"},
    )

    assert answer["Success"]


@pytest.mark.parametrize("body", ["", "[]", "null", "{", "Amount=1", '"text"'])
def test_a_body_that_is_no_object_is_refused(merchant: Merchant, body: str) -> None:
    status, text = merchant.send("/v2/Init", body)

    assert status == 200
    assert b'"ErrorCode": "205"' in text


def test_a_form_instead_of_json_is_refused(merchant: Merchant) -> None:
    _, text = merchant.post_form("/v2/Init", TerminalKey=merchant.terminal)

    assert '"ErrorCode": "205"' in text


def test_the_term_makes_a_new_payment_expire(merchant: Merchant, clock: Clock) -> None:
    term = (clock() + timedelta(minutes=20)).isoformat(timespec="seconds")
    payment_id = merchant.init(RedirectDueDate=term)["PaymentId"]

    clock.advance(minutes=19)
    before = merchant.state(payment_id)
    clock.advance(minutes=2)

    assert before == "NEW"
    assert merchant.state(payment_id) == "DEADLINE_EXPIRED"
    assert merchant.finish(payment_id, merchant.seal("4111111111111111"))["ErrorCode"] == "8"
    assert merchant.call("Cancel", PaymentId=payment_id)["ErrorCode"] == "4"


def test_the_usual_term_is_a_day(merchant: Merchant, clock: Clock) -> None:
    payment_id = merchant.init()["PaymentId"]

    clock.advance(hours=23)
    before = merchant.state(payment_id)
    clock.advance(hours=2)

    assert (before, merchant.state(payment_id)) == ("NEW", "DEADLINE_EXPIRED")
