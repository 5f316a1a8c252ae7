"""The Token against the vectors that the bank itself published, and what it is made of."""

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from smartservice.sandbox.signature import is_signed, token

ORDER = {
    "TerminalKey": "MerchantTerminalKey",
    "Amount": 19200,
    "OrderId": "21090",
    "Description": "Подарочная карта на 1000 рублей",
}
NOTIFICATION = {
    "Amount": 9855,
    "CardId": 322264,
    "ErrorCode": "0",
    "ExpDate": "1122",
    "OrderId": "201709",
    "Pan": "430000******0777",
    "PaymentId": 8742591,
    "RebillId": 101709,
    "Status": "AUTHORIZED",
    "Success": True,
    "TerminalKey": "1321054611234DEMO",
}


def test_it_agrees_with_the_published_request() -> None:
    made = token(ORDER, "usaf8fw8fsw21g")

    assert made == "0024a00af7c350a3a67ca168ce06502aa72772456662e38696d48b56ee9c97d9"


def test_it_agrees_with_the_published_notification() -> None:
    made = token(NOTIFICATION, "Dfsfh56dgKl")

    assert made == "b906d28e76c6428e37b25fcf86c0adc52c63d503013fdd632e300593d165766b"


def test_it_leaves_out_nested_values_nulls_and_itself() -> None:
    more = {**ORDER, "DATA": {"Phone": "1"}, "Shops": [{"Fee": 1}], "Descriptor": None, "Token": "anything"}

    assert token(more, "secret") == token(ORDER, "secret")


def test_a_number_with_a_point_is_taken_as_it_was_written() -> None:
    values = json.loads('{"Amount": 100.10}', parse_float=Decimal)

    assert token(values, "secret") == token({"Amount": "100.10"}, "secret")


def test_false_is_a_word_and_not_a_nought() -> None:
    assert token({"Success": False}, "secret") == token({"Success": "false"}, "secret")


def test_a_missing_or_foreign_token_is_no_signature() -> None:
    assert not is_signed(ORDER, "secret")
    assert not is_signed({**ORDER, "Token": None}, "secret")
    assert not is_signed({**ORDER, "Token": "не ascii"}, "secret")
    assert not is_signed({**ORDER, "Token": token(ORDER, "other")}, "secret")


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=8) | st.integers(), min_size=1, max_size=6))
def test_any_changed_value_breaks_the_signature(values: dict[str, str | int]) -> None:
    values.pop("Token", None)
    signed = {**values, "Token": token(values, "secret")}
    changed = {**signed, "Extra": "1"}

    assert is_signed(signed, "secret")
    assert not is_signed(changed, "secret")
