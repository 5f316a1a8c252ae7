"""A statement as a file: PDF, CSV or XLSX of the same lines and totals. No cell becomes a formula."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal

import xlsxwriter
from django.conf import settings

from billing.money import Kopecks, plain_roubles
from payments import check_codes, paper, statements
from payments.models import Statement
from payments.receipts import check_address
from payments.register_format import FORMULA
from payments.shown import day, moment
from payments.statements import Line, Totals

COLUMNS = (
    "Дата и время операции",
    "Номер транзакции",
    "Поставщик услуг",
    "Номер лицевого счёта",
    "Способ оплаты",
    "Сумма перевода, руб.",
    "Комиссия, руб.",
    "Принято, руб.",
    "Статус",
    "Возвращено, руб.",
)
WIDTHS = (20, 18, 32, 22, 18, 20, 16, 16, 22, 18)
# Excel takes a CSV for UTF-8 only when it begins so.
BOM = "\ufeff"

Cell = str | Decimal


def pdf(statement: Statement) -> bytes:
    """An A4 paper to print or to send; raises paper.PdfUnavailable."""
    totals = statements.totals(statement)
    context = {
        "title": title(statement),
        "made_at": moment(statement.made_at),
        "columns": COLUMNS,
        "rows": [[_on_paper(cell) for cell in _cells(line)] for line in statements.lines(statement)],
        "totals": [(label, plain_roubles(kopecks)) for label, kopecks in _totals(totals)],
        "agent": settings.AGENT,
        "check_code": check_codes.words(statement.check_code),
        "check_address": check_address(),
    }
    return paper.pdf(template="payments/statement_paper.html", context=context, style="receipt.css")


def table(statement: Statement) -> bytes:
    """CSV as Russian Excel opens it: semicolons, decimal commas, UTF-8 with its mark."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    for row in _rows(statement):
        writer.writerow([_in_table(cell) for cell in row])
    return (BOM + text.getvalue()).encode()


def workbook(statement: Statement) -> bytes:
    """XLSX: sums are numbers, everything else is text and stays text."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        # Two builds of one statement must not differ by the moment of the build.
        book.set_properties({"created": statement.made_at.replace(tzinfo=None)})
        money = book.add_format({"num_format": "#,##0.00"})
        sheet = book.add_worksheet("Справка")
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        for number, row in enumerate(_rows(statement)):
            for column, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    sheet.write_number(number, column, cell, money)
                else:
                    sheet.write_string(number, column, cell)
    return content.getvalue()


FILES: dict[str, tuple[str, Callable[[Statement], bytes]]] = {
    "pdf": ("application/pdf", pdf),
    "csv": ("text/csv; charset=utf-8", table),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook),
}


def title(statement: Statement) -> str:
    """«Справка № 10001 об операциях с 01.01.2026 по 20.11.2026»."""
    return f"Справка № {statement.number} об операциях с {day(statement.start)} по {day(statement.end)}"


def _rows(statement: Statement) -> list[list[Cell]]:
    made: list[list[Cell]] = [
        [title(statement)],
        [f"Составлена {moment(statement.made_at)} (Мск). Код проверки: {check_codes.words(statement.check_code)}"],
        [f"Проверить: {check_address()}"],
        list(COLUMNS),
    ]
    totals: list[list[Cell]] = [[label, _roubles(kopecks)] for label, kopecks in _totals(statements.totals(statement))]
    return [*made, *(_cells(line) for line in statements.lines(statement)), *totals]


def _totals(totals: Totals) -> list[tuple[str, Kopecks]]:
    return [
        ("Переведено, руб.", totals.amount),
        ("Комиссия, руб.", totals.fee),
        ("Всего принято, руб.", totals.total),
        ("Возвращено, руб.", totals.returned),
    ]


def _cells(line: Line) -> list[Cell]:
    sums = [_roubles(Kopecks(kopecks)) for kopecks in (line.amount, line.fee, line.total)]
    head: list[Cell] = [line.at, str(line.number), line.provider, line.account, line.method]
    return [*head, *sums, line.status, _roubles(Kopecks(line.refunded))]


def _roubles(kopecks: Kopecks) -> Decimal:
    return Decimal(kopecks).scaleb(-2)


def _on_paper(cell: Cell) -> str:
    return plain_roubles(Kopecks(int(cell.scaleb(2)))) if isinstance(cell, Decimal) else cell


def _in_table(cell: Cell) -> str:
    """An apostrophe keeps a spreadsheet from calculating what somebody called an account."""
    if isinstance(cell, Decimal):
        return f"{cell:.2f}".replace(".", ",")
    return f"'{cell}" if cell.startswith(FORMULA) else cell
