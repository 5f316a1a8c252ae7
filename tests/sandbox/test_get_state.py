"""GetState: where a payment stands, in the bank's types."""

import pytest

from tests.sandbox.merchant import CHALLENGED, DECLINED, WITHOUT_3DS, Merchant


@pytest.mark.parametrize(
    "pan, status", [(WITHOUT_3DS, "CONFIRMED"), (DECLINED, "REJECTED"), (CHALLENGED, "3DS_CHECKING")]
)
def test_it_tells_the_status(merchant: Merchant, pan: str, status: str) -> None:
    paid = merchant.pay(pan, OrderId="one", Amount=500)

    answer = merchant.call("GetState", PaymentId=paid["PaymentId"], IP="127.0.0.1")

    assert (answer["Status"], answer["OrderId"], answer["Amount"]) == (status, "one", 500)
    assert answer["PaymentId"] == paid["PaymentId"]
    assert answer["Params"] == [{"Key": "Route", "Value": "ACQ"}, {"Key": "Source", "Value": "cards"}]


def test_its_success_is_that_of_the_question(merchant: Merchant) -> None:
    declined = merchant.pay(DECLINED)

    answer = merchant.call("GetState", PaymentId=declined["PaymentId"])

    assert (answer["Success"], answer["ErrorCode"]) == (True, "0")


def test_a_number_instead_of_text_is_understood(merchant: Merchant) -> None:
    payment_id = merchant.init()["PaymentId"]

    assert merchant.call("GetState", PaymentId=int(payment_id))["Status"] == "NEW"


@pytest.mark.parametrize("payment_id, code", [("1", "255"), ("", "2"), (None, "2"), (True, "9999"), ("9" * 21, "9999")])
def test_it_refuses(merchant: Merchant, payment_id: object, code: str) -> None:
    answer = merchant.call("GetState", PaymentId=payment_id)

    assert (answer["Success"], answer["ErrorCode"]) == (False, code)


def test_asking_writes_nothing_into_the_journal(merchant: Merchant) -> None:
    payment_id = merchant.init()["PaymentId"]

    merchant.state(payment_id)
    merchant.call("CheckOrder", OrderId="one")

    assert len(merchant.journal()) == 1
