"""Payment register, format «smart»: to the byte, and read back as it was meant."""

import csv
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import parse_roubles
from payments.register_format import COLUMNS, FORMULA, Row, write
from tests.billing.generated import examples

AT = datetime(2017, 7, 17, 14, 24, 53, tzinfo=UTC)
HEADER = (
    "#REGISTER;payments;1\r\n#PROVIDER;smart-zhku\r\n#DATE;17.07.2017\r\n#NUMBER;3\r\n"
    "Номер транзакции;Дата и время;Лицевой счёт;Период;Сумма перевода;Комиссия;Принято;Вид\r\n"
)
PHONES = st.from_regex(r"\+7[0-9]{10}", fullmatch=True, alphabet=st.characters(codec="ascii"))
sums = st.integers(-(10**13), 10**13)
rows = st.builds(
    Row,
    number=st.integers(1, 10**12),
    at=st.integers(0, 10**9).map(lambda seconds: AT + timedelta(seconds=seconds)),
    account=PHONES | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40),
    period=st.none() | st.dates(date(2000, 1, 1), date(2099, 1, 1)),
    amount=sums,
    fee=sums,
    kind=st.sampled_from(["платёж", "возврат"]),
)


def payment(**changes) -> Row:
    usual = {"number": 44742441, "at": AT, "account": "1234567890", "period": date(2017, 6, 1)}
    return Row(**{**usual, "amount": 1297024, "fee": 1000, "kind": "платёж", **changes})


def written(*rows: Row, number: int | None = 3) -> str:
    return write(provider="smart-zhku", date=date(2017, 7, 17), number=number, rows=rows)


def test_it_is_written_to_the_byte():
    refund = payment(amount=-297024, fee=0, kind="возврат")

    assert written(payment(), refund) == HEADER + (
        "44742441;17.07.2017 17:24:53;1234567890;06.2017;12970,24;10,00;12980,24;платёж\r\n"
        "44742441;17.07.2017 17:24:53;1234567890;06.2017;-2970,24;0,00;-2970,24;возврат\r\n"
        "#TOTAL;2;10000,00;10,00;10010,00\r\n"
    )


def test_a_day_without_operations_is_a_register_too():
    assert written() == HEADER + "#TOTAL;0;0,00;0,00;0,00\r\n"


def test_a_preview_has_no_number():
    assert "#NUMBER;\r\n" in written(number=None)


def test_a_payment_without_a_bill_has_no_period():
    assert ";1234567890;;12970,24;" in written(payment(period=None))


def test_a_few_kopecks_given_back_keep_their_minus():
    assert ";-0,05;0,00;-0,05;" in written(payment(amount=-5, fee=0))


def test_an_account_that_looks_like_a_formula_is_only_text():
    for sign in FORMULA:
        assert f";'{sign}1+1;" in written(payment(account=f"{sign}1+1")) or f';"\'{sign}1+1";' in written(
            payment(account=f"{sign}1+1")
        )


def test_a_mobile_number_reaches_its_operator_as_it_was_paid():
    assert ";+79161234567;" in written(payment(account="+79161234567"))


@pytest.mark.parametrize(
    "account", ["+7916123456", "+791612345678", "+7916123456٧", "+79161234567\n", "+79161234567+1", "-79161234567"]
)
def test_what_only_resembles_a_phone_is_still_kept_from_calculating(account):
    assert f"'{account}" in written(payment(account=account))


def test_signs_of_the_format_itself_are_quoted():
    assert ';"1;""2""";06.2017;' in written(payment(account='1;"2"'))


@examples(50)
@given(st.lists(rows, max_size=20))
def test_what_is_written_is_read_back_equal(meant):
    lines = list(csv.reader(written(*meant).removesuffix("\r\n").split("\r\n"), delimiter=";"))

    assert lines[4] == list(COLUMNS)
    assert [read_back(line) for line in lines[5:-1]] == [
        (row.number, expected(row.account), row.amount, row.fee, row.amount + row.fee, row.kind) for row in meant
    ]
    totals = [sum(row.amount for row in meant), sum(row.fee for row in meant)]
    assert lines[-1][:2] == ["#TOTAL", str(len(meant))]
    assert [parse_roubles(cell, signed=True) for cell in lines[-1][2:]] == [*totals, sum(totals)]


def read_back(line: list[str]) -> tuple[object, ...]:
    number, _, account, _, *sums, kind = line
    return int(number), account, *(parse_roubles(cell, signed=True) for cell in sums), kind


def expected(account: str) -> str:
    """The account to the letter, with one apostrophe before what a spreadsheet would calculate."""
    is_phone = account.isascii() and account.startswith("+7") and account[2:].isdecimal() and len(account) == 12
    return f"'{account}" if account[0] in FORMULA and not is_phone else account
