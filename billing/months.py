"""Months as people write and say them."""

from datetime import date

NAMES = (
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
)
_ENDINGS = {"ь": "е", "т": "те", "й": "е"}


def name(month: date) -> str:
    """«июнь 2017»."""
    return f"{NAMES[month.month - 1]} {month.year}"


def short(month: date) -> str:
    """«июн»."""
    return NAMES[month.month - 1][:3]


def within(month: date, *, seen_from: date) -> str:
    """«в мае», with «2016 года» when it is not the year of `seen_from`."""
    word = NAMES[month.month - 1]
    said = f"в {word[:-1]}{_ENDINGS[word[-1]]}"
    return said if month.year == seen_from.year else f"{said} {month.year} года"


def before(month: date, *, months: int = 1) -> date:
    """The first day of the month so many months earlier."""
    years, number = divmod(month.year * 12 + month.month - 1 - months, 12)
    return date(years, number + 1, 1)


def after(month: date) -> date:
    """The first day of the next month."""
    return before(month, months=-1)
