"""The signature, against the vectors that the bank publishes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.acquirer import token

REQUEST = {
    "TerminalKey": "MerchantTerminalKey",
    "Amount": 19200,
    "OrderId": "21090",
    "Description": "Подарочная карта на 1000 рублей",
}
REQUEST_TOKEN = "0024a00af7c350a3a67ca168ce06502aa72772456662e38696d48b56ee9c97d9"
NOTIFICATION = {
    "TerminalKey": "1321054611234DEMO",
    "OrderId": "201709",
    "Success": True,
    "Status": "AUTHORIZED",
    "PaymentId": 8742591,
    "ErrorCode": "0",
    "Amount": 9855,
    "CardId": 322264,
    "Pan": "430000******0777",
    "ExpDate": "1122",
    "RebillId": 101709,
}
NOTIFICATION_TOKEN = "b906d28e76c6428e37b25fcf86c0adc52c63d503013fdd632e300593d165766b"
SCALARS = st.one_of(st.text(max_size=20), st.integers(0, 10**12), st.booleans())
FIELDS = st.dictionaries(
    st.text("ABCDEFabcdef", min_size=1, max_size=8).filter(lambda name: name not in {"Token", "Password"}),
    SCALARS,
    min_size=1,
)


def test_it_signs_a_request_as_the_bank_does():
    assert token.of(REQUEST, password="usaf8fw8fsw21g") == REQUEST_TOKEN


def test_it_signs_a_notification_as_the_bank_does():
    assert token.of(NOTIFICATION, password="Dfsfh56dgKl") == NOTIFICATION_TOKEN


def test_it_signs_neither_objects_nor_lists_nor_nothing_nor_the_token():
    aside = {"DATA": {"Phone": "+71234567890"}, "Shops": [1, 2], "Details": None, "Token": "abc"}

    assert token.of(REQUEST | aside, password="usaf8fw8fsw21g") == REQUEST_TOKEN


def test_it_writes_flags_and_numbers_as_json_does():
    as_text = {"Success": "true", "Paid": "false", "Amount": "100", "Rate": "0.50"}

    signed = token.of({"Success": True, "Paid": False, "Amount": 100, "Rate": Decimal("0.50")}, password="p")

    assert signed == token.of(as_text, password="p")


@pytest.mark.parametrize("claimed", [NOTIFICATION_TOKEN, NOTIFICATION_TOKEN.upper()])
def test_it_knows_a_right_token(claimed):
    assert token.is_right({**NOTIFICATION, "Token": claimed}, password="Dfsfh56dgKl")


@pytest.mark.parametrize(
    "claimed",
    ["", None, 12, True, [], {}, "ё" * 64, NOTIFICATION_TOKEN[:-1], NOTIFICATION_TOKEN + "0", REQUEST_TOKEN],
)
def test_it_knows_a_wrong_token(claimed):
    assert not token.is_right({**NOTIFICATION, "Token": claimed}, password="Dfsfh56dgKl")


def test_no_token_is_wrong():
    assert not token.is_right(NOTIFICATION, password="Dfsfh56dgKl")


@given(fields=FIELDS, password=st.text(max_size=20))
def test_the_order_of_fields_does_not_matter(fields, password):
    backwards = dict(reversed(fields.items()))

    assert token.of(fields, password=password) == token.of(backwards, password=password)


@given(fields=FIELDS, password=st.text(min_size=1, max_size=20))
def test_another_password_is_another_token(fields, password):
    signed = {**fields, "Token": token.of(fields, password=password)}

    assert token.is_right(signed, password=password)
    assert not token.is_right(signed, password=password + "x")


@given(fields=FIELDS, data=st.data())
def test_any_changed_value_is_another_token(fields, data):
    signed = {**fields, "Token": token.of(fields, password="secret")}
    name = data.draw(st.sampled_from(sorted(fields)))

    assert not token.is_right({**signed, name: f"{fields[name]}0"}, password="secret")
