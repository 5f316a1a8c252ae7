"""FinishAuthorize: what each card does, and that card data are taken once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sandbox.merchant import (
    CHALLENGED,
    DECLINED,
    FRICTIONLESS,
    NOT_AUTHENTICATED,
    POOR,
    STRANGER,
    THREE_DS,
    WITHOUT_3DS,
    Merchant,
)


@pytest.mark.parametrize("pan", [FRICTIONLESS, WITHOUT_3DS, STRANGER, "5555555555554444", "2201382000000591"])
def test_a_good_card_is_charged_at_once(merchant: Merchant, pan: str) -> None:
    answer = merchant.pay(pan)

    assert (answer["Success"], answer["Status"], answer["ErrorCode"]) == (True, "CONFIRMED", "0")
    assert merchant.state(answer["PaymentId"]) == "CONFIRMED"


@pytest.mark.parametrize("pan, code", [(DECLINED, "1005"), (POOR, "1051"), (NOT_AUTHENTICATED, "101")])
def test_a_bad_card_is_declined_for_good(merchant: Merchant, pan: str, code: str) -> None:
    answer = merchant.pay(pan)

    assert (answer["Success"], answer["Status"], answer["ErrorCode"]) == (False, "REJECTED", code)
    assert merchant.state(answer["PaymentId"]) == "REJECTED"


@pytest.mark.parametrize("pan", [WITHOUT_3DS, CHALLENGED])
@pytest.mark.parametrize("fields, code", [({"cvv": "000"}, "1082"), ({"expiry": "0120"}, "1033")])
def test_a_wrong_code_or_a_past_term_is_declined(
    merchant: Merchant, pan: str, fields: dict[str, str], code: str
) -> None:
    answer = merchant.finish(merchant.init()["PaymentId"], merchant.seal(pan, **fields))

    assert (answer["Status"], answer["ErrorCode"]) == ("REJECTED", code)


def test_a_challenge_card_is_sent_to_its_bank(merchant: Merchant) -> None:
    payment_id = merchant.init()["PaymentId"]
    version = merchant.call("Check3dsVersion", PaymentId=payment_id, CardData=merchant.seal(CHALLENGED))

    answer = merchant.finish(payment_id, merchant.seal(CHALLENGED))

    assert (answer["Success"], answer["Status"]) == (True, "3DS_CHECKING")
    assert answer["ACSUrl"] == f"http://localhost:{merchant.port}/acs"
    assert answer["TdsServerTransId"] == version["TdsServerTransID"]
    assert len(answer["AcsTransId"]) == 36


def test_both_names_of_the_code_are_read(merchant: Merchant) -> None:
    wrong = merchant.finish(merchant.init()["PaymentId"], merchant.seal(STRANGER, cvv="000", code="CVC"))
    right = merchant.finish(merchant.init()["PaymentId"], merchant.seal(STRANGER, cvv="123", code="CVC"))

    assert (wrong["ErrorCode"], right["Status"]) == ("1082", "CONFIRMED")


@pytest.mark.parametrize("pan", [WITHOUT_3DS, DECLINED, CHALLENGED])
def test_a_second_time_is_refused_and_changes_nothing(merchant: Merchant, pan: str) -> None:
    first = merchant.pay(pan)

    again = merchant.finish(first["PaymentId"], merchant.seal(FRICTIONLESS))

    assert (again["Success"], again["ErrorCode"], again["Status"]) == (False, "8", first["Status"])
    assert merchant.state(first["PaymentId"]) == first["Status"]


def test_twenty_at_once_are_one_charge(merchant: Merchant) -> None:
    payment_id = merchant.init()["PaymentId"]
    sealed = merchant.seal(WITHOUT_3DS)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: merchant.finish(payment_id, sealed), range(20)))

    assert sorted(answer["ErrorCode"] for answer in answers) == ["0"] + ["8"] * 19
    assert [line["status"] for line in merchant.journal()].count("CONFIRMED") == 1


def test_a_card_that_cannot_be_read_leaves_the_payment_new(merchant: Merchant) -> None:
    payment_id = merchant.init()["PaymentId"]

    answer = merchant.finish(payment_id, merchant.seal("4111111111111112"))

    assert answer["ErrorCode"] == "642"
    assert merchant.state(payment_id) == "NEW"
    assert merchant.finish(payment_id, merchant.seal(STRANGER))["Status"] == "CONFIRMED"


@pytest.mark.parametrize(
    "fields, code",
    [
        ({"Amount": 1}, "9999"),
        ({"CardData": None}, "2"),
        ({"IP": None}, "2"),
        ({"IP": "localhost"}, "211"),
        ({"IP": "::1"}, "211"),
        ({"DATA": None}, "2"),
        ({"DATA": {**THREE_DS, "threeDSCompInd": "X"}}, "9999"),
        ({"DATA": {**THREE_DS, "screen_width": ""}}, "2"),
        ({"DATA": {**THREE_DS, "screen_width": 1280}}, "9999"),
        ({"DATA": {**THREE_DS, "cresCallbackUrl": "javascript:alert(1)"}}, "9999"),
        ({"DATA": {**THREE_DS, "cresCallbackUrl": "www.callbackurl.ru"}}, "9999"),
    ],
)
def test_it_refuses(merchant: Merchant, fields: dict[str, Any], code: str) -> None:
    payment_id = merchant.init()["PaymentId"]

    answer = merchant.finish(payment_id, merchant.seal(CHALLENGED), **fields)

    assert (answer["Success"], answer["ErrorCode"]) == (False, code)
    assert merchant.state(payment_id) == "NEW"


def test_a_full_ipv6_address_is_taken(merchant: Merchant) -> None:
    address = "2011:0db8:85a3:0101:0101:8a2e:0370:7334"

    answer = merchant.finish(merchant.init()["PaymentId"], merchant.seal(FRICTIONLESS), IP=address)

    assert answer["Status"] == "CONFIRMED"


@pytest.mark.parametrize("payment_id", ["1", "abc", "-5", "²", "9" * 20])
def test_an_unknown_payment_is_refused(merchant: Merchant, payment_id: str) -> None:
    assert merchant.finish(payment_id, merchant.seal(STRANGER))["ErrorCode"] == "255"


def test_a_card_of_a_named_customer_is_kept_once(merchant: Merchant) -> None:
    first = merchant.pay(CustomerKey="anna")
    second = merchant.pay(CustomerKey="anna")
    other = merchant.pay(CustomerKey="boris")
    nobody = merchant.pay()

    assert first["CardId"] == second["CardId"] != other["CardId"]
    assert "CardId" not in nobody
