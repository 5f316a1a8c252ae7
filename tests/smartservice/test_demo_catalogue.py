"""Every provider of the demo takes the numbers that its own pattern makes, and tells a slip in Russian."""

import re

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import phones
from billing.account_numbers import AccountKind, WrongNumber, read, uin_check_digit
from billing.provider_format import ProviderRow
from billing.provider_format import read as read_catalogue
from smartservice.demo import catalogue

ROWS = {row.code: row for row in read_catalogue(catalogue.FILE.read_bytes())}
CODES = sorted(ROWS)


def kind(row: ProviderRow) -> str:
    return str(row.values["account_kind"] or AccountKind.PLAIN)


def number_of(row: ProviderRow, text: str) -> str:
    return read(text, kind=kind(row), pattern=str(row.values["account_pattern"]))


def with_check_digit(row: ProviderRow, number: str) -> str:
    """The number with the last digit that its kind asks for."""
    if kind(row) == AccountKind.UIN and number.isdecimal():
        return number[:-1] + uin_check_digit(number[:-1])
    if kind(row) == AccountKind.LUHN:
        return next(number[:-1] + digit for digit in "0123456789" if is_taken(row, number[:-1] + digit))
    return number


def is_taken(row: ProviderRow, number: str) -> bool:
    try:
        number_of(row, number)
    except WrongNumber:
        return False
    return True


def numbers(row: ProviderRow) -> st.SearchStrategy[str]:
    made = st.from_regex(re.compile(str(row.values["account_pattern"]), re.ASCII), fullmatch=True)
    return made.map(lambda number: with_check_digit(row, number))


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=10)
@given(st.data())
def test_its_numbers_are_taken_as_they_are_and_with_spaces(code, data):
    row = ROWS[code]
    number = data.draw(numbers(row))

    assert number_of(row, number) == number
    assert number_of(row, f"  {number[:4]} {number[4:]} ") == number


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=10)
@given(st.text(max_size=45))
def test_anything_else_is_refused_in_russian(code, text):
    row = ROWS[code]
    if is_taken(row, text):
        assert number_of(row, number_of(row, text)) == number_of(row, text)
    else:
        with pytest.raises(WrongNumber, match=r"[а-яё]"):
            number_of(row, text)


@pytest.mark.parametrize("code", CODES)
def test_its_sums_and_fees_do_not_contradict_themselves(code):
    values = ROWS[code].values

    assert values["payment_minimum"] <= (values["payment_limit"] or values["payment_minimum"])
    assert values["fee_minimum"] <= (values["fee_maximum"] or values["fee_minimum"])


def test_a_phone_is_paid_between_one_and_fifteen_thousand_roubles():
    mobile = [row for row in ROWS.values() if kind(row) == AccountKind.MOBILE]

    assert len(mobile) == 4
    assert {(row.values["payment_minimum"], row.values["payment_limit"]) for row in mobile} == {(1_00, 15_000_00)}
    assert all(phones.parse(str(row.values["account_example"])) for row in mobile)


@pytest.mark.django_db
def test_their_pages_can_be_opened_by_anybody(client):
    catalogue.create()

    for code, row in ROWS.items():
        page = client.get(reverse("payments:pay-account", args=[code])).content.decode()
        assert str(row.values["full_name"]) in page
        assert f"Пример заполнения: {row.values['account_example']}" in page
