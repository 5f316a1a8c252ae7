"""Numbers of accounts: how each kind is read from what people type, and what tells a slip. Knows no database."""

import re
from collections.abc import Iterator
from itertools import cycle, islice

from django.db import models

from accounts import phones
from billing.lookalikes import folded
from safeguards.card_numbers import is_luhn

LONGEST = 40
UIN_LENGTHS = (20, 25)
# «78 УХ 123456»: what drivers have at hand instead of the number of the order.
VEHICLE_CERTIFICATE = re.compile("[0-9]{2}[0-9A-ZА-Я]{2}[0-9]{6}")
# Of such a pattern people can be told how many.
ONLY_DIGITS = re.compile(r"\[0-9\]\{([0-9]+)\}")
NO_FINES_SOURCE = "Проверка штрафов пока недоступна. Укажите УИН и сумму из постановления"


class AccountKind(models.TextChoices):
    """What the number of an account is; the kind says how it is read and which check digit it has."""

    PLAIN = "PLAIN", "номер по образцу"
    LUHN = "LUHN", "номер с контрольной цифрой (алгоритм Луна)"
    UIN = "UIN", "УИН постановления с контрольной цифрой"
    MOBILE = "MOBILE", "номер мобильного телефона"


class WrongNumber(Exception):
    """The number cannot be one of this provider; the text says why, in words for the field."""


def read(text: str, *, kind: str, pattern: str) -> str:
    """The number as it is kept: spaces do not count, twin letters are Latin, a phone is E.164. Raises WrongNumber."""
    if kind == AccountKind.MOBILE:
        number = _mobile(text)
    elif kind == AccountKind.UIN:
        number = _uin("".join(text.split()))
    else:
        number = folded(text)
    shape = re.compile(pattern, re.ASCII)
    # A pattern may name the letters of either alphabet.
    if len(number) > LONGEST or not (shape.fullmatch(number) or shape.fullmatch("".join(text.split()))):
        raise WrongNumber(_other_look(shape.pattern))
    if kind == AccountKind.LUHN and not is_luhn(re.sub("[^0-9]", "", number)):
        raise WrongNumber("В номере ошибка: проверьте цифры")
    return number


def _other_look(pattern: str) -> str:
    digits = ONLY_DIGITS.fullmatch(pattern)
    return f"Номер состоит из {digits[1]} цифр" if digits else "Номер выглядит иначе"


def shown(number: str) -> str:
    """A phone as people read it, every other number as it is kept."""
    return phones.spaced(number) if phones.MOBILE.fullmatch(number) else number


def uin_check_digit(body: str) -> str:
    """The last digit of a УИН from all before it."""
    for first in (1, 3):
        rest = sum(weight * int(digit) for weight, digit in zip(_weights(first), body, strict=False)) % 11
        if rest < 10:
            return str(rest)
    return "0"


def _weights(first: int) -> Iterator[int]:
    """1…10 over and over, begun at `first`; more of them than any УИН has digits."""
    return islice(cycle(range(1, 11)), first - 1, 40)


def _mobile(text: str) -> str:
    try:
        return phones.parse(text)
    except phones.NotMobile:
        raise WrongNumber("Введите номер мобильного телефона, 10 цифр после +7") from None


def _uin(text: str) -> str:
    """Upper case without dashes; one with letters has no arithmetic to check."""
    uin = re.sub("[-–]", "", text).upper()
    if VEHICLE_CERTIFICATE.fullmatch(uin):
        raise WrongNumber(f"Это похоже на номер СТС. {NO_FINES_SOURCE}")
    if len(uin) not in UIN_LENGTHS:
        raise WrongNumber("В УИН 20 или 25 знаков, он указан в постановлении")
    if uin.isdecimal() and uin.isascii() and uin_check_digit(uin[:-1]) != uin[-1]:
        raise WrongNumber("В УИН ошибка: проверьте цифры по постановлению")
    return uin
