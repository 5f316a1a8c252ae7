"""Money: whole kopecks in, readable roubles out, and nothing that only looks like a sum."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import LARGEST, Kopecks, NotMoney, parse_roubles, plain_roubles, roubles
from tests.billing.generated import examples

SPACES = (" ", "\u00a0", "\u202f", "\u2009")


@pytest.mark.parametrize(
    "text, kopecks",
    [
        ("1234.00", 123400),
        ("1234,00", 123400),
        ("1234", 123400),
        ("1234,5", 123450),
        ("1234.05", 123405),
        ("0", 0),
        ("0,01", 1),
        ("007", 700),
        ("1 234,00", 123400),
        ("1\u00a0234,00", 123400),
        ("1\u202f234,00", 123400),
        ("1\u2009234,00", 123400),
        ("12 970,24", 1297024),
        ("1 234 567.89", 123456789),
        (" 1234.00\u00a0", 123400),
        ("9 999 999 999 999,99", LARGEST),
    ],
)
def test_it_reads_sums_as_people_type_them(text, kopecks):
    assert parse_roubles(text) == kopecks


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ",",
        ".50",
        "5.",
        "1234.567",
        "1,234.56",
        "1.234,56",
        "12 34,00",
        "1 2345",
        "1  234",
        "1 234 5",
        "1_000",
        "NaN",
        "Infinity",
        "1E5",
        "1e3",
        "0x10",
        "+5",
        "-5",
        "−5",
        "١٢٣",
        "１２３",
        "½",
        "1234 ₽",
        "1234 руб.",
        "1234\n",
        "\t1234",
        "1234\x00",
        "10 000 000 000 000",
        "9" * 10_000,
    ],
)
def test_it_refuses_what_is_not_a_sum(text):
    with pytest.raises(NotMoney):
        parse_roubles(text)


@pytest.mark.parametrize("text, kopecks", [("-12,00", -1200), ("-1 234.5", -123450), ("-0", 0), ("12", 1200)])
def test_it_reads_a_minus_only_where_one_may_stand(text, kopecks):
    assert parse_roubles(text, signed=True) == kopecks


@pytest.mark.parametrize("text", ["--1", "- 1", "+1", "−1", "1-"])
def test_it_refuses_other_signs_even_there(text):
    with pytest.raises(NotMoney):
        parse_roubles(text, signed=True)


@pytest.mark.parametrize(
    "kopecks, text",
    [
        (0, "0,00"),
        (1, "0,01"),
        (100, "1,00"),
        (99999, "999,99"),
        (100000, "1\u00a0000,00"),
        (1297024, "12\u00a0970,24"),
        (123456789012, "1\u00a0234\u00a0567\u00a0890,12"),
        (-1200, "-12,00"),
        (-1, "-0,01"),
    ],
)
def test_it_shows_two_decimals_and_thousands_apart(kopecks, text):
    assert plain_roubles(Kopecks(kopecks)) == text
    assert roubles(Kopecks(kopecks)) == f"{text}\u00a0₽"


@examples(500)
@given(st.integers(min_value=-LARGEST, max_value=LARGEST))
def test_whatever_it_shows_it_reads_back(kopecks):
    shown = plain_roubles(Kopecks(kopecks))

    assert parse_roubles(shown, signed=True) == kopecks


@examples(500)
@given(st.integers(min_value=0, max_value=LARGEST), st.sampled_from(SPACES), st.sampled_from(".,"))
def test_every_space_and_separator_reads_the_same(kopecks, space, separator):
    whole, _, part = plain_roubles(Kopecks(kopecks)).partition(",")

    assert parse_roubles(whole.replace("\u00a0", space) + separator + part) == kopecks


@examples(500)
@given(
    st.text(alphabet=st.one_of(st.sampled_from("0123456789.,- _eE+\u00a0\u202f\u2009xX"), st.characters()), max_size=20)
)
def test_any_text_is_a_sum_or_is_refused(text):
    try:
        kopecks = parse_roubles(text, signed=True)
    except NotMoney:
        return

    assert set(text) <= set("0123456789.,-\u00a0\u202f\u2009 ")
    assert abs(kopecks) <= LARGEST
    digits = "".join(sign for sign in text if sign.isdigit())
    assert str(abs(kopecks)).rstrip("0") == digits.lstrip("0").rstrip("0")
