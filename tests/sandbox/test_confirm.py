"""Two stages: the sum is set aside first; Confirm takes it or a part, Cancel lets it go."""

import pytest

from smartservice.sandbox.server import Server
from tests.sandbox.merchant import DECLINED, Listener, Merchant


def set_aside(merchant: Merchant, amount: int = 500) -> str:
    answer = merchant.pay(PayType="T", Amount=amount)
    assert answer["Status"] == "AUTHORIZED"
    return str(answer["PaymentId"])


def test_what_was_set_aside_is_taken(merchant: Merchant) -> None:
    payment_id = set_aside(merchant)

    answer = merchant.call("Confirm", PaymentId=payment_id)

    assert (answer["Success"], answer["Status"]) == (True, "CONFIRMED")
    assert merchant.call("Confirm", PaymentId=payment_id)["ErrorCode"] == "8"


def test_a_part_may_be_taken(merchant: Merchant) -> None:
    payment_id = set_aside(merchant)

    merchant.call("Confirm", PaymentId=payment_id, Amount=300)

    assert merchant.call("GetState", PaymentId=payment_id)["Amount"] == 300


def test_more_than_was_set_aside_is_refused(merchant: Merchant) -> None:
    payment_id = set_aside(merchant)

    assert merchant.call("Confirm", PaymentId=payment_id, Amount=501)["ErrorCode"] == "330"
    assert merchant.state(payment_id) == "AUTHORIZED"


@pytest.mark.parametrize("pan, code", [("4111111111111111", "8"), (DECLINED, "4")])
def test_one_stage_has_nothing_to_confirm(merchant: Merchant, pan: str, code: str) -> None:
    assert merchant.call("Confirm", PaymentId=merchant.pay(pan)["PaymentId"])["ErrorCode"] == code


def test_what_was_set_aside_is_let_go(merchant: Merchant) -> None:
    payment_id = set_aside(merchant)

    part = merchant.call("Cancel", PaymentId=payment_id, Amount=200)
    rest = merchant.call("Cancel", PaymentId=payment_id, Amount=300)

    assert (part["Status"], part["NewAmount"]) == ("PARTIAL_REVERSED", 300)
    assert (rest["Status"], rest["NewAmount"]) == ("REVERSED", 0)


def test_each_stage_is_told_once(server: Server, heard_merchant: Merchant, listener: Listener) -> None:
    heard_merchant.call("Confirm", PaymentId=set_aside(heard_merchant))
    heard_merchant.call("Cancel", PaymentId=set_aside(heard_merchant))

    server.bank.tick()

    assert listener.statuses == ["AUTHORIZED", "CONFIRMED", "AUTHORIZED", "REVERSED"]
