"""The payment code of GOST R 56042: written for our bills; read from anybody's, forgiving what means the same."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import segno

from billing import register_encoding
from billing.lookalikes import folded
from billing.models import Bill

MANDATORY = ("Name", "PersonalAcc", "BankName", "BIC", "CorrespAcc")
ENCODINGS = {"1": "cp1251", "2": "utf-8", "3": "koi8-r"}
LONGEST = {"Name": 160, "BankName": 45, "Purpose": 210, "PayeeINN": 12, "KPP": 9, "Sum": 18}
# By the standard: of the mandatory part, so that the smallest codes hold it.
LONGEST_MANDATORY = 300
HOUSING = "02"
SEPARATORS = "|~^#;*"
# Far above a real code (354 bytes for a full bill), far below what could hurt.
LONGEST_CODE = 4296
_HEADER = re.compile(r"ST0001([123])([^\w\s])")
_PERIOD = re.compile(r"(0[1-9]|1[0-2])[./-]?(20[0-9]{2}|[0-9]{2})")


class NotPaymentCode(Exception):
    """The text is no payment code; the words say why."""


class CannotWrite(Exception):
    """The requisites are too long, too few, or use every separator."""


def write(fields: Mapping[str, str], *, encoding: str = "utf-8") -> bytes:
    """The bytes of a code; the mandatory fields come first whatever the order given. Raises CannotWrite."""
    missing = [key for key in MANDATORY if not fields.get(key)]
    too_long = [key for key, most in LONGEST.items() if len(fields.get(key, "")) > most]
    if missing or too_long:
        raise CannotWrite(", ".join(missing + too_long))
    ordered = {key: fields[key] for key in MANDATORY} | {key: value for key, value in fields.items() if value}
    separator = next((sign for sign in SEPARATORS if not any(sign in value for value in ordered.values())), None)
    digit = next(digit for digit, name in ENCODINGS.items() if name == encoding)
    blocks = [f"{key}={value}" for key, value in ordered.items()]
    if separator is None or any("\n" in block or "\r" in block for block in blocks):
        raise CannotWrite("no separator is left")
    try:
        mandatory = separator.join(blocks[: len(MANDATORY)]).encode(encoding)
        whole = f"ST0001{digit}{separator}{separator.join(blocks)}".encode(encoding)
    except UnicodeEncodeError:
        raise CannotWrite(encoding) from None
    if len(mandatory) > LONGEST_MANDATORY:
        raise CannotWrite("mandatory part")
    return whole


@dataclass(frozen=True)
class Picture:
    """A code as one SVG path of squares, `side` of them in a row: no file, no style, no script."""

    path: str
    side: int


def picture(code: bytes) -> Picture:
    """The code as it is printed, with the quiet zone that scanners need."""
    rows = list(segno.make_qr(code, mode="byte", error="m").matrix_iter(border=4))
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Picture(path, len(rows))


def of_bill(bill: Bill) -> bytes | None:
    """The code of what can be paid on the bill; None when nothing can, or its provider has no requisites here."""
    provider = bill.account.provider
    fields = {
        "Name": provider.recipient_name or provider.full_name,
        "PersonalAcc": provider.settlement_account,
        "BankName": provider.bank_name[: LONGEST["BankName"]],
        "BIC": provider.bic,
        "CorrespAcc": provider.correspondent_account or "0",
        "PayeeINN": provider.inn,
        "KPP": provider.kpp,
        "Sum": str(bill.due),
        "Purpose": f"Лицевой счёт {bill.account.number}, период {bill.period:%m.%Y}",
        "PersAcc": bill.account.number,
        "PaymPeriod": f"{bill.period:%m%Y}",
        "TechCode": HOUSING,
    }
    try:
        return write(fields) if bill.is_payable else None
    except CannotWrite:
        return None


def read(code: bytes | str) -> dict[str, str]:
    """Values by folded key («PERSONALACC»), from the bytes of a picture or from pasted text. Raises NotPaymentCode.

    A key in any case or with Cyrillic twins is the same key, so a requisite that stands twice is seen.
    """
    if len(code) > LONGEST_CODE:
        raise NotPaymentCode("Это не платёжный код: он слишком длинный")
    text = _decoded(code) if isinstance(code, bytes) else _repaired(code)
    text = text.lstrip("\ufeff \r\n\t")
    header = _HEADER.match(text)
    if header is None or "\0" in text:
        raise NotPaymentCode("Это не платёжный код: он должен начинаться с ST0001")
    fields: dict[str, str] = {}
    for block in text[header.end() :].strip("\r\n").split(header[2]):
        key, is_pair, value = block.partition("=")
        key, value = folded(key), " ".join(value.split())
        if not is_pair or not value:
            continue
        if fields.setdefault(key, value) != value:
            raise NotPaymentCode(f"В коде два разных значения {key[:20]}. Не оплачивайте по нему")
    if not {"PERSONALACC", "BIC"} <= fields.keys():
        raise NotPaymentCode("В коде нет счёта или БИК получателя")
    return fields


def kopecks(fields: Mapping[str, str]) -> int | None:
    """«Sum» as whole kopecks, or None where it is absent or no number."""
    stated = fields.get("SUM", "")
    return int(stated) if re.fullmatch("[0-9]{1,15}", stated) else None


def period(fields: Mapping[str, str]) -> tuple[int, int] | None:
    """Year and month of «PaymPeriod» written MMYYYY or MMYY; None for anything else."""
    found = _PERIOD.fullmatch(fields.get("PAYMPERIOD", ""))
    return (int(found[2]) if len(found[2]) == 4 else 2000 + int(found[2]), int(found[1])) if found else None


def account(fields: Mapping[str, str]) -> str:
    """The payer's personal account, under either of its keys."""
    return fields.get("PERSACC") or fields.get("PERSONALACCOUNT", "")


def _decoded(code: bytes) -> str:
    """By the digit of the header, unless the bytes say otherwise: they are UTF-8, or are none of what it names."""
    named = ENCODINGS.get(code.lstrip(b"\xef\xbb\xbf \r\n\t")[6:7].decode("latin-1"), "utf-8")
    for encoding in dict.fromkeys(("utf-8", named)):
        try:
            return code.decode(encoding)
        except UnicodeDecodeError:
            continue
    return code.decode(register_encoding.of(code), errors="replace")


def _repaired(text: str) -> str:
    """Text that a scanner took for Western European is turned back into its bytes and read as it should have been."""
    if text.isascii() or any("а" <= sign.lower() <= "я" for sign in text):
        return text
    try:
        return _decoded(b"".join(sign.encode("latin-1" if sign < "\u0100" else "cp1252") for sign in text))
    except UnicodeEncodeError:
        return text
