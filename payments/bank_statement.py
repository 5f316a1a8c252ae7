"""A bank statement in the exchange format of 1C: payment orders out of `Key=Value` sections. Knows no database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from billing.money import Kopecks
from billing.register_text import BadCell, Malformed, Mistake, day_cell, money_cell, numbered_lines

SIGNATURE = "1CClientBankExchange"
BEGIN, END = "СекцияДокумент", "КонецДокумента"
DOS = "Кодировка=DOS"
REGISTERS = re.compile(r"реестр\w*\s*(?:№|N)?\s*((?:\d+(?:\s*,\s*|\s+и\s+)?)+)", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    """One payment order; `registers` are the numbers that its purpose names. The sum is in kopecks."""

    line: int
    number: str
    date: date
    amount: Kopecks
    payer_inn: str
    recipient_inn: str
    purpose: str

    @property
    def registers(self) -> frozenset[int]:
        """«Перечисление по реестрам № 12, 13» names 12 and 13."""
        found = REGISTERS.search(self.purpose)
        return frozenset(map(int, re.findall(r"\d+", found[1]))) if found else frozenset()


def read(data: bytes) -> list[Document]:
    """The payment orders of a statement. Raises Malformed."""
    encoding = "cp866" if DOS.encode("cp866") in data else "cp1251"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Malformed([Mistake(line, 1, "", f"байт {error.object[error.start]:02X} не читается")]) from None
    lines = list(numbered_lines(text))
    if not lines or lines[0][1].strip() != SIGNATURE:
        raise Malformed([Mistake(1, 1, "", f"ожидалось {SIGNATURE}")])
    return [_document(number, fields) for number, fields in _sections(lines)]


def _sections(lines: list[tuple[int, str]]) -> Iterator[tuple[int, dict[str, tuple[int, str]]]]:
    """Each document's first line and its fields with the lines on which they stand."""
    begun, fields = 0, dict[str, tuple[int, str]]()
    for number, line in lines:
        key, _, value = line.strip().partition("=")
        if key == BEGIN:
            begun, fields = number, {}
        elif key == END and begun:
            yield begun, fields
            begun = 0
        elif begun:
            fields[key] = (number, value.strip())
    if begun:
        raise Malformed([Mistake(begun, 1, BEGIN, f"документ не закончен: нет «{END}»")])


def _document(line: int, fields: dict[str, tuple[int, str]]) -> Document:
    try:
        at = "Дата"
        paid = day_cell(fields["ДатаСписано"][1] if fields.get("ДатаСписано", (0, ""))[1] else fields[at][1])
        at = "Сумма"
        amount = money_cell(fields[at][1])
        if amount < 0:
            # A register below zero is no debt of ours that an order could pay.
            raise BadCell(f"«{fields[at][1][:30]}» – сумма меньше нуля")
    except KeyError:
        raise Malformed([Mistake(line, 1, at, "нет такой строки в документе")]) from None
    except BadCell as bad:
        raise Malformed([Mistake(fields[at][0], 1, at, str(bad))]) from None
    value = {name: content for name, (_, content) in fields.items()}
    return Document(
        line=line,
        number=value.get("Номер", "")[:20],
        date=paid,
        amount=amount,
        payer_inn=value.get("ПлательщикИНН", ""),
        recipient_inn=value.get("ПолучательИНН", ""),
        purpose=value.get("НазначениеПлатежа", ""),
    )
