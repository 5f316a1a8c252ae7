"""The short way of the «smart» format: it reads what it knows as the long way does, and leaves the rest to it."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import NotMoney, parse_roubles
from billing.register_contents import Line
from billing.register_formats.smart import UsualRows
from billing.register_text import Malformed, lines_of, plain_sum
from tests.billing.generated import examples
from tests.billing.registers import read_smart, register_text, row, rows_of

KNOWN = "1234567890;Отопление;Гкал;1,5;44,04;5,00;;5,00"
cells = st.one_of(
    st.sampled_from(["", "5,00", "5.00", "-5,00", "6,00", "1,00", "5", " 5,00", "1 000,00", "٣,00", "5,0a", "1e2"]),
    st.from_regex(r"[0-9]{1,12}[.,][0-9]{1,3}", fullmatch=True),
)


def usual() -> UsualRows:
    rows = UsualRows()
    rows.learn(KNOWN.split(";"), Line("Отопление", "Гкал", "1.5", "44.04", 500, None, 500))
    return rows


def the_long_way(text: str) -> Line | None:
    """What the format makes of the row when it stands alone."""
    try:
        (bill,) = read_smart(register_text(text, total=f"1;1;{text.rpartition(';')[2]}").encode()).bills
    except Malformed:
        return None
    return bill.lines[0]


@examples(300)
@given(cells, cells, cells, st.sampled_from(["", "1,5", "44,04", "7"]))
def test_what_it_reads_the_long_way_reads_alike(accrued, recalculated, amount, volume):
    text = f"1234567890;Отопление;Гкал;{volume};44,04;{accrued};{recalculated};{amount}"

    charge = usual().charge(text.split(";"))

    assert charge is None or charge == the_long_way(text)


def test_it_does_read_the_usual():
    assert usual().charge(KNOWN.split(";")) == the_long_way(KNOWN)
    assert usual().charge(KNOWN.replace("5,00;;5,00", "9,00;1,00;10,00").split(";")).recalculated == 100


@pytest.mark.parametrize(
    "text",
    [
        KNOWN.replace("Отопление", "Вода"),
        KNOWN.replace("Гкал", "м³"),
        KNOWN.replace("1,5", "2,5"),
        KNOWN.replace("1234567890", " 1234567890"),
        KNOWN.replace("1234567890", "１２３"),
        KNOWN.replace("5,00;;5,00", "5,00;1,00;5,00"),
        KNOWN.replace("5,00;;5,00", "5,00;;5"),
        KNOWN + ";",
        "#TOTAL;1;1;5,00",
    ],
)
def test_what_it_does_not_know_goes_the_long_way(text):
    assert usual().charge(text.split(";")) is None


def test_it_forgets_rather_than_grows():
    rows = usual()
    for number in range(50_000):
        rows.learn(
            ["1", f"Услуга {number}", "", "", "", "5,00", "", "5,00"],
            Line(f"Услуга {number}", "", "", "", 500, None, 500),
        )

    assert len(rows.services) <= 20_001


@examples(300)
@given(st.text(alphabet="0123456789.,- _e٣", max_size=14))
def test_a_plain_sum_is_what_the_strict_reader_says(text):
    found = plain_sum(text)

    if found is not None:
        assert found == parse_roubles(text, signed=True)


def test_usual_sums_are_plain():
    assert [plain_sum(text) for text in ("0,00", "66,06", "12970.24", "-4,00")] == [0, 6606, 1297024, -400]
    for text in ("", ",00", "5", "5,0", "--5,00", "-", "1 000,00", "NaN", "10000000,00", "٣٣,00", "5,00,00"):
        assert plain_sum(text) is None
    with pytest.raises(NotMoney):
        parse_roubles(",00")


def test_a_file_is_left_open_and_may_be_read_again():
    file = io.BytesIO(register_text(row("1234567890", 5)).encode("cp1251"))

    first, second = list(lines_of(file, "cp1251")), list(lines_of(file, "cp1251"))

    assert first == second
    assert not file.closed
    assert rows_of(read_smart(file.getvalue())) == 1
