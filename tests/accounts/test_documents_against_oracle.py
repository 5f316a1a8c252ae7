"""Check digits against a library that others wrote: python-stdnum agrees about every number that is tried."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.ru import inn as stdnum_inn

from accounts import documents

TWELVE, SIXTEEN = (st.text("0123456789", min_size=size, max_size=size) for size in (12, 16))


def passes(check, text: str) -> bool:
    try:
        check(text)
    except documents.WrongDocument:
        return False
    return True


def with_check_digits(eleven_less_one: str) -> str:
    """Ten digits of a person's ИНН with the two that belong to them."""
    return next(
        number for tail in range(100) if stdnum_inn.is_valid(number := f"{eleven_less_one}{tail:02}")
    )  # pragma: no branch


@given(TWELVE)
def test_an_inn_passes_where_the_library_passes_it(text):
    assert passes(documents.inn, text) == (stdnum_inn.is_valid(text) and bool(int(text)))


@given(st.text("0123456789", min_size=10, max_size=10).filter(lambda text: bool(int(text))))
def test_the_inn_that_the_library_completes_passes_and_its_neighbours_do_not(text):
    number = with_check_digits(text)

    assert passes(documents.inn, number)
    for tail in range(100):
        other = f"{text}{tail:02}"
        assert passes(documents.inn, other) == (other == number)


@given(SIXTEEN)
def test_a_policy_passes_where_luhn_of_the_library_does(text):
    assert passes(documents.oms, text) == (luhn.is_valid(text) and bool(int(text)))


@given(st.text("0123456789", min_size=15, max_size=15).filter(lambda text: bool(int(text))))
def test_the_policy_that_the_library_completes_passes(text):
    assert passes(documents.oms, text + luhn.calc_check_digit(text))


@pytest.mark.parametrize("number", ["500100732259", "500100732258", "000000000000"])
def test_both_say_the_same_of_known_numbers(number):
    assert passes(documents.inn, number) == (stdnum_inn.is_valid(number) and bool(int(number)))
