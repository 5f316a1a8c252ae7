"""The bank's register of operations: read back as it was written, or refused with the place that is wrong."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.register_text import Malformed, Mistake
from payments import bank_register_format
from payments.bank_register_format import COLUMNS, MINUS, Kind, read
from tests.billing.generated import examples
from tests.payments.bank_register import Line, written

AT = datetime(2026, 11, 20, 9, 0, 7, tzinfo=UTC)
LINE = Line("0b5f5d0e-6f6e-4d0f-9a4e-3f3f6f1c2a11", 1_297_024, AT, fee=14_267)
MOMENTS = st.integers(0, 10**8).map(lambda seconds: AT + timedelta(seconds=seconds))
LINES = st.builds(
    Line,
    order_id=st.uuids().map(str),
    amount=st.integers(0, 10**11),
    at=MOMENTS,
    kind=st.sampled_from(list(map(str, Kind))),
    bank_id=st.integers(1, 10**19).map(str),
    fee=st.integers(0, 10**6),
    transfer=st.integers(0, 10**11),
)


def refusal(data: bytes) -> tuple[int, int]:
    with pytest.raises(Malformed) as refused:
        read(data)
    return refused.value.mistakes[0].line, refused.value.mistakes[0].column


def mistakes_in(data: bytes) -> list[Mistake]:
    try:
        read(data)
    except Malformed as refused:
        return refused.mistakes
    return []


def with_cell(name: str, value: str, *, fiscal: str | None = None) -> bytes:
    cells = LINE.cells(1)
    cells[COLUMNS.index(name)] = value
    if fiscal is not None:
        cells.insert(bank_register_format.FISCAL_FEE, fiscal)
    return (written([LINE]).decode("cp1251") + ";".join(cells) + "\r\n").encode("cp1251")


def test_a_line_is_read():
    (operation,) = read(written([LINE]))

    assert (operation.order_id, operation.amount, operation.fee) == (LINE.order_id, 1_297_024, 14_267)
    assert (operation.kind, operation.at, operation.bank_id) == (Kind.DEBIT, AT, "1000")
    assert (operation.processed_date, operation.transfer_date) == (date(2026, 11, 20), date(2026, 11, 21))
    assert operation.signed_amount == 1_297_024


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_has_its_sign(kind):
    (operation,) = read(written([Line(LINE.order_id, 100, AT, kind=str(kind))]))

    assert operation.signed_amount == {True: -100, False: 100}[kind in MINUS] * (kind is not Kind.AUTH_FAIL)


@given(st.lists(LINES, min_size=1, max_size=20))
@examples(50)
def test_what_is_written_is_read_back_equal(lines):
    found = read(written(lines))

    assert [(one.order_id, one.amount, one.fee, one.transfer, one.at, str(one.kind), one.bank_id) for one in found] == [
        (one.order_id, one.amount, one.fee, one.transfer, one.at, one.kind, one.bank_id) for one in lines
    ]


def test_a_fiscal_fee_is_added_to_the_banks():
    operations = read(with_cell("Номер строки", "2", fiscal="1.50"))

    assert operations[1].fee == LINE.fee + 150


@pytest.mark.parametrize(
    "name, value",
    [
        *(("Номер строки", "один"), ("Дата", "31.02.2026"), ("Дата", "2026-11-20"), ("Время", "25:00:00")),
        *(("Пояс", "UTC"), ("Сумма", "1e5"), ("Сумма", ""), ("Комиссия банка", "NaN"), ("К перечислению", "1 00")),
        *(("Тип операции", "Gift"), ("Дата обработки", "вчера"), ("RRN", "9" * 300)),
    ],
)
def test_a_wrong_cell_is_refused_with_its_place(name, value):
    assert refusal(with_cell(name, value)) == (2, COLUMNS.index(name) + 1)


def test_after_a_fiscal_fee_columns_are_counted_as_they_stand_in_the_file():
    assert refusal(with_cell("Тип операции", "Gift", fiscal="0.00")) == (2, COLUMNS.index("Тип операции") + 2)
    assert refusal(with_cell("Дата", "вчера", fiscal="0.00")) == (2, COLUMNS.index("Дата") + 1)
    assert refusal(with_cell("RRN", "1", fiscal="много")) == (2, bank_register_format.FISCAL_FEE + 1)


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n", b"   "])
def test_an_empty_file_is_refused(data):
    assert refusal(data) == (1, 1)


def test_a_line_too_short_is_refused():
    assert refusal(written([LINE]) + b"1;2;3\r\n") == (2, 3)


def test_a_byte_that_is_no_letter_is_refused():
    assert refusal(written([LINE]) + b"\x98;\r\n") == (2, 1)


@given(st.binary(max_size=300))
@examples(1000)
def test_any_bytes_are_refused_with_a_place_or_read(noise):
    assert all(mistake.line >= 1 and mistake.column >= 1 and mistake.text for mistake in mistakes_in(noise))


@given(st.data())
@examples(1000)
def test_a_damaged_file_is_refused_with_a_place_or_still_has_all_its_lines(data):
    lines = [Line(LINE.order_id, 100 + number, AT + timedelta(minutes=number)) for number in range(3)]
    content = bytearray(written(lines))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    mistakes = mistakes_in(bytes(content))

    assert all(1 <= mistake.line <= 7 and mistake.column >= 1 for mistake in mistakes)
    assert mistakes or read(bytes(content))
