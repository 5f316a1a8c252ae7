"""Format «smart» of bill registers: what is read, and the line and column of what is refused."""

import io
from datetime import date

import pytest

from billing.register_contents import AccountBill, Line, Sender
from billing.register_formats import smart
from billing.register_text import Malformed
from tests.billing.registers import HEADER, SAMPLE, TODAY, read_smart, register_text, row, rows_of, total_of, whole


def read(text: str | bytes, **options):
    data = text.encode() if isinstance(text, str) else text
    return read_smart(data, **options)


def mistakes(text: str | bytes, **options) -> list[str]:
    with pytest.raises(Malformed) as refusal:
        read(text, **options)
    return [str(mistake) for mistake in refusal.value.mistakes]


def places(text: str | bytes) -> list[tuple[int, int]]:
    with pytest.raises(Malformed) as refusal:
        read(text)
    return [(mistake.line, mistake.column) for mistake in refusal.value.mistakes]


def test_it_reads_the_sample_of_the_description():
    register = read(SAMPLE)

    assert (register.provider, register.period, register.issued_date) == (
        "smart-zhku",
        date(2017, 6, 1),
        date(2017, 7, 5),
    )
    heating = Line("Отопление", "", "", "", 372042, None, 372042)
    water = Line("Горячее водоснабжение на ИП", "", "", "", 6606, None, 6606)
    assert register.bills == [AccountBill("1234567890", 6, [heating, water])]
    assert (rows_of(register), total_of(register)) == (2, 378648)


@pytest.mark.parametrize(
    "data",
    [
        SAMPLE.encode(),
        b"\xef\xbb\xbf" + SAMPLE.encode(),
        SAMPLE.encode("cp1251"),
        SAMPLE.replace("\n", "\r\n").encode(),
        SAMPLE.replace("\n", "\r\n").encode("cp1251"),
        SAMPLE.rstrip("\n").encode(),
        (SAMPLE + "\n\r\n").encode(),
        SAMPLE.replace(",", ".").encode(),
        SAMPLE.replace("3720,42", "3 720,42").replace("3786,48", "3\u00a0786,48").encode(),
        SAMPLE.replace("Отопление", '"Отопление"').encode(),
        SAMPLE.replace("ё", "е").encode(),
        SAMPLE.replace("#PERIOD;06.2017", "#PERIOD;06.2017;;;;;;").encode(),
        SAMPLE.replace(";Отопление;", "; Отопление ;").encode(),
        SAMPLE.encode("koi8-r"),
        SAMPLE.encode("cp866"),
        SAMPLE.replace("\n", "\r\n", 3).encode(),
        SAMPLE.replace("\n", "\r\r\n").encode(),
        SAMPLE.replace(";66,06\n", ";66,06;;;\n").encode(),
        SAMPLE.replace("\n1234567890;Гор", "\n\n \n1234567890;Гор").encode(),
        SAMPLE.replace("1234567890;Гор", "1234 567 890;Гор").encode(),
    ],
    ids=[
        "utf-8",
        "bom",
        "1251",
        "crlf",
        "1251-crlf",
        "no-end",
        "blank-end",
        "dot",
        "spaces",
        "quotes",
        "е",
        "padded",
        "outer",
        "koi8-r",
        "cp866",
        "mixed-ends",
        "cr-cr-lf",
        "separators-at-end",
        "blank-lines",
        "spaces-in-number",
    ],
)
def test_it_reads_the_same_in_all_its_clothes(data):
    assert read(data) == read(SAMPLE)


def test_it_reads_volume_and_tariff_as_decimals_with_a_point():
    text = register_text("1234567890;Вода;м³;1 234,5678;40,48;66,06;-6,06;60,00", total="1;1;60,00")

    line = read(text).bills[0].lines[0]

    assert (line.unit, line.volume, line.tariff) == ("м³", "1234.5678", "40.48")
    assert (line.accrued, line.recalculated, line.amount) == (6606, -606, 6000)


def test_it_reads_separators_and_quotes_inside_quotes():
    text = register_text('1234567890;"Вода; горячая ""ИП""";;;;5;;5')

    assert read(text).bills[0].lines[0].service == 'Вода; горячая "ИП"'


