"""Formats of bill registers, each a module of its own; a new one costs its file and its place in FORMATS."""

from collections.abc import Sequence
from datetime import date
from typing import BinaryIO, Protocol

from billing.register_contents import Register, Sender
from billing.register_formats import sber, smart
from billing.register_reading import FIRST_MISTAKES


class RegisterFormat(Protocol):
    """What a format module offers. No format knows the database."""

    NAME: str
    # Whether the file's name is a part of what it says, so that the same bytes under another name are another register.
    TOLD_BY_NAME: bool

    def is_mine(self, beginning: bytes, file_name: str) -> bool:
        """Whether the file is of this format, by its beginning and, where it is told by that, its name."""

    def read(
        self, file: BinaryIO, *, file_name: str, senders: Sequence[Sender], today: date, most: int = FIRST_MISTAKES
    ) -> Register:
        """The register, or register_text.Malformed with the places of at `most` so many mistakes: now or at its end."""


FORMATS: tuple[RegisterFormat, ...] = (smart, sber)
NAMES = tuple(one.NAME for one in FORMATS)
AUTO = "auto"
BEGINNING = 1024


class UnknownFormat(Exception):
    """The file is of no format that we read."""


def find(file: BinaryIO, *, file_name: str, name: str = AUTO) -> RegisterFormat:
    """The format of that name, or the one that the file is in. Raises UnknownFormat."""
    file.seek(0)
    beginning = file.read(BEGINNING)
    for one in FORMATS:
        if name == one.NAME or (name == AUTO and one.is_mine(beginning, file_name)):
            return one
    raise UnknownFormat("строка 1, столбец 1: ожидалось #REGISTER;bills;1 или имя файла Сбера")
