"""Cancel: gives up what is new, gives back what was paid, and does a repeated request once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.merchant import CHALLENGED, DECLINED, Merchant


def test_a_new_payment_is_given_up(merchant: Merchant) -> None:
    payment_id = merchant.init(Amount=500)["PaymentId"]

    answer = merchant.call("Cancel", PaymentId=payment_id)

    assert (answer["Success"], answer["Status"]) == (True, "CANCELED")
    assert (answer["OriginalAmount"], answer["NewAmount"]) == (500, 0)
    assert merchant.finish(payment_id, merchant.seal("4111111111111111"))["ErrorCode"] == "8"


def test_a_paid_one_is_given_back_whole(merchant: Merchant) -> None:
    paid = merchant.pay(Amount=500)

    answer = merchant.call("Cancel", PaymentId=paid["PaymentId"])

    assert (answer["Status"], answer["OriginalAmount"], answer["NewAmount"]) == ("REFUNDED", 500, 0)
    assert merchant.state(paid["PaymentId"]) == "REFUNDED"


def test_parts_add_up_to_the_whole(merchant: Merchant) -> None:
    paid = merchant.pay(Amount=500)

    first = merchant.call("Cancel", PaymentId=paid["PaymentId"], Amount=200)
    second = merchant.call("Cancel", PaymentId=paid["PaymentId"], Amount=300)

    assert (first["Status"], first["OriginalAmount"], first["NewAmount"]) == ("PARTIAL_REFUNDED", 500, 300)
    assert (second["Status"], second["OriginalAmount"], second["NewAmount"]) == ("REFUNDED", 300, 0)


def test_more_than_is_left_is_refused(merchant: Merchant) -> None:
    paid = merchant.pay(Amount=500)
    merchant.call("Cancel", PaymentId=paid["PaymentId"], Amount=200)

    too_much = merchant.call("Cancel", PaymentId=paid["PaymentId"], Amount=301)
    unsaid = merchant.call("Cancel", PaymentId=paid["PaymentId"])

    assert (too_much["ErrorCode"], unsaid["ErrorCode"]) == ("330", "330")
    assert merchant.state(paid["PaymentId"]) == "PARTIAL_REFUNDED"


def test_the_same_request_again_is_done_once(merchant: Merchant) -> None:
    paid = merchant.pay(Amount=500)
    request = {"PaymentId": paid["PaymentId"], "Amount": 200, "ExternalRequestId": "refund-1"}

    first = merchant.call("Cancel", **request)
    again = merchant.call("Cancel", **request)

    assert (first["Status"], first["NewAmount"]) == ("PARTIAL_REFUNDED", 300)
    assert (again["Success"], again["Status"], again["NewAmount"]) == (True, "PARTIAL_REFUNDED", 300)
    assert again["ExternalRequestId"] == "refund-1"
    assert [line["status"] for line in merchant.journal()].count("PARTIAL_REFUNDED") == 1


def test_a_repeat_after_the_whole_was_given_back_is_no_error(merchant: Merchant) -> None:
    paid = merchant.pay(Amount=500)

    answers = [merchant.call("Cancel", PaymentId=paid["PaymentId"], ExternalRequestId="r") for _ in range(2)]

    assert [answer["Status"] for answer in answers] == ["REFUNDED", "REFUNDED"]


def test_ten_repeats_at_once_are_one_refund(merchant: Merchant) -> None:
    paid = merchant.pay(Amount=500)

    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(
                lambda _: merchant.call("Cancel", PaymentId=paid["PaymentId"], Amount=100, ExternalRequestId="r"),
                range(10),
            )
        )

    assert {answer["NewAmount"] for answer in answers} == {400}


def test_without_a_request_number_every_call_is_a_refund(merchant: Merchant) -> None:
    """What the number is for: take it away and a repeat gives money back twice."""
    paid = merchant.pay(Amount=500)

    lefts = [merchant.call("Cancel", PaymentId=paid["PaymentId"], Amount=100)["NewAmount"] for _ in range(2)]

    assert lefts == [400, 300]


@pytest.mark.parametrize("pan, code", [(DECLINED, "4"), (CHALLENGED, "8")])
def test_what_was_never_paid_cannot_be_given_back(merchant: Merchant, pan: str, code: str) -> None:
    payment_id = merchant.pay(pan)["PaymentId"]
    before = merchant.state(payment_id)

    answer = merchant.call("Cancel", PaymentId=payment_id)

    assert (answer["Success"], answer["ErrorCode"]) == (False, code)
    assert merchant.state(payment_id) == before


@pytest.mark.parametrize("amount, code", [(0, "251"), (-1, "251"), ("100", "9999")])
def test_a_sum_that_is_none_is_refused(merchant: Merchant, amount: object, code: str) -> None:
    paid = merchant.pay()

    assert merchant.call("Cancel", PaymentId=paid["PaymentId"], Amount=amount)["ErrorCode"] == code


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(min_value=1, max_value=400), max_size=6))
def test_no_order_of_refunds_gives_back_more_than_was_paid(merchant: Merchant, amounts: list[int]) -> None:
    payment_id = merchant.pay(Amount=500)["PaymentId"]

    answers = [merchant.call("Cancel", PaymentId=payment_id, Amount=amount) for amount in amounts]

    given_back = sum(amount for amount, answer in zip(amounts, answers, strict=True) if answer["Success"])
    assert given_back <= 500
    assert all(answer["NewAmount"] >= 0 for answer in answers if answer["Success"])
    assert (merchant.state(payment_id) == "REFUNDED") == (given_back == 500)
