"""Formats of bill registers, each a module of its own; a new one costs its file and its place in FORMATS."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from billing.register_contents import Register, Sender
from billing.register_formats import sber, smart


class RegisterFormat(Protocol):
    """What a format module offers. No format knows the database."""

    NAME: str
    # Whether the file's name is a part of what it says, so that the same bytes under another name are another register.
    TOLD_BY_NAME: bool

    def is_mine(self, data: bytes, file_name: str) -> bool:
        """Whether the file is of this format, by its beginning and, where it is told by that, its name."""

    def read(self, data: bytes, *, file_name: str, senders: Sequence[Sender], today: date) -> Register:
        """The whole register, or register_text.Malformed with the places of its mistakes."""


FORMATS: tuple[RegisterFormat, ...] = (smart, sber)
NAMES = tuple(one.NAME for one in FORMATS)
AUTO = "auto"


class UnknownFormat(Exception):
    """The file is of no format that we read."""


def find(data: bytes, *, file_name: str, name: str = AUTO) -> RegisterFormat:
    """The format of that name, or the one that the file is in. Raises UnknownFormat."""
    for one in FORMATS:
        if name == one.NAME or (name == AUTO and one.is_mine(data, file_name)):
            return one
    raise UnknownFormat
