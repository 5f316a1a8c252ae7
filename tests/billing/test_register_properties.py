"""Generated registers: every right one is read as it was written; no broken one crashes or is half read."""

from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from billing.money import Kopecks, plain_roubles
from billing.register_contents import AccountBill, Line, Register
from billing.register_reading import FIRST_MISTAKES
from billing.register_text import Malformed, Mistake
from tests.billing.generated import FACTOR, examples
from tests.billing.registers import HEADER, SAMPLE, read_smart, register_text, row, rows_of, total_of

BROKEN = 10_000 * FACTOR
many = examples(100)

kopecks = st.integers(min_value=-100_000_000, max_value=100_000_000).map(Kopecks)
decimals = st.one_of(st.just(""), st.decimals(0, 10_000, places=3).map(str))
words = st.text(
    alphabet=st.one_of(st.sampled_from('абвёЯ ;"№-.,#'), st.characters(codec="cp1251", exclude_categories=["C", "Z"])),
    min_size=1,
    max_size=30,
).map(lambda text: text.strip(" ") or "Отопление")


@st.composite
def lines(draw) -> Line:
    accrued, recalculated = draw(st.none() | kopecks), draw(st.none() | kopecks)
    both = accrued is not None and recalculated is not None
    amount = Kopecks(accrued + recalculated) if both else draw(kopecks)
    return Line(
        draw(words),
        draw(st.sampled_from(["", "м³", "Гкал"])),
        draw(decimals),
        draw(decimals),
        accrued,
        recalculated,
        amount,
    )


@st.composite
def registers(draw) -> Register:
    numbers = draw(st.lists(st.from_regex(r"[0-9]{10}", fullmatch=True), min_size=1, max_size=4, unique=True))
    bills, line = [], 6
    for number in numbers:
        bill = AccountBill(number, line, draw(st.lists(lines(), min_size=1, max_size=4)))
        line += len(bill.lines)
        bills.append(bill)
    return Register("smart-zhku", date(2017, 6, 1), date(2017, 7, 5), bills)


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if '"' in text or ";" in text else text


def money(sum_: Kopecks | None, separator: str, space: str) -> str:
    return "" if sum_ is None else plain_roubles(sum_).replace(",", separator).replace("\u00a0", space)


def written(register: Register, separator: str = ",", space: str = "", end: str = "\n") -> str:
    rows = [
        ";".join(
            [
                bill.number,
                quoted(line.service),
                line.unit,
                line.volume.replace(".", separator),
                line.tariff.replace(".", separator),
                money(line.accrued, separator, space),
                money(line.recalculated, separator, space),
                money(line.amount, separator, space),
            ]
        )
        for bill in register.bills
        for line in bill.lines
    ]
    total = f"#TOTAL;{len(register.bills)};{rows_of(register)};{money(total_of(register), separator, space)}"
    head = ["#REGISTER;bills;1", "#PROVIDER;smart-zhku", "#PERIOD;06.2017", "#ISSUED;05.07.2017", HEADER]
    return end.join([*head, *rows, total, ""])


def read(data: bytes) -> Register:
    return read_smart(data)


def read_or_refuse(data: bytes) -> tuple[Register | None, list[Mistake]]:
    try:
        return read(data), []
    except Malformed as refusal:
        return None, refusal.mistakes


@many
@given(
    registers(),
    st.sampled_from(",."),
    st.sampled_from(["", " ", "\u00a0"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1251", "koi8-r", "cp866"]),
)
def test_a_right_register_is_read_as_it_was_written(register, separator, space, end, encoding):
    data = written(register, separator, space, end).encode(encoding, errors="replace")
    if not encoding.startswith("utf"):
        register = read(written(register).encode(encoding, errors="replace").decode(encoding).encode())

    assert read(data) == register


JUNK = (b"\x00", b";", b'"', b"\n", b"\r", b"\xff", b"1e999", b"NaN", b"_", b"-", "٣".encode(), b"\xef\xbb\xbf")


def broken(data: bytes, random: Random) -> bytes:
    """The file with one to four accidents: bytes lost, put in, overwritten or repeated, the end cut off."""
    for _ in range(random.randint(1, 4)):
        place, junk = random.randrange(len(data) + 1), random.choice(JUNK)
        rest = data[place:]
        after = random.choice([junk + rest, junk + rest[len(junk) :], rest[random.randint(1, 20) :], rest + rest, b""])
        data = data[:place] + after
    return data


def samples() -> list[bytes]:
    text = SAMPLE.replace("Отопление", '"Отопление; ""зима"""')
    text = text.replace(";;;;66,06;;66,06", ";куб.м;1,5;44,04;70,06;-4,00;66,06")
    two = register_text(row("1234567890", 5), row("2234567890", -5))
    return [text.encode(), text.replace("\n", "\r\n").encode("cp1251"), two.encode()]


def test_a_broken_one_is_refused_with_its_places_or_agrees_with_its_totals():
    random = Random(2017)
    right = samples()
    assert [rows_of(read(data)) for data in right] == [2, 2, 2]
    taken = []
    for number in range(BROKEN):
        data = broken(right[number % len(right)], random)
        register, mistakes = read_or_refuse(data)
        if register is None:
            assert 1 <= len(mistakes) <= FIRST_MISTAKES, data
            assert all(mistake.line >= 1 and mistake.column >= 1 and mistake.text for mistake in mistakes), data
        else:
            taken.append((data, register))

    assert len(taken) < BROKEN * 0.2
    for data, register in taken:
        assert register.bills, data
        assert all(bill.lines for bill in register.bills), data
        assert sum(line.amount for bill in register.bills for line in bill.lines) == total_of(register), data


@many
@given(registers(), st.data())
def test_one_changed_digit_of_a_sum_is_never_taken(register, data):
    text = written(register)
    body = text[: text.rindex("#TOTAL")].rstrip("\n")
    digits = [place for place in range(body.rindex(";"), len(body)) if body[place].isdigit()]
    place = data.draw(st.sampled_from(digits))
    changed = str((int(text[place]) + data.draw(st.integers(1, 9))) % 10)
    broken_text = text[:place] + changed + text[place + 1 :]

    assert read_or_refuse(broken_text.encode())[1]