def test_it_keeps_the_order_of_accounts_and_charges():
    rows = [row("2000000000", 1, "Б"), row("2000000000", 2, "А"), row("1000000000", 3, "В")]

    bills = read(register_text(*rows)).bills

    assert [(bill.number, [line.service for line in bill.lines]) for bill in bills] == [
        ("2000000000", ["Б", "А"]),
        ("1000000000", ["В"]),
    ]


def test_it_takes_a_bill_below_zero():
    assert total_of(read(register_text(row("1234567890", -12)))) == -1200


@pytest.mark.parametrize(
    "old, new, place, words",
    [
        ("#REGISTER;bills;1", "#REGISTER;payments;1", (1, 1), "#REGISTER;bills;1"),
        ("#REGISTER;bills;1", "#REGISTER;bills;2", (1, 1), "#REGISTER;bills;1"),
        ("smart-zhku", "strangers", (2, 2), "«Поставщик»): поставщик «strangers» неизвестен"),
        ("#PROVIDER", "#PROVIDERS", (2, 1), "ожидалась строка #PROVIDER"),
        ("smart-zhku", "smart-zhku;x", (2, 2), "одно значение"),
        ("#PERIOD;06.2017", "#PERIOD;13.2017", (3, 2), "не месяц"),
        ("#PERIOD;06.2017", "#PERIOD;6.2017", (3, 2), "не месяц"),
        ("#PERIOD;06.2017", "#PERIOD;06.1917", (3, 2), "не месяц"),
        ("05.07.2017", "31.06.2017", (4, 2), "не дата"),
        ("05.07.2017", "2017-07-05", (4, 2), "не дата"),
        ("05.07.2017", "٠5.07.2017", (4, 2), "не дата"),
        ("05.07.2017", "22.11.2026", (4, 2), "ещё не наступила"),
        ("#PERIOD;06.2017", "#PERIOD;09.2017", (4, 2), "период позже"),
        ("#PERIOD;06.2017", "#PERIOD;06.2007", (4, 2), "больше трёх лет"),
        (";Услуга;", ";Служба;", (5, 2), "ожидался заголовок «Услуга»"),
        (";К оплате", ";К оплате;Пени", (5, 9), "лишний столбец"),
        (";Перерасчёт;К оплате", ";К оплате;Перерасчёт", (5, 7), "ожидался заголовок «Перерасчёт»"),
        ("1234567890;Отопление", "123456789;Отопление", (6, 1), "«Лицевой счёт»): номер «123456789» не похож"),
        ("1234567890;Отопление", ";Отопление", (6, 1), "не похож"),
        ("1234567890;Отопление", "١٢٣٤٥٦٧٨٩٠;Отопление", (6, 1), "не похож"),
        (";Отопление;", ";;", (6, 2), "«Услуга»): услуга не названа"),
        (";Отопление;", ";" + "О" * 201 + ";", (6, 2), "длиннее 200"),
        (";Отопление;;", ";Отопление;" + "м" * 31 + ";", (6, 3), "«Ед. изм.»): длиннее 30"),
        (";Отопление;;;", ";Отопление;;много;", (6, 4), "«Объём»): «много» – не число"),
        (";Отопление;;;;", ";Отопление;;;1E5;", (6, 5), "«Тариф»): «1E5» – не число"),
        (";3720,42;;", ";3720,423;;", (6, 6), "«Начислено»): «3720,423» – не сумма"),
        (";3720,42;;", ";3720,42;NaN;", (6, 7), "«Перерасчёт»): «NaN» – не сумма"),
        (";;3720,42\n", ";;\n", (6, 8), "«К оплате»): «» – не сумма"),
        (";;3720,42\n", ";;1_000\n", (6, 8), "не сумма"),
        (";;3720,42\n", ";;3,720.42\n", (6, 8), "не сумма"),
        (";;3720,42\n", ";;1000000000,01\n", (6, 8), "слишком большая сумма"),
        (";3720,42;;", ";3720,42;1,00;", (6, 8), "дают 3\u00a0721,42"),
        (";3720,42;;3720,42", ";3720,42;3720,42", (6, 8), "полей 7, а должно быть 8"),
        (";;3720,42", ";;3720,42;", (6, 9), "полей 9, а должно быть 8"),
        (";Отопление;", ';"Отопление;', (6, 2), "кавычки не закрыты"),
        (";Отопление;", ';От"опление;', (6, 2), "кавычки не закрыты или стоят внутри"),
        (";Отопление;", ';"Отопление"!;', (6, 2), "после закрывающей кавычки"),
        (";Отопление;", ";Отоп\x00ление;", (6, 2), "U+0000"),
        (";Отопление;", ";Отоп\tление;", (6, 2), "U+0009"),
        (";Отопление;", ";Отоп\rление;", (6, 2), "U+000D"),
        (";Отопление;", ";Отоп\u202eление;", (6, 2), "U+202E"),
        (";Отопление;", ";Отоп\ufeffление;", (6, 2), "U+FEFF"),
        ("1234567890;Горячее", "\n1234567890;;Горячее", (8, 9), "полей 9"),
        ("1234567890;Горячее", "#NOTE;Горячее", (7, 1), "не похож"),
        ("#TOTAL;1;2;", "#TOTAL;2;2;", (8, 2), "«Счетов»): счетов в файле 1"),
        ("#TOTAL;1;2;", "#TOTAL;1;3;", (8, 3), "«Строк»): строк в файле 2"),
        ("3786,48", "3786,47", (8, 4), "«Сумма»): сумма строк 3\u00a0786,48"),
        ("#TOTAL;1;2;", "#TOTAL;один;2;", (8, 2), "не целое число"),
        ("#TOTAL;1;2;3786,48", "#TOTAL;1;2", (8, 4), "должны стоять"),
        ("#TOTAL;1;2;3786,48\n", "", (8, 1), "нет завершающей строки"),
        ("3786,48\n", "3786,48\n#TOTAL;1;2;3786,48\n", (9, 1), "ничего не должно быть"),
    ],
)
def test_it_says_where_and_what(old, new, place, words):
    assert old in SAMPLE
    text = SAMPLE.replace(old, new, 1)

    found = mistakes(text)

    assert found[0].startswith(f"строка {place[0]}, столбец {place[1]}")
    assert words in found[0]


