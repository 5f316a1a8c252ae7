"""Numbers and dates that a resident may tell of himself: how they are read, checked and masked."""

import re
from datetime import date

from safeguards.card_numbers import is_luhn

PASSPORT_SERIES_DIGITS, PASSPORT_NUMBER_DIGITS = 4, 6
INN_DIGITS, SNILS_DIGITS, OMS_DIGITS = 12, 11, 16
INN_WEIGHTS = ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
# СНИЛС up to 001-001-998 were given out before there were check digits.
LAST_UNCHECKED_SNILS = 1_001_998
FIRST_YEAR = 1900
# The passport of the Russian Federation is given out since that day.
FIRST_PASSPORT = date(1997, 10, 1)
# Russian area codes begin so; 9 is a mobile number.
AREA = re.compile("[348]")
USUAL_AREA_DIGITS = 3
# What people write between digits, or before them.
BETWEEN = r"[\s\-–№]"


class WrongDocument(Exception):
    """What is wrong with the number or date, in words for the field."""


def passport_series(text: str) -> str:
    """Four digits; raises WrongDocument."""
    _refuse_both(text)
    return _digits(text, PASSPORT_SERIES_DIGITS, "Серия паспорта состоит из 4 цифр")


def passport_number(text: str) -> str:
    """Six digits; raises WrongDocument."""
    _refuse_both(text)
    return _digits(text, PASSPORT_NUMBER_DIGITS, "Номер паспорта состоит из 6 цифр")


def inn(text: str) -> str:
    """The twelve digits of a person's ИНН; raises WrongDocument."""
    digits = _digits(text, INN_DIGITS, "ИНН состоит из 12 цифр")
    if not int(digits) or digits[-2:] != _inn_check(digits):
        raise WrongDocument("В ИНН ошибка: проверьте цифры")
    return digits


def snils(text: str) -> str:
    """«112-233-445 95»; raises WrongDocument."""
    digits = _digits(text, SNILS_DIGITS, "СНИЛС состоит из 11 цифр, например 112-233-445 95")
    number = int(digits[:9])
    if not number or (number > LAST_UNCHECKED_SNILS and digits[-2:] != _snils_check(digits[:9])):
        raise WrongDocument("В СНИЛС ошибка: проверьте цифры")
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:9]} {digits[9:]}"


def oms(text: str) -> str:
    """The sixteen digits of a policy; raises WrongDocument."""
    digits = _digits(text, OMS_DIGITS, "Номер полиса ОМС состоит из 16 цифр")
    if not int(digits) or not is_luhn(digits):
        raise WrongDocument("В номере полиса ошибка: проверьте цифры")
    return digits


def birth_date(text: str, *, today: date) -> str:
    """«05.07.1990»; raises WrongDocument."""
    day = _day(text)
    if day.year < FIRST_YEAR or day > today:
        raise WrongDocument(f"Дата рождения может быть от {FIRST_YEAR} года до сегодняшнего дня")
    return f"{day:%d.%m.%Y}"


def issue_date(text: str, *, today: date) -> str:
    """The day when a passport was given; raises WrongDocument."""
    day = _day(text)
    if not FIRST_PASSPORT <= day <= today:
        raise WrongDocument(f"Паспорт выдают с {FIRST_PASSPORT:%d.%m.%Y}; дата не может быть в будущем")
    return f"{day:%d.%m.%Y}"


def home_phone(text: str) -> str:
    """«8 (495) 123-45-67»; the length of the area code is what the brackets say, else 3; raises WrongDocument."""
    digits = re.sub(r"[\s()+\-–]", "", text)
    if re.fullmatch("[78][0-9]{10}", digits):
        digits = digits[1:]
    if not re.fullmatch("[0-9]{10}", digits) or not AREA.match(digits):
        raise WrongDocument("Введите домашний телефон с кодом города, например 8 (495) 123-45-67")
    bracketed = re.search(r"\(\s*([0-9]{3,5})\s*\)", text)
    length = len(bracketed[1]) if bracketed and digits.startswith(bracketed[1]) else USUAL_AREA_DIGITS
    area, rest = digits[:length], digits[length:]
    return f"8 ({area}) {rest[:-4]}-{rest[-4:-2]}-{rest[-2:]}"


def masked(text: str, *, shown: int) -> str:
    """The text with all but its last signs as asterisks; separators stay: «***-***-*45 95»."""
    hidden = max(sum(sign.isalnum() for sign in text) - shown, 0)
    signs = []
    for sign in text:
        covers = sign.isalnum() and hidden > 0
        signs.append("*" if covers else sign)
        hidden -= covers
    return "".join(signs)


def _refuse_both(text: str) -> None:
    if len(re.sub(BETWEEN, "", text)) == PASSPORT_SERIES_DIGITS + PASSPORT_NUMBER_DIGITS:
        raise WrongDocument("Серию и номер введите в разные поля: первые 4 цифры – серия, остальные 6 – номер")


def _digits(text: str, length: int, refusal: str) -> str:
    digits = re.sub(BETWEEN, "", text)
    if not re.fullmatch(f"[0-9]{{{length}}}", digits):
        raise WrongDocument(refusal)
    return digits


def _inn_check(digits: str) -> str:
    return "".join(
        str(sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False)) % 11 % 10)
        for weights in INN_WEIGHTS
    )


def _snils_check(number: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(range(9, 0, -1), number, strict=True))
    return f"{total % 101 % 100:02}"


def _day(text: str) -> date:
    match = re.fullmatch(r"\s*([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})\s*", text)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        pass
    raise WrongDocument("Введите дату в виде дд.мм.гггг, например 05.07.1990")
