"""Numbers of accounts: what people type, what is kept, and the slips that a check digit tells."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import account_numbers
from billing.account_numbers import AccountKind, WrongNumber, uin_check_digit
from billing.models import Provider

DIGITS = "[0-9]{10}"
UIN = "[0-9A-ZА-Я]{20}|[0-9A-ZА-Я]{25}"
MOBILE = r"\+79[0-9]{9}"


def read(text: str, kind: AccountKind = AccountKind.PLAIN, pattern: str = DIGITS) -> str:
    return account_numbers.read(text, kind=kind, pattern=pattern)


def refusal(text: str, kind: AccountKind = AccountKind.PLAIN, pattern: str = DIGITS) -> str:
    with pytest.raises(WrongNumber) as refused:
        read(text, kind, pattern)
    return str(refused.value)


@pytest.mark.parametrize("text", ["1234567890", " 1234567890 ", "1234 567 890", "1234\u00a0567890"])
def test_spaces_do_not_count(text):
    assert read(text) == "1234567890"


@pytest.mark.parametrize("text", ["", "123", "12345678901", "12345б7890", "١٢٣٤٥٦٧٨٩٠", "1" * 60])
def test_another_look_is_refused(text):
    assert refusal(text) == "Номер состоит из 10 цифр"


def test_of_a_pattern_that_is_not_digits_alone_only_the_example_tells():
    assert refusal("1234567", pattern="[0-9]{5}-[0-9]{2}") == "Номер выглядит иначе"


def test_a_pattern_may_ask_for_dashes():
    assert read("12345-67", pattern="[0-9]{5}-[0-9]{2}") == "12345-67"


@pytest.mark.parametrize("text", ["+7 916 123-45-67", "8 (916) 123 45 67", "9161234567", "89161234567", "79161234567"])
def test_a_phone_is_kept_one_way(text):
    assert read(text, AccountKind.MOBILE, MOBILE) == "+79161234567"


@pytest.mark.parametrize("text", ["", "916123456", "4951234567", "+1 202 555 0100", "звоните"])
def test_what_is_no_mobile_phone_is_told(text):
    assert "10 цифр после +7" in refusal(text, AccountKind.MOBILE, MOBILE)


@pytest.mark.parametrize(
    "uin",
    ["18810142200817004923", "18209965144380684245", "18800000000000122936", "1881 0142 2008 1700 4923"],
)
def test_a_true_uin_passes(uin):
    assert read(uin, AccountKind.UIN, UIN) == uin.replace(" ", "")


def test_a_uin_with_a_slip_is_told():
    assert "ошибка" in refusal("18810177240010001111", AccountKind.UIN, UIN)


def test_a_uin_with_letters_has_no_arithmetic_to_check():
    assert read("188мо6172788z3000000", AccountKind.UIN, UIN) == "188МО6172788Z3000000"


@pytest.mark.parametrize("length", [1, 19, 21, 24, 26])
def test_a_uin_of_another_length_is_told(length):
    assert "20 или 25 знаков" in refusal("1" * length, AccountKind.UIN, UIN)


@pytest.mark.parametrize("text", ["78 УХ 123456", "7712 345678", "99хх123456"])
def test_the_certificate_of_a_vehicle_is_known_and_never_not_found(text):
    said = refusal(text, AccountKind.UIN, UIN)

    assert "СТС" in said
    assert "Проверка штрафов пока недоступна. Укажите УИН и сумму из постановления" in said
    assert "не найден" not in said


@given(st.from_regex(re.compile("[0-9]{19}|[0-9]{24}", re.ASCII), fullmatch=True), st.data())
def test_most_slips_of_one_digit_are_noticed(body, data):
    uin = body + uin_check_digit(body)
    place = data.draw(st.integers(0, len(uin) - 2))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != uin[place]]))
    slip = uin[:place] + other + uin[place + 1 :]

    assert read(uin, AccountKind.UIN, UIN) == uin
    assert slip[-1] != uin_check_digit(slip[:-1]) or _is_beyond_the_rule(uin, place)


def _is_beyond_the_rule(uin: str, place: int) -> bool:
    """A rest of 10 takes other weights or 0, so that a few slips give the same digit."""
    weights = [number % 10 + 1 for number in range(len(uin) - 1)]
    rests = {
        sum(
            weight * int(digit)
            for weight, digit in zip(weights, uin[:place] + digit + uin[place + 1 : -1], strict=True)
        )
        % 11
        for digit in "0123456789"
    }
    return 10 in rests


def test_luhn_tells_a_slip():
    assert read("79927398713", AccountKind.LUHN, "[0-9]{11}") == "79927398713"
    assert "ошибка" in refusal("79927398710", AccountKind.LUHN, "[0-9]{11}")


def test_a_provider_reads_by_its_own_rules():
    provider = Provider(account_kind=AccountKind.UIN, account_pattern=UIN)

    assert provider.read_number("18810142200817004923") == "18810142200817004923"


@pytest.mark.parametrize("typed", ["20МВ875415", "20MB875415", "20мв875415", "20 MВ 875415"])
def test_letters_that_look_the_same_are_the_same_in_either_alphabet(typed):
    assert read(typed, pattern="[0-9]{2}[A-Z]{2}[0-9]{6}") == "20MB875415"


def test_a_pattern_in_cyrillic_takes_what_was_written_in_cyrillic():
    assert read("20МВ875415", pattern="[0-9]{2}[А-Я]{2}[0-9]{6}") == "20MB875415"


def test_digits_of_other_scripts_fit_nothing():
    assert "10 цифр" in refusal("１２３４５６７８９０")
