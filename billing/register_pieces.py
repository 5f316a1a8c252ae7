"""A register of any size as pieces of whole lines: rows of one account that stand together are one piece."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

_BLOCK = 1_048_576
_ROWS = re.compile(rb"([0-9A-Z]+);[^\n]*\n(?:\1;[^\n]*\n)*+")
_PLAIN = re.compile(rb"[0-9A-Z]+;|#")


class Piece(NamedTuple):
    """Whole lines, as they stand in the file.

    `is_whole_bill` says that they are all rows of one account: its number is written plainly, and so are those around,
    which thus cannot be the same one in quotes, with spaces or with letters of the other alphabet.
    """

    lines: bytes
    is_whole_bill: bool


def pieces_of(file: BinaryIO) -> Iterator[Piece]:
    """The whole file from its beginning; what is no plain row comes line by line."""
    file.seek(0)
    if file.read(len(BOM_UTF8)) != BOM_UTF8:
        file.seek(0)
    text, is_after_plain, is_more = b"", False, True
    while is_more:
        block = file.read(_BLOCK)
        is_more = bool(block)
        text += block if is_more or text.endswith(b"\n") else b"\n"
        # The last whole line may be anybody's; until then every piece and what follows it are seen whole.
        sure = text.rfind(b"\n", 0, text.rfind(b"\n")) + 1 if is_more else len(text)
        place = 0
        while place < sure:
            rows = _ROWS.match(text, place)
            end = rows.end() if rows else text.find(b"\n", place) + 1
            if not 0 < end <= sure:
                break
            yield Piece(text[place:end], bool(rows and is_after_plain and _PLAIN.match(text, end)))
            place, is_after_plain = end, bool(rows)
        text = text[place:]
