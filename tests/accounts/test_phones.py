"""Phones are read in every way people write them, and nothing but a Russian mobile number is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import phones


@pytest.mark.parametrize(
    "written",
    [
        "+79161234567",
        "+7 916 123-45-67",
        "+7 (916) 123 45 67",
        "8 916 123 45 67",
        "8(916)1234567",
        "89161234567",
        "79161234567",
        "9161234567",
        "916 123-45-67",
        " +7\u00a0916\u00a0123–45–67 ",
        "8.916.123.45.67",
    ],
)
def test_it_reads_a_number_as_people_write_it(written):
    assert phones.parse(written) == "+79161234567"


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "916123456",
        "91612345678",
        "+7 495 787-33-34",
        "8 800 100-39-00",
        "+77012345678",
        "+375291234567",
        "+14155552671",
        "+7916123456a",
        "+7916TAXI567",
        "9161234567 доб. 5",
        "9161234567;ext=5",
        "tel:+79161234567",
        "+7\n9161234567",
        "٩١٦١٢٣٤٥٦٧",
        "９１６１２３４５６７",
        "+" * 400,
        "9" * 4000,
        "\x00",
    ],
)
def test_it_refuses_what_is_no_russian_mobile_number(written):
    with pytest.raises(phones.NotMobile):
        phones.parse(written)


@given(st.text(alphabet="0123456789+()- \u00a0–.x", max_size=24))
def test_whatever_it_reads_is_plus_seven_nine_and_nine_digits(written):
    try:
        phone = phones.parse(written)
    except phones.NotMobile:
        return

    assert phones.MOBILE.fullmatch(phone)
    assert "".join(filter(str.isdigit, written)).endswith(phone[2:])


@given(st.integers(min_value=0, max_value=10**9 - 1), st.sampled_from(["+7", "8", "7", ""]))
def test_every_mobile_number_is_read_with_every_beginning(number, beginning):
    assert phones.parse(f"{beginning}9{number:09}") == f"+79{number:09}"


def test_a_masked_phone_shows_its_operator_and_two_digits():
    assert phones.masked("+79161234567") == "+7 916 ***-**-67"
