"""Requisites of a provider: each check digit against numbers that banks and the tax office gave out, and a library."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.ru import inn as stdnum_inn

from billing import requisites

BLANK = dict.fromkeys(("inn", "kpp", "bic", "settlement_account", "correspondent_account"), "")
DIGITS = st.text("0123456789", min_size=9, max_size=13)


def mistakes(**given_ones):
    return requisites.mistakes(**{**BLANK, **given_ones})


@pytest.mark.parametrize(
    "right",
    [
        BLANK,
        {"inn": "7702726396", "kpp": "770001001"},
        {"inn": "500100732259"},
        {"kpp": "7700AB001"},
        {"bic": "044525201", "settlement_account": "40802810700020000317"},
        {"bic": "044525225", "correspondent_account": "30101810400000000225"},
        {"settlement_account": "40802810700020000318"},
        # The treasury: no key that we know, but its account at the Bank of Russia has the usual one.
        {
            "bic": "004525988",
            "settlement_account": "03100643000000017300",
            "correspondent_account": "40102810545370000003",
        },
        # An account at an office of the Bank of Russia.
        {"bic": "044525000", "settlement_account": "40101810845250010102"},
    ],
)
def test_what_was_given_out_passes(right):
    assert mistakes(**right) == {}


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("inn", "77", "ИНН состоит из 10 цифр"),
        ("inn", "77027263960", "ИНН состоит из 10 цифр"),
        ("inn", "٧٧٠٢٧٢٦٣٩٦", "ИНН состоит из 10 цифр"),
        ("inn", "7702726397", "В ИНН ошибка"),
        ("inn", "500100732258", "В ИНН ошибка"),
        ("inn", "0000000000", "В ИНН ошибка"),
        ("kpp", "77000100", "КПП состоит из 9 знаков"),
        ("kpp", "7700ab001", "КПП состоит из 9 знаков"),
        ("bic", "04452520", "БИК состоит из 9 цифр"),
        ("bic", "144525201", "БИК состоит из 9 цифр"),
        ("settlement_account", "123", "Счёт состоит из 20 цифр"),
        ("settlement_account", "40802810700020000318", "Счёт не подходит к БИК"),
        ("correspondent_account", "30101810400000000226", "Счёт не подходит к БИК"),
    ],
)
def test_a_slip_is_told_by_the_name_of_its_field(name, value, words):
    (found,) = mistakes(**{"bic": "044525201", name: value}).items()

    assert found[0] == name
    assert words in found[1]


def test_an_account_is_not_blamed_for_a_bic_that_is_none():
    assert list(mistakes(bic="1", settlement_account="40802810700020000317")) == ["bic"]


@given(DIGITS)
def test_an_inn_passes_where_the_library_passes_it(text):
    assert bool(mistakes(inn=text)) != (stdnum_inn.is_valid(text) and bool(int(text)))


@given(st.integers(0, 19), st.integers(1, 9))
def test_no_digit_of_an_account_changes_unseen(place, more):
    right = "40802810700020000317"
    wrong = f"{right[:place]}{(int(right[place]) + more) % 10}{right[place + 1 :]}"

    # Nothing is known of the key where it begins as an account of the treasury.
    seen = bool(mistakes(bic="044525201", settlement_account=wrong))
    assert seen or wrong.startswith("0")
