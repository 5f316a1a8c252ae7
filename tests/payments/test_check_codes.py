"""The code on a paper: read off, told over the phone and typed on any keyboard."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments import check_codes
from smartservice import secret_scan

codes = st.builds(check_codes.new)


def test_it_is_told_in_four_groups():
    assert re.fullmatch(r"[BCHKMPTX]\d{3}(-[BCHKMPTX]\d{3}){3}", check_codes.words(check_codes.new()))


@given(codes, st.sampled_from(["-", "–", " ", "\u00a0", ""]), st.booleans(), st.booleans())
def test_it_is_read_however_it_is_typed(code, between, in_cyrillic, in_lower_case):
    typed = between.join(code[start : start + 4] for start in range(0, 16, 4))
    if in_cyrillic:
        typed = typed.translate(str.maketrans("BCHKMPTX", "ВСНКМРТХ"))

    assert check_codes.read(f" {typed.lower() if in_lower_case else typed} ") == code


@given(st.text(max_size=40))
def test_anything_else_is_none(text):
    read = check_codes.read(text)

    assert read is None or re.fullmatch(r"([BCHKMPTX][0-9]{3}){4}", read)


@pytest.mark.parametrize(
    "text", ["", "K482-M019-T733", "K482-M019-T733-X2O8", "K٤٨٢-M019-T733-X208", "K482M019T733X208B001"]
)
def test_what_is_short_long_or_strange_is_none(text):
    assert check_codes.read(text) is None


@given(codes)
def test_it_looks_like_nothing_secret(code):
    assert secret_scan.kinds(f"Код проверки: {check_codes.words(code)} {code}") == set()


def test_no_two_are_the_same():
    assert len({check_codes.new() for _ in range(10_000)}) == 10_000
