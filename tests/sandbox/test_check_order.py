"""CheckOrder: finds a payment whose Init was never heard."""

from tests.sandbox.merchant import DECLINED, Merchant


def test_it_finds_the_payment_of_an_order(merchant: Merchant) -> None:
    paid = merchant.pay(OrderId="one", Amount=500)

    answer = merchant.call("CheckOrder", OrderId="one")

    assert (answer["Success"], answer["OrderId"]) == (True, "one")
    [entry] = answer["Payments"]
    assert (entry["PaymentId"], entry["Amount"], entry["Status"]) == (paid["PaymentId"], 500, "CONFIRMED")
    assert (entry["Success"], entry["ErrorCode"]) == ("true", 0)


def test_a_declined_one_carries_its_reason(merchant: Merchant) -> None:
    merchant.pay(DECLINED, OrderId="one")

    [entry] = merchant.call("CheckOrder", OrderId="one")["Payments"]

    assert (entry["Status"], entry["Success"], entry["ErrorCode"]) == ("REJECTED", "false", 1005)


def test_an_order_that_never_came_has_no_payments(merchant: Merchant) -> None:
    answer = merchant.call("CheckOrder", OrderId="never")

    assert (answer["Success"], answer["ErrorCode"], answer["Payments"]) == (False, "255", [])


def test_a_question_without_an_order_is_refused(merchant: Merchant) -> None:
    assert merchant.call("CheckOrder")["ErrorCode"] == "2"
