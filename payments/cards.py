"""What can be known of a card from what is printed on it, and how its data are locked for the bank.

The numbers here are the only rules: the page's script gets them, with the texts, from `for_script`.
"""

import base64
import json
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from safeguards import card_numbers
from safeguards.secret import Secret


class Brand(StrEnum):
    """The payment systems whose cards are taken, as their names are written."""

    MIR = "МИР"
    VISA = "VISA"
    MAESTRO = "Maestro"
    MASTERCARD = "Mastercard"


@dataclass(frozen=True)
class System:
    """How the numbers of one payment system begin, and how long they are."""

    brand: Brand
    prefix: str
    lengths: tuple[int, ...]


# The first that fits is right: numbers of Мир lie inside what is otherwise Mastercard's.
SYSTEMS = (
    System(Brand.MIR, "220[0-4]", (16, 18, 19)),
    System(Brand.VISA, "4", (16,)),
    System(Brand.MAESTRO, "50|5[6-8]|6", tuple(range(13, 20))),
    System(Brand.MASTERCARD, "[25]", (16,)),
)

# Patterns are read by Python and by the script alike: no \d and no \s, which mean different things to them.
BLANKS = "[ \u00a0\u2009\u202f\t]+"
SEPARATORS = "[ -]"
TERM = "([0-9]{1,2})(?: *[/.-] *| +)(?:20)?([0-9]{2})|([0-9]{2})(?:20)?([0-9]{2})"
CVV = "[0-9]{3}"
SOME_CARD = "Банковская карта"
HOLDER = "[A-Za-z][A-Za-z .'-]{0,25}"
CRYPTOGRAM = "[A-Za-z0-9+/]{342}=="


class Problem(StrEnum):
    """What can be wrong with a typed card."""

    NUMBER_EMPTY = "number_empty"
    NUMBER_SIGNS = "number_signs"
    NUMBER_BRAND = "number_brand"
    NUMBER_LENGTH = "number_length"
    NUMBER_SUM = "number_sum"
    TERM_EMPTY = "term_empty"
    TERM_SIGNS = "term_signs"
    TERM_MONTH = "term_month"
    TERM_PAST = "term_past"
    HOLDER_SIGNS = "holder_signs"
    CVV_EMPTY = "cvv_empty"
    CVV_SIGNS = "cvv_signs"
    CRYPTOGRAM = "cryptogram"


TEXTS: dict[Problem, str] = {
    Problem.NUMBER_EMPTY: "Введите номер карты",
    Problem.NUMBER_SIGNS: "В номере карты могут быть только цифры",
    Problem.NUMBER_BRAND: "Принимаем карты Мир, Visa, Mastercard и Maestro",
    Problem.NUMBER_LENGTH: "Проверьте номер карты: в нём не хватает цифр или есть лишние",
    Problem.NUMBER_SUM: "Проверьте номер карты: в нём ошибка",
    Problem.TERM_EMPTY: "Введите срок действия карты",
    Problem.TERM_SIGNS: "Введите месяц и год, например 09/28",
    Problem.TERM_MONTH: "Проверьте месяц: он может быть от 01 до 12",
    Problem.TERM_PAST: "Срок действия карты уже прошёл",
    Problem.HOLDER_SIGNS: "Введите имя латинскими буквами, как на карте, не длиннее 26 знаков",
    Problem.CVV_EMPTY: "Введите CVV/CVC код",
    Problem.CVV_SIGNS: "CVV/CVC код – 3 цифры на обороте карты",
    Problem.CRYPTOGRAM: "Не получилось зашифровать данные карты. Введите их ещё раз",
}


# The summary above the heading counts the wrong fields, and the form has four.
COUNTS = ("1\u00a0поле", "2\u00a0поля", "3\u00a0поля", "4\u00a0поля")


class WrongCard(Exception):
    """A typed field cannot be right; `problem` says why, the field's content is in no text of it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class WrongKey(Exception):
    """The bank's public key is not an RSA key of 2048 bits."""


@dataclass(frozen=True)
class Term:
    """The last month in which a card works."""

    month: int
    year: int

    def __str__(self) -> str:
        return f"{self.month:02}{self.year % 100:02}"


