"""Check3dsVersion: which 3-D Secure a card takes, and the checks of the card's own fields."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartservice.sandbox import cards
from smartservice.sandbox.vault import Card, passes_luhn
from tests.sandbox.merchant import CHALLENGED, FRICTIONLESS, STRANGER, WITHOUT_3DS, Merchant


@pytest.mark.parametrize("pan", [FRICTIONLESS, CHALLENGED])
def test_a_card_with_the_second_version(merchant: Merchant, pan: str) -> None:
    payment_id = merchant.init()["PaymentId"]

    answer = merchant.call("Check3dsVersion", PaymentId=payment_id, CardData=merchant.seal(pan))

    assert (answer["Success"], answer["Version"], answer["PaymentSystem"]) == (True, "2.1.0", "mir")
    assert len(answer["TdsServerTransID"]) == 36
    assert answer["ThreeDSMethodURL"] == f"http://localhost:{merchant.port}/acs/method"


@pytest.mark.parametrize("pan, system", [(WITHOUT_3DS, "mir"), (STRANGER, "visa"), ("5555555555554444", "mastercard")])
def test_a_card_without(merchant: Merchant, pan: str, system: str) -> None:
    payment_id = merchant.init()["PaymentId"]

    answer = merchant.call("Check3dsVersion", PaymentId=payment_id, CardData=merchant.seal(pan))

    assert (answer["Version"], answer["PaymentSystem"]) == ("1.0.0", system)
    assert "TdsServerTransID" not in answer
    assert "ThreeDSMethodURL" not in answer


def test_it_moves_nothing_and_may_be_asked_again(merchant: Merchant) -> None:
    payment_id = merchant.init()["PaymentId"]

    answers = [
        merchant.call("Check3dsVersion", PaymentId=payment_id, CardData=merchant.seal(FRICTIONLESS)) for _ in range(2)
    ]

    assert answers[0]["TdsServerTransID"] == answers[1]["TdsServerTransID"]
    assert merchant.state(payment_id) == "NEW"


def test_a_paid_payment_is_refused(merchant: Merchant) -> None:
    paid = merchant.pay()

    answer = merchant.call("Check3dsVersion", PaymentId=paid["PaymentId"], CardData=merchant.seal(WITHOUT_3DS))

    assert answer["ErrorCode"] == "8"


def test_an_unknown_payment_is_refused(merchant: Merchant) -> None:
    answer = merchant.call("Check3dsVersion", PaymentId="1", CardData=merchant.seal(WITHOUT_3DS))

    assert answer["ErrorCode"] == "255"


@pytest.mark.parametrize(
    "text, code",
    [
        ("PAN=4111111111111112;ExpDate=1239;CVV=123", "642"),
        ("PAN=4111111111111a11;ExpDate=1239;CVV=123", "218"),
        ("PAN=411111111111;ExpDate=1239;CVV=123", "234"),
        ("PAN=4111111111111111;ExpDate=1339;CVV=123", "219"),
        ("PAN=4111111111111111;ExpDate=2039-12;CVV=123", "219"),
        ("PAN=4111111111111111;ExpDate=1239;CVV=12", "239"),
        ("PAN=4111111111111111;ExpDate=1239", "239"),
        ("PAN=4111111111111111;ExpDate=1239;CVV=1a3", "221"),
        ("PAN=4111111111111111;CVV=123", "244"),
        ("4111111111111111", "244"),
        ("", "244"),
    ],
)
def test_it_refuses_a_card(merchant: Merchant, text: str, code: str) -> None:
    payment_id = merchant.init()["PaymentId"]

    answer = merchant.call("Check3dsVersion", PaymentId=payment_id, CardData=merchant.seal_text(text))

    assert answer["ErrorCode"] == code
    assert merchant.state(payment_id) == "NEW"


@pytest.mark.parametrize("sealed", ["not base64!", "AAAA", base64.b64encode(b"x" * 300).decode()])
def test_a_broken_cryptogram_is_refused(merchant: Merchant, sealed: str) -> None:
    payment_id = merchant.init()["PaymentId"]

    answer = merchant.call("Check3dsVersion", PaymentId=payment_id, CardData=sealed)

    assert answer["ErrorCode"] == "243"


def test_a_cryptogram_of_another_key_is_refused(merchant: Merchant) -> None:
    """The padding of such a one may come out right by chance, and then the text is nonsense."""
    payment_id = merchant.init()["PaymentId"]

    answer = merchant.call("Check3dsVersion", PaymentId=payment_id, CardData=base64.b64encode(b"\x01" * 256).decode())

    assert answer["ErrorCode"] in {"243", "244"}


@given(st.integers(min_value=10**11, max_value=10**18 - 1))
def test_exactly_one_last_digit_passes_luhn(start: int) -> None:
    assert sum(passes_luhn(f"{start}{digit}") for digit in range(10)) == 1


@given(st.text("0123456789", min_size=13, max_size=19))
def test_a_mask_hides_the_middle_and_keeps_the_length(pan: str) -> None:
    mask = Card(pan=pan, expiry="1239", cvv="123").mask

    assert (mask[:6], mask[-4:], len(mask)) == (pan[:6], pan[-4:], len(pan))
    assert set(mask[6:-4]) == {"*"}


def test_a_card_shown_in_a_log_shows_neither_number_nor_code() -> None:
    shown = repr(Card(pan=STRANGER, expiry="1239", cvv="987"))

    assert STRANGER not in shown
    assert "987" not in shown


@pytest.mark.parametrize("expiry, error", [("1126", "0"), ("1026", "1033"), ("1225", "1033"), ("0127", "0")])
def test_a_card_lives_to_the_end_of_its_month(expiry: str, error: str) -> None:
    now = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)

    assert cards.objection(Card(pan=STRANGER, expiry=expiry, cvv="123"), now) == error
