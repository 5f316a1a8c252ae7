"""Money is whole kopecks everywhere; roubles exist only where people type and read them."""

import re
from typing import NewType

Kopecks = NewType("Kopecks", int)

NO_BREAK_SPACE = "\u00a0"
# What people and spreadsheets put between thousands: space, no-break space, narrow no-break space, thin space.
_SPACES = " \u00a0\u202f\u2009"
_ROUBLES = re.compile(
    rf"(?P<sign>-?)(?P<whole>[0-9]+|[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+)(?:[.,](?P<part>[0-9]{{1,2}}))?"
)
_NOT_DIGITS = re.compile("[^0-9]")
# Ten billion roubles a thousand times over: beyond it a typing slip, and still far from what a 64-bit column holds.
LARGEST = Kopecks(10**15 - 1)


class NotMoney(ValueError):
    """The text is not a sum in roubles."""


def parse_roubles(text: str, *, signed: bool = False) -> Kopecks:
    """Kopecks from `1234.00`, `1234,00` or `1 234,00`; a minus only where `signed`. Raises NotMoney.

    Strict on purpose: Decimal() would take `1_000`, `NaN`, `1E5` and Arabic digits.
    """
    found = _ROUBLES.fullmatch(text.strip(_SPACES))
    if not found or (found["sign"] and not signed):
        raise NotMoney(text)
    whole = found["whole"] if found["whole"].isdecimal() else _NOT_DIGITS.sub("", found["whole"])
    whole = whole[:40]
    kopecks = int(whole) * 100 + int((found["part"] or "").ljust(2, "0"))
    if kopecks > LARGEST:
        raise NotMoney(text)
    return Kopecks(-kopecks if found["sign"] else kopecks)


def plain_roubles(kopecks: Kopecks) -> str:
    """«12 970,24» with no-break spaces and always two decimals."""
    whole, part = divmod(abs(kopecks), 100)
    sign = "-" if kopecks < 0 else ""
    grouped = f"{whole:,}".replace(",", NO_BREAK_SPACE)
    return f"{sign}{grouped},{part:02d}"


def roubles(kopecks: Kopecks) -> str:
    """«12 970,24 ₽», not to be broken at the end of a line."""
    return f"{plain_roubles(kopecks)}{NO_BREAK_SPACE}₽"
