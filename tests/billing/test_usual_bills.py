"""Bills of a known shape: read as the long way reads them, or left to it."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import register_pieces, usual_bills
from billing.register_contents import AccountBill, RegisterBill, Sender
from billing.register_formats import smart
from billing.register_pieces import pieces_of
from billing.register_text import Malformed
from billing.usual_bills import UsualBill, UsualBills
from tests.billing.generated import examples
from tests.billing.registers import SENDERS, TODAY, read_smart, register_text

HEATING = ";Отопление;;;;3720,42;;3720,42"
WATER = ";Вода по тарифу 1;куб.м;1,5;44.04;70,06;-4,00;66,06"
KNOWN = (HEATING, WATER)
IDS = {("Отопление", ""): 7, ("Вода по тарифу 1", "куб.м"): 8}
cells = st.one_of(
    st.sampled_from(["", "5,00", "5.00", "-5,00", "0,00", "0,05", "5", " 5,00", "1 000,00", "٣,00", "5,0a", "1e2"]),
    st.from_regex(r"-?[0-9]{1,12}[.,][0-9]{1,3}", fullmatch=True),
)


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """A shape is known as soon as it was seen."""
    monkeypatch.setattr(usual_bills, "OFTEN", 1)


def rows(number: str, *lines: str) -> bytes:
    return "".join(f"{number}{line}\n" for line in lines or KNOWN).encode("cp1251")


def usual(*lines: str, sender: Sender = SENDERS[0]) -> UsualBills:
    bills = UsualBills(sender, "cp1251")
    bills.learn(rows("1234567890", *lines))
    return bills


def read(text: bytes) -> UsualBill | None:
    return usual().read(text, line=6)


def told(bill: RegisterBill) -> tuple[object, ...]:
    ids = {key: number for number, key in enumerate(sorted(bill.services))}
    return bill.number, bill.line, bill.rows, bill.total, json.loads(bill.charges(ids)), bill.services


def test_it_reads_the_figures_of_a_bill_like_one_before():
    text = rows("2234567890", ";Отопление;;;;0,05;;0,05", ";Вода по тарифу 1;куб.м;12,125;44.04;1000,00;-1,50;998,50")

    bill = read(text.replace(b"\n", b"\r\n"))

    assert bill.charges(IDS) == '[[7, 5, 5, null, "", ""], [8, 99850, 100000, -150, "12.125", "44.04"]]'
    assert (bill.number, bill.line, bill.total, bill.rows) == ("2234567890", 6, 99855, 2)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Отопление", "Отоплениe"),
        ("тарифу 1", "тарифу 2"),
        ("куб.м", "м2"),
        ("1,5", ""),
        ("66,06", "66,07"),
        ("66,06", "66"),
        ("3720,42;;3720,42", "3720,42;;3720,43"),
        ("3720,42;;3720,42", "99999999,00;;99999999,00"),
        ("-4,00", "--4,00"),
        ("66,06", "66,06;"),
        ("66,06", "66,06 "),
        ("1234567890", "123456789"),
        ("Отопление", '"Отопление"'),
    ],
)
def test_what_is_not_like_it_in_anything_goes_the_long_way(old, new):
    text = rows("1234567890")
    assert read(text)

    changed = text.replace(old.encode("cp1251", "replace"), new.encode("cp1251", "replace"))

    assert changed == text or read(changed) is None


def test_rows_of_two_accounts_are_no_bill():
    assert read(rows("1234567890", HEATING) + rows("2234567890", WATER)) is None


def test_a_number_that_is_kept_in_another_way_goes_the_long_way():
    mobile = Sender("bench", ".*", account_kind="MOBILE")

    assert usual(sender=mobile).read(rows("9161234567"), line=1) is None


@pytest.mark.parametrize("line", [HEATING + ";", ';"Отопление";;;;1,00;;1,00', "; Отопление;;;;1,00;;1,00"])
def test_a_bill_written_in_an_odd_way_teaches_nothing(line):
    assert not usual(line).shapes


def test_it_knows_a_shape_only_when_it_came_often_and_forgets_rather_than_grows(monkeypatch):
    monkeypatch.setattr(usual_bills, "OFTEN", 3)
    monkeypatch.setattr(usual_bills, "MOST_SHAPES", 1)
    monkeypatch.setattr(usual_bills, "MOST_COUNTED", 5)
    bills = UsualBills(SENDERS[0], "cp1251")
    for _ in range(2):
        bills.learn(rows("1234567890"))
    assert not bills.shapes

    bills.learn(rows("2234567890"))
    for letter in "абвгдежзий" * 5:
        bills.learn(rows("1234567890", f";{letter};;;;1,00;;1,00"))

    assert len(bills.shapes) == 1
    assert len(bills._counts) <= 6


def whole(data: bytes) -> list[tuple[object, ...]] | list[str]:
    """What a register says, or what is wrong with it."""
    try:
        register = smart.read(io.BytesIO(data), file_name="bills.csv", senders=SENDERS, today=TODAY)
        return [told(bill) for bill in register.bills]
    except Malformed as refusal:
        return [str(mistake) for mistake in refusal.mistakes]


def the_long_way(data: bytes) -> list[tuple[object, ...]] | list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(usual_bills, "OFTEN", 0)
        return whole(data)


def register(*lines: str) -> bytes:
    """A register of nine usual bills and these lines among them."""
    text = [f"{number}{line}" for number in range(1234567890, 1234567893) for line in KNOWN]
    other = [f"{number}{line}" for number in range(2234567890, 2234567893) for line in KNOWN]
    return register_text(*text, *lines, *other, total="7;14;26505,36").encode()


@examples(300)
@given(cells, cells, cells, cells, st.sampled_from(["1234567899", "1234567892", '"1234567892"', "2234567890 "]))
def test_a_register_is_read_and_refused_as_the_long_way_does_it(volume, accrued, recalculated, amount, number):
    line = f"{number};Вода по тарифу 1;куб.м;{volume};44.04;{accrued};{recalculated};{amount}"
    data = register(f"{number}{HEATING}", line)

    assert whole(data) == the_long_way(data)


def test_most_of_such_a_register_is_read_the_short_way():
    data = register(*(f"3234567890{line}" for line in KNOWN))

    bills = read_smart(data).bills

    assert [type(bill) for bill in bills] == [AccountBill, AccountBill, *[UsualBill] * 5]
    assert whole(data) == the_long_way(data)


def test_another_spelling_of_the_same_number_is_the_same_bill():
    """Its neighbours then go the long way, which puts the rows together."""
    data = register(f'"1234567892"{HEATING}', f'"1234567892"{WATER}').replace(b"#TOTAL;7", b"#TOTAL;6")

    bills = whole(data)

    assert [bill[2] for bill in bills] == [2, 2, 4, 2, 2, 2]


def test_pieces_are_cut_alike_wherever_a_block_ends(monkeypatch):
    data = register(f"3234567890{HEATING}", "", ";;;") + b"2234567890;x"
    expected = list(pieces_of(io.BytesIO(data)))
    assert b"".join(piece.lines for piece in expected) == data + b"\n"

    for block in range(1, len(data), 7):
        monkeypatch.setattr(register_pieces, "_BLOCK", block)
        assert list(pieces_of(io.BytesIO(data))) == expected


def test_an_account_that_stands_at_the_very_end_is_not_taken_for_whole():
    pieces = list(pieces_of(io.BytesIO(rows("1") + rows("2") + rows("2").removesuffix(b"\n"))))

    assert [(piece.lines.count(b"\n"), piece.is_whole_bill) for piece in pieces] == [(2, False), (4, False)]


def test_a_file_is_left_open_and_may_be_read_again():
    file = io.BytesIO(register(f"3234567890{HEATING}"))

    assert list(pieces_of(file)) == list(pieces_of(file))
    assert not file.closed
