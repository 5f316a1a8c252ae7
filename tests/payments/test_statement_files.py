"""A statement as PDF, CSV and XLSX: the same lines and totals, and no cell that calculates."""

import csv
import io
import re
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pypdf import PdfReader

from payments import check_codes, statement_files, statements
from payments.models import Statement
from payments.register_format import FORMULA
from tests.payments.operations import make_operation, moscow
from tests.people import NOW


@pytest.fixture
def statement(anna):
    make_operation(anna, at=moscow("2017-07-17 17:26:23"), amount=12_970_24, fee=129_70)
    make_operation(anna, at=moscow("2017-06-09 10:15:02"), amount=11_722_75)
    return statements.make(resident=anna, start=date(2017, 1, 1), end=date(2017, 12, 31), now=NOW)


def read_table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def sheet_of(content: bytes) -> tuple[str, str]:
    """The sheet and the shared texts of a workbook, as XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/sharedStrings.xml").decode()


def test_the_table_is_what_russian_excel_opens(statement):
    rows = read_table(statement_files.table(statement))

    assert rows[0] == [f"Справка № {statement.number} об операциях с 01.01.2017 по 31.12.2017"]
    assert check_codes.words(statement.check_code) in rows[1][0]
    assert rows[3] == list(statement_files.COLUMNS)
    assert rows[4][0] == "09.06.2017 10:15:02"
    assert rows[5][5:] == ["12970,24", "129,70", "13099,94", "выполнена", "0,00"]
    assert rows[6:] == [
        ["Переведено, руб.", "24692,99"],
        ["Комиссия, руб.", "129,70"],
        ["Всего принято, руб.", "24822,69"],
        ["Возвращено, руб.", "0,00"],
    ]


def test_the_workbook_has_sums_as_numbers_and_nothing_else(statement):
    sheet, texts = sheet_of(statement_files.workbook(statement))

    assert "<v>12970.24</v>" in sheet
    assert "<f>" not in sheet
    assert "Смарт Сервис (ЖКУ)" in texts
    assert check_codes.words(statement.check_code) in texts


def test_the_paper_says_the_same(statement):
    content = statement_files.pdf(statement)

    text = " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().replace("\u00a0", " ").split())
    for words in (f"Справка № {statement.number}", "12 970,24", "24 822,69", check_codes.words(statement.check_code)):
        assert words in text
    assert len(PdfReader(io.BytesIO(content)).pages) == 1


def test_every_file_is_the_same_bytes_again(statement):
    for _, write in statement_files.FILES.values():
        assert write(statement) == write(statement)


def test_a_period_without_operations_says_so(anna):
    empty = statements.make(resident=anna, start=date(2017, 1, 1), end=date(2017, 1, 1), now=NOW)

    text = PdfReader(io.BytesIO(statement_files.pdf(empty))).pages[0].extract_text()

    assert "Операций за этот период не было." in text
    assert read_table(statement_files.table(empty))[4] == ["Переведено, руб.", "0,00"]


def with_account(number: str) -> Statement:
    line = statements.Line("09.06.2017 10:15:02", 1, number, number, "МИР", 1, 0, "выполнена", True, 0)
    day = date(2017, 1, 1)
    return Statement(pk=1, start=day, end=day, made_at=NOW, lines=[list(vars(line).values())], digest="")


class NoCellCalculates(TestCase):
    """Whatever a provider calls itself or an account."""

    @settings(max_examples=60)
    @given(st.one_of(st.text(max_size=30), st.builds(str.__add__, st.sampled_from(FORMULA), st.text(max_size=20))))
    def test_in_the_table(self, text):
        rows = read_table(statement_files.table(with_account(text.replace("\x00", ""))))

        assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]

    @settings(max_examples=15)
    @given(
        st.sampled_from(["=1+1", "=HYPERLINK(1)", "{=1}", "@SUM(1)", "+1", "-1", "http://a.example", "mailto:a@b.c"])
    )
    def test_in_the_workbook(self, text):
        sheet, texts = sheet_of(statement_files.workbook(with_account(text)))

        assert re.findall(r"<f[ >]|<hyperlink", sheet) == []
        assert text in texts


def test_a_table_without_the_apostrophe_would_calculate(monkeypatch):
    """The saboteur."""
    monkeypatch.setattr(statement_files, "FORMULA", ("\x00",))

    assert read_table(statement_files.table(with_account("=1+1")))[4][3] == "=1+1"