def number(typed: Secret) -> Secret:
    """The digits of a card number; raises WrongCard."""
    digits = re.sub(SEPARATORS, "", _tidy(typed.reveal()))
    if not digits:
        raise WrongCard(Problem.NUMBER_EMPTY)
    if not re.fullmatch("[0-9]+", digits):
        raise WrongCard(Problem.NUMBER_SIGNS)
    system = _system(digits)
    if system is None:
        raise WrongCard(Problem.NUMBER_BRAND)
    if len(digits) not in system.lengths:
        raise WrongCard(Problem.NUMBER_LENGTH)
    if not card_numbers.is_luhn(digits):
        raise WrongCard(Problem.NUMBER_SUM)
    return Secret(digits)


def brand(digits: Secret) -> Brand:
    """The payment system of a number that `number` has accepted."""
    system = _system(digits.reveal())
    if system is None:
        raise WrongCard(Problem.NUMBER_BRAND)
    return system.brand


def term(typed: str, *, today: date) -> Term:
    """«09 / 28», «9/2028», «0928»: a card works to the end of its month in Moscow; raises WrongCard."""
    tidy = _tidy(typed)
    if not tidy:
        raise WrongCard(Problem.TERM_EMPTY)
    match = re.fullmatch(TERM, tidy)
    if match is None:
        raise WrongCard(Problem.TERM_SIGNS)
    month, year = (int(part) for part in match.groups() if part)
    if not 1 <= month <= 12:
        raise WrongCard(Problem.TERM_MONTH)
    if (2000 + year, month) < (today.year, today.month):
        raise WrongCard(Problem.TERM_PAST)
    return Term(month=month, year=2000 + year)


def cvv(typed: Secret) -> Secret:
    """Three digits; raises WrongCard."""
    tidy = _tidy(typed.reveal())
    if not tidy:
        raise WrongCard(Problem.CVV_EMPTY)
    if not re.fullmatch(CVV, tidy):
        raise WrongCard(Problem.CVV_SIGNS)
    return Secret(tidy)


def holder(typed: str) -> str:
    """The name in capitals, empty where the card has none; raises WrongCard for what could break the bank's format."""
    tidy = _tidy(typed)
    if tidy and not re.fullmatch(HOLDER, tidy):
        raise WrongCard(Problem.HOLDER_SIGNS)
    return tidy.upper()


def mask(*, brand: str, last_four: str) -> str:
    """«VISA (***0551)»; of a card that is typed on the bank's page nothing is known until the bank names it."""
    return f"{brand} (***{last_four})" if last_four else SOME_CARD


def encrypt(*, number: Secret, term: Term, holder: str, cvv: Secret, public_key: str) -> Secret:
    """Lock checked card data so that only the bank can read them: RSA PKCS#1 v1.5, Base64, 344 characters."""
    name = f"CardHolder={holder};" if holder else ""
    return _locked(f"PAN={number.reveal()};ExpDate={term};{name}CVV={cvv.reveal()}", public_key)


def encrypt_saved(*, bank_card_id: str, cvv: Secret, public_key: str) -> Secret:
    """The same for a card that the bank keeps: its number there, and the code that nobody keeps."""
    return _locked(f"CardId={bank_card_id};CVV={cvv.reveal()}", public_key)


def for_script(*, public_key: str, today: date) -> str:
    """Everything that static/js/card.js must know to judge and lock a card as this module does, as JSON."""
    return json.dumps(
        {
            "key": _spki(public_key),
            "month": [today.year, today.month],
            "systems": [[system.brand, system.prefix, system.lengths] for system in SYSTEMS],
            "patterns": {"blanks": BLANKS, "separators": SEPARATORS, "term": TERM, "cvv": CVV, "holder": HOLDER},
            "texts": TEXTS,
            "headings": [f"Проверьте форму: исправьте {count}" for count in COUNTS],
        },
        ensure_ascii=False,
    )


def _locked(data: str, public_key: str) -> Secret:
    return Secret(base64.b64encode(_key(public_key).encrypt(data.encode("ascii"), PKCS1v15())).decode())


def _tidy(typed: str) -> str:
    return re.sub(BLANKS, " ", typed).strip(" ")


def _system(digits: str) -> System | None:
    return next((system for system in SYSTEMS if re.match(system.prefix, digits)), None)


def _spki(public_key: str) -> str:
    der = _key(public_key).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


@cache
def _key(public_key: str) -> RSAPublicKey:
    """The bank hands the key out as bare Base64, tools write PEM: both are read."""
    try:
        if "BEGIN" in public_key:
            key = load_pem_public_key(public_key.encode())
        else:
            key = load_der_public_key(base64.b64decode(public_key))
    except ValueError:
        raise WrongKey from None
    if not isinstance(key, RSAPublicKey) or key.key_size != 2048:
        raise WrongKey
    return key
