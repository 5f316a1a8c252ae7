"""The clothes of every register: encoding, lines, `;` and quotes, cells; and the mistakes that are found in them."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import BinaryIO

from billing import register_encoding
from billing.money import Kopecks, NotMoney, parse_roubles

SEPARATOR = ";"
# No-break, narrow no-break and thin spaces come from spreadsheets; other invisible signs are slips or tricks.
SPACES = " \u00a0\u202f\u2009"
_VISIBLE = str.maketrans(dict.fromkeys(SPACES, " "))
# What surrogateescape makes of the bytes 80 to FF.
_UNREADABLE = "".join(map(chr, range(0xDC80, 0xDD00)))
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
DECIMAL = "-?[0-9]{1,12}(?:[.,][0-9]{1,9})?"
_DECIMAL = re.compile(DECIMAL)
_DAY = re.compile(r"([0-9]{2})\.([0-9]{2})\.(20[0-9]{2})")
_MONTH = re.compile(r"([0-9]{2})\.(20[0-9]{2})")
_COUNT = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Mistake:
    """What is wrong and where; line and column count from 1, the column is the number of the field."""

    line: int
    column: int
    field: str
    text: str

    def __str__(self) -> str:
        field = f" («{self.field}»)" if self.field else ""
        return f"строка {self.line}, столбец {self.column}{field}: {self.text}"


class Malformed(Exception):
    """The file is refused whole; `mistakes` are the first that were found."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("; ".join(map(str, mistakes)))
        self.mistakes = mistakes


class BadCell(ValueError):
    """A cell that does not hold what it should; the message is for people."""


class BadLine(ValueError):
    """A line that cannot be split into cells; `column` is where."""

    def __init__(self, column: int, text: str) -> None:
        super().__init__(text)
        self.column = column


def decode(data: bytes) -> str:
    """The text of a small file, in whichever encoding it is. Raises Malformed."""
    encoding = register_encoding.of(data)
    try:
        return data.removeprefix(BOM_UTF8).decode(encoding)
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        column = before.count(b";", before.rfind(b"\n") + 1) + 1
        raise Malformed(
            [Mistake(before.count(b"\n") + 1, column, "", _unreadable(error.object[error.start], encoding))]
        ) from None


def numbered_lines(text: str, *, first: int = 1) -> Iterator[tuple[int, str]]:
    """Lines that are not blank, without their ends (LF or CRLF, mixed as they come), numbered as in the file."""
    for number, line in enumerate(text.split("\n"), start=first):
        bare = line.rstrip("\r\n")
        if bare and (bare[0] not in SPACES or bare.strip(SPACES)):
            yield number, bare


def encoding_of(file: BinaryIO, *, known_word: str = "") -> str:
    """Which encoding the file is in, by its beginning; a word that stands in every such file helps to tell."""
    file.seek(0)
    return register_encoding.of(file.read(register_encoding.SAMPLE), known_word=known_word)


def _unreadable(byte: int, encoding: str) -> str:
    return f"байт {byte:02X} не читается как {register_encoding.NAMES[encoding]}"


def cells(line: str, *, encoding: str = "utf-8") -> list[str]:
    """The fields of a line, quotes taken off and outer spaces with them. Raises BadLine."""
    split = list(_unquoted(line)) if '"' in line else line.split(SEPARATOR)
    found = [cell.strip(SPACES) for cell in split]
    if not line.isprintable():
        _refuse_invisible(found, encoding)
    return found


def _unquoted(line: str) -> Iterator[str]:
    start, column = 0, 1
    while start <= len(line):
        quoted = _QUOTED.match(line, start)
        if quoted:
            end, cell = quoted.end(), quoted[1].replace('""', '"')
            if line[end : end + 1] not in {"", SEPARATOR}:
                raise BadLine(column, "после закрывающей кавычки ожидалась «;»")
        else:
            cell = line[start:].partition(SEPARATOR)[0]
            end = start + len(cell)
            if '"' in cell:
                raise BadLine(column, "кавычки не закрыты или стоят внутри поля")
        yield cell
        start, column = end + 1, column + 1


def _refuse_invisible(found: list[str], encoding: str) -> None:
    for column, cell in enumerate(found, start=1):
        for sign in cell.translate(_VISIBLE):
            if sign in _UNREADABLE:
                raise BadLine(column, _unreadable(ord(sign) - ord(_UNREADABLE[0]) + 0x80, encoding))
            if not sign.isprintable():
                raise BadLine(column, f"недопустимый знак U+{ord(sign):04X}")


def text_cell(cell: str, longest: int) -> str:
    """A text no longer than so many signs. Raises BadCell."""
    if len(cell) > longest:
        raise BadCell(f"длиннее {longest} знаков")
    return cell


def money_cell(cell: str) -> Kopecks:
    """A sum in roubles, with a minus if need be. Raises BadCell."""
    try:
        return parse_roubles(cell, signed=True)
    except NotMoney:
        raise BadCell(f"«{cell[:30]}» – не сумма в рублях") from None


@lru_cache(maxsize=4096)
def decimal_cell(cell: str) -> str:
    """A volume or tariff as text with a decimal point; empty stays empty. Raises BadCell."""
    bare = "".join(sign for sign in cell if sign not in SPACES)
    if bare and not _DECIMAL.fullmatch(bare):
        raise BadCell(f"«{cell[:30]}» – не число")
    return bare.replace(",", ".")


def count_cell(cell: str) -> int:
    """A whole number from 0. Raises BadCell."""
    if not _COUNT.fullmatch(cell):
        raise BadCell(f"«{cell[:30]}» – не целое число")
    return int(cell)


def day_cell(cell: str) -> date:
    """`дд.мм.гггг` of this century. Raises BadCell."""
    found = _DAY.fullmatch(cell)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    raise BadCell(f"«{cell[:30]}» – не дата вида 05.07.2017")


def month_cell(cell: str) -> date:
    """The first day of `мм.гггг`. Raises BadCell."""
    found = _MONTH.fullmatch(cell)
    if not found or not 1 <= int(found[1]) <= 12:
        raise BadCell(f"«{cell[:30]}» – не месяц вида 06.2017")
    return date(int(found[2]), int(found[1]), 1)