def test_it_refuses_a_register_without_a_bill():
    assert "нет ни одного счёта" in mistakes(register_text(total="0;0;0"))[0]


@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf", b"\x00\x01", b"PK\x03\x04", "Привет".encode("utf-16")])
def test_it_refuses_what_is_no_register(data):
    assert places(data)[0] == (1, 1)


def test_it_names_the_place_of_a_byte_that_is_not_utf_8():
    data = SAMPLE.encode().replace("Горячее".encode(), b"\xff\xfe")

    assert mistakes(data) == ["строка 7, столбец 2 («Услуга»): байт FF не читается как UTF-8"]


def test_it_names_the_place_of_a_byte_that_is_not_windows_1251():
    data = SAMPLE.encode("cp1251").replace("Горячее".encode("cp1251"), b"\x98")

    assert mistakes(data) == ["строка 7, столбец 2 («Услуга»): байт 98 не читается как Windows-1251"]


def test_it_tells_all_mistakes_of_a_file_up_to_a_number():
    rows = [f"{number};;;;;x;;y" for number in range(30)]
    text = register_text(*rows, total="30;30;0")

    assert len(mistakes(text)) == 20
    assert len(mistakes(text, most=5)) == 5
    assert places(text)[:4] == [(6, 2), (6, 6), (6, 8), (6, 1)]


def test_it_does_not_call_totals_wrong_when_a_row_is():
    text = SAMPLE.replace(";66,06;;66,06", ";66,06;;66.0б")

    assert mistakes(text) == ["строка 7, столбец 8 («К оплате»): «66.0б» – не сумма в рублях"]


def test_it_refuses_more_charges_than_a_bill_can_have():
    text = register_text(*[row("1234567890", 1)] * 1001)

    assert "больше 1000 строк" in mistakes(text)[0]


def test_a_long_number_is_refused_even_if_the_pattern_takes_it():
    text = register_text(row("1" * 41, 1))

    with pytest.raises(Malformed) as refusal:
        whole(
            smart.read(io.BytesIO(text.encode()), file_name="", senders=[Sender("smart-zhku", "[0-9]+")], today=TODAY)
        )

    assert "не похож" in str(refusal.value)


def test_it_takes_a_register_made_where_tomorrow_has_begun():
    assert read(SAMPLE.replace("05.07.2017", "21.11.2026").replace("06.2017", "10.2026"))


def test_the_header_is_the_one_of_the_description():
    assert ";".join(smart.COLUMNS) == HEADER
