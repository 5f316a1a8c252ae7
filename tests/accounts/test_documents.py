"""Numbers of documents: real ones pass, one wrong digit does not, and what is shown of them is their end."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import documents
from accounts.documents import WrongDocument

TODAY = date(2017, 7, 17)
digits = st.text("0123456789", min_size=1)


def passes(read, text: str) -> bool:
    try:
        read(text)
    except WrongDocument:
        return False
    return True


def inn_by_book(number: str) -> bool:
    """The rule as the tax service words it, digit by digit."""
    n = [int(digit) for digit in number]
    eleventh = (
        7 * n[0] + 2 * n[1] + 4 * n[2] + 10 * n[3] + 3 * n[4] + 5 * n[5] + 9 * n[6] + 4 * n[7] + 6 * n[8] + 8 * n[9]
    )
    twelfth = (
        3 * n[0]
        + 7 * n[1]
        + 2 * n[2]
        + 4 * n[3]
        + 10 * n[4]
        + 3 * n[5]
        + 5 * n[6]
        + 9 * n[7]
        + 4 * n[8]
        + 6 * n[9]
        + 8 * n[10]
    )
    return n[10] == eleventh % 11 % 10 and n[11] == twelfth % 11 % 10


def snils_by_book(number: str) -> str:
    """The rule as the pension fund words it: below 100 as it is, 100 and 101 are 00, above that the rest of 101."""
    total = 0
    for place in range(9):
        total += int(number[place]) * (9 - place)
    while total > 101:
        total %= 101
    return "00" if total in (100, 101) else f"{total:02}"


def luhn_by_table(number: str) -> bool:
    """Luhn by the table of doubled digits."""
    doubled = dict(zip("0123456789", (0, 2, 4, 6, 8, 1, 3, 5, 7, 9), strict=True))
    return (sum(doubled[digit] for digit in number[0::2]) + sum(map(int, number[1::2]))) % 10 == 0


@pytest.mark.parametrize(
    ("read", "written", "kept"),
    [
        (documents.inn, "500100732259", "500100732259"),
        (documents.inn, " 5001 0073 2259 ", "500100732259"),
        (documents.snils, "112-233-445 95", "112-233-445 95"),
        (documents.snils, "11223344595", "112-233-445 95"),
        (documents.snils, "001-001-998 00", "001-001-998 00"),
        (documents.passport_series, "45 11", "4511"),
        (documents.passport_number, "№ 123456", "123456"),
        (documents.passport_number, "123 456", "123456"),
        (documents.oms, "7700 0080 3217 0330", None),
        (documents.home_phone, "8 (495) 123-45-67", "8 (495) 123-45-67"),
        (documents.home_phone, "84951234567", "8 (495) 123-45-67"),
        (documents.home_phone, "+7 495 123 45 67", "8 (495) 123-45-67"),
        (documents.home_phone, "4951234567", "8 (495) 123-45-67"),
        (documents.home_phone, "8 (48762) 1-23-45", "8 (48762) 1-23-45"),
        (documents.home_phone, "8 (4822) 12-34-56", "8 (4822) 12-34-56"),
    ],
)
def test_it_reads_a_number_as_people_write_it(read, written, kept):
    if kept is None:
        body = re.sub(r"\D", "", written)[:15]
        kept = next(body + digit for digit in "0123456789" if luhn_by_table(body + digit))
        written = f"{kept[:4]} {kept[4:8]} {kept[8:12]} {kept[12:]}"

    assert read(written) == kept


@pytest.mark.parametrize(
    ("read", "written", "word"),
    [
        (documents.inn, "500100732258", "ошибка"),
        (documents.inn, "7707083893", "12 цифр"),
        (documents.inn, "000000000000", "ошибка"),
        (documents.inn, "50010073225a", "12 цифр"),
        (documents.inn, "٥٠٠١٠٠٧٣٢٢٥٩", "12 цифр"),
        (documents.snils, "112-233-445 96", "ошибка"),
        (documents.snils, "112-233-445", "11 цифр"),
        (documents.snils, "000-000-000 00", "ошибка"),
        (documents.oms, "1234567890123456", "ошибка"),
        (documents.oms, "0000000000000000", "ошибка"),
        (documents.oms, "123456789012345", "16 цифр"),
        (documents.passport_series, "451", "4 цифр"),
        (documents.passport_number, "12345", "6 цифр"),
        (documents.passport_number, "12345б", "6 цифр"),
        (documents.home_phone, "123-45-67", "кодом города"),
        (documents.home_phone, "8 (916) 123-45-67", "кодом города"),
        (documents.home_phone, "8 (495) 123-45-67 доб. 12", "кодом города"),
    ],
)
def test_it_refuses_in_words_for_the_field(read, written, word):
    with pytest.raises(WrongDocument, match=word):
        read(written)


@given(st.integers(1, 10**10 - 1))
def test_of_a_hundred_endings_exactly_one_makes_an_inn(number):
    body = f"{number:010}"

    right = [end for end in range(100) if passes(documents.inn, f"{body}{end:02}")]

    assert right == [end for end in range(100) if inn_by_book(f"{body}{end:02}")]
    assert len(right) == 1


@given(st.integers(documents.LAST_UNCHECKED_SNILS + 1, 10**9 - 1))
def test_of_a_hundred_endings_exactly_one_makes_a_snils(number):
    body = f"{number:09}"

    right = [f"{end:02}" for end in range(100) if passes(documents.snils, f"{body}{end:02}")]

    assert right == [snils_by_book(body)]


@given(st.integers(1, documents.LAST_UNCHECKED_SNILS), st.integers(0, 99))
def test_the_oldest_snils_have_no_check_digits(number, end):
    assert passes(documents.snils, f"{number:09}{end:02}")


@given(st.integers(1, 10**15 - 1))
def test_of_ten_endings_exactly_one_makes_a_policy(number):
    body = f"{number:015}"

    right = [end for end in range(10) if passes(documents.oms, f"{body}{end}")]

    assert right == [end for end in range(10) if luhn_by_table(f"{body}{end}")]
    assert len(right) == 1


@given(st.integers(1, 10**10 - 1), st.integers(0, 11), st.integers(1, 9))
def test_a_mistyped_digit_of_an_inn_is_seldom_missed(number, place, step):
    """Both check digits are taken of 11 and then of 10: a slip that neither sees is rare; the oracle agrees on it."""
    body = f"{number:010}"
    right = next(f"{body}{end:02}" for end in range(100) if inn_by_book(f"{body}{end:02}"))
    typed = right[:place] + str((int(right[place]) + step) % 10) + right[place + 1 :]

    assert passes(documents.inn, typed) is (inn_by_book(typed) and int(typed) > 0)


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(text):
    for read in (documents.inn, documents.snils, documents.oms, documents.passport_series, documents.home_phone):
        passes(read, text)
    for read in (documents.birth_date, documents.issue_date):
        passes(lambda typed, read=read: read(typed, today=TODAY), text)


@pytest.mark.parametrize(
    ("written", "kept"),
    [("05.07.1990", "05.07.1990"), ("5.7.1990", "05.07.1990"), (" 29.02.2016 ", "29.02.2016"), ("17.07.2017",) * 2],
)
def test_it_reads_a_date_of_birth(written, kept):
    assert documents.birth_date(written, today=TODAY) == kept


@pytest.mark.parametrize("written", ["29.02.2017", "31.04.1990", "1990-07-05", "05.07.90", "05/07/1990", "вчера"])
def test_it_refuses_what_is_no_date(written):
    with pytest.raises(WrongDocument, match=r"дд\.мм\.гггг"):
        documents.birth_date(written, today=TODAY)


@pytest.mark.parametrize("written", ["18.07.2017", "31.12.1899"])
def test_nobody_is_born_tomorrow_or_too_long_ago(written):
    with pytest.raises(WrongDocument, match="1900"):
        documents.birth_date(written, today=TODAY)


@pytest.mark.parametrize(("written", "right"), [("30.09.1997", False), ("01.10.1997", True), ("18.07.2017", False)])
def test_a_passport_is_given_since_october_1997_and_not_tomorrow(written, right):
    assert passes(lambda text: documents.issue_date(text, today=TODAY), written) is right


@pytest.mark.parametrize(
    ("text", "shown", "seen"),
    [
        ("500100732259", 4, "********2259"),
        ("112-233-445 95", 4, "***-***-*45 95"),
        ("4511", 0, "****"),
        ("12", 4, "12"),
        ("", 4, ""),
    ],
)
def test_a_mask_leaves_the_last_signs(text, shown, seen):
    assert documents.masked(text, shown=shown) == seen


@given(st.text("0123456789- ", max_size=20), st.integers(0, 6))
def test_a_mask_never_shows_more_than_it_is_told(text, shown):
    seen = documents.masked(text, shown=shown)

    assert len(seen) == len(text)
    assert sum(sign.isdigit() for sign in seen) == min(shown, sum(sign.isdigit() for sign in text))
