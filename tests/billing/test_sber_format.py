"""Format of Sber: what its name says, the columns of its contracts, and the line and column of what is refused."""

import io
from dataclasses import replace
from datetime import date
from random import Random

import pytest

from billing.register_contents import Line, Register, Sender
from billing.register_formats import sber
from billing.register_text import Malformed, Mistake
from tests.billing.generated import FACTOR
from tests.billing.registers import SENDERS, TODAY, total_of, whole

NAME = "7700001450_40702810938000000001_002_0617.txt"
ROWS = """\
1234567890;Иванов Иван Иванович;Москва, Центральная, 5, 1;0617;12970,24
2234567890;Петрова Анна;Москва, Центральная, 5, 2;0617;-10,00
"""


def read(text: str | bytes, name: str = NAME, encoding: str = "cp1251"):
    data = text.encode(encoding) if isinstance(text, str) else text
    return whole(sber.read(io.BytesIO(data), file_name=name, senders=SENDERS, today=TODAY))


def mistakes(text: str | bytes, **options) -> list[str]:
    with pytest.raises(Malformed) as refusal:
        read(text, **options)
    return [str(mistake) for mistake in refusal.value.mistakes]


def read_or_refuse(data: bytes) -> tuple[Register | None, list[Mistake]]:
    try:
        return read(data), []
    except Malformed as refusal:
        return None, refusal.mistakes


def test_name_and_rows_make_a_register():
    register = read(ROWS)

    assert (register.provider, register.period, register.issued_date, register.sequence) == (
        "smart-zhku",
        date(2017, 6, 1),
        TODAY,
        2,
    )
    assert [(bill.number, bill.line, bill.total) for bill in register.bills] == [
        ("1234567890", 1, 1297024),
        ("2234567890", 2, -1000),
    ]
    assert register.bills[0].lines == [Line("Начислено за месяц", "", "", "", None, None, 1297024)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "koi8-r", "cp866"])
@pytest.mark.parametrize("end", ["\n", "\r\n", ";\r\n", ";;;\n"])
def test_it_reads_the_same_in_all_its_clothes(encoding, end):
    assert read(ROWS.replace("\n", end), encoding=encoding) == read(ROWS)


@pytest.mark.parametrize(
    "row",
    [
        "1234567890;Иванов Иван;12 970,24",
        "1234567890;Иванов Иван;Москва;12970.24",
        "1234567890;;;12970.24",
        "1234567890;Иванов Иван;Москва;062017;12970,24",
        "1234567890;Иванов Иван;Москва;06.2017;12970,24",
        '1234567890;"Иванов; Иван";"Москва; 5";0617;"12970,24"',
    ],
)
def test_it_reads_the_columns_of_several_contracts(row):
    assert total_of(read(row)) == 1297024


def test_with_a_column_for_the_service_a_bill_has_many_charges():
    rows = [
        f"1234567890;Иванов;Москва;0617;{name};{sum_}" for name, sum_ in (("Отопление", "3720,42"), ("Вода", "66,06"))
    ]

    (bill,) = read("\n".join(rows)).bills

    assert [(line.service, line.amount) for line in bill.lines] == [("Отопление", 372042), ("Вода", 6606)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("june.txt", "ожидалось ИНН_СЧЁТ_НОМЕР_ММГГ.txt"),
        ("7700001450_40702810938000000001_002_1317.txt", "ожидалось"),
        ("7700001450_40702810938000000002_002_0617.txt", "неизвестен"),
        ("7700003458_40702810938000000001_002_0617.txt", "неизвестен"),
        ("7700001450_40702810938000000001_002_1299.txt", "месяц 12.2099 ещё не наступил"),
    ],
)
def test_a_name_that_says_nothing_or_names_nobody_is_refused(name, words):
    assert words in mistakes(ROWS, name=name)[0]
    assert sber.is_mine(b"", NAME)
    assert sber.is_mine(b"", NAME.upper())


def test_a_name_that_may_be_of_two_providers_is_refused():
    (first,) = SENDERS
    both = [first, replace(first, code="smart-kapremont")]

    with pytest.raises(Malformed) as refusal:
        sber.read(io.BytesIO(ROWS.encode()), file_name=NAME, senders=both, today=TODAY)

    assert "у нескольких поставщиков (smart-kapremont, smart-zhku)" in str(refusal.value.mistakes[0])


def test_providers_without_requisites_are_nobodys():
    with pytest.raises(Malformed):
        sber.read(io.BytesIO(ROWS.encode()), file_name=NAME, senders=[Sender("x", "[0-9]+")], today=TODAY)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("12970,24", "12970,2б", "строка 1, столбец 5 («Сумма»): «12970,2б» – не сумма"),
        ("12970,24", "1e9", "строка 1, столбец 5 («Сумма»)"),
        ("0617;-10", "0717;-10", "строка 2, столбец 4 («Период»): «0717» – не 0617"),
        ("2234567890", "22345", "строка 2, столбец 1 («Лицевой счёт»): номер «22345» не похож"),
        ("2234567890", "1234567890", "строка 2, столбец 1 («Лицевой счёт»): счёт 1234567890 стоит второй раз"),
        ("2234567890", "1234 567890", "строка 2, столбец 1 («Лицевой счёт»): счёт 1234 567890 стоит второй раз"),
        ("Анна;Москва, Центральная, 5, 2;", "Анна;", "строка 2, столбец 5 («Сумма»): полей 4, а в первой строке 5"),
        ("1234567890;Иванов", "1234567890;a;b;c;Иванов", "строка 1, столбец 9: полей 8, а бывает от 3 до 6"),
        (";Петрова", ';"Петрова', "строка 2, столбец 2"),
    ],
)
def test_it_says_where_and_what(old, new, place):
    assert old in ROWS

    assert mistakes(ROWS.replace(old, new, 1))[0].startswith(place)


def test_an_empty_file_is_refused():
    assert "ни одного счёта" in mistakes("\n \n")[0]


def test_a_broken_file_is_refused_with_its_places_or_read_whole():
    random, right, taken = Random(2017), ROWS.encode("koi8-r"), 0
    for _ in range(1_000 * FACTOR):
        place = random.randrange(len(right))
        junk = random.choice([b"\x00", b";", b'"', b"\n", b"\xff", b"1e9", b"NaN", b"-", b""])
        data = right[:place] + junk + right[place + random.randrange(4) :]
        register, places = read_or_refuse(data)
        if register is None:
            assert places
            assert all(mistake.line >= 1 and mistake.column >= 1 and mistake.text for mistake in places)
        else:
            taken += 1
            assert len({bill.number for bill in register.bills}) == len(register.bills) >= 1
            assert all(bill.lines for bill in register.bills)

    assert taken < 1_000 * FACTOR
