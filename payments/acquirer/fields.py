"""Single fields of the bank's answers, each with its type and bounds; a wrong one makes the whole answer unreadable."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from billing.money import Kopecks

BANK_ID = re.compile(r"[A-Za-z0-9-]{1,20}")
ORDER_ID = re.compile(r"[!-~]{1,36}")
STATUS = re.compile(r"(?=.*[A-Z])[A-Z0-9_]{1,30}")
ERROR_CODE = re.compile(r"[A-Za-z0-9_-]{1,20}")
VERSION = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2}){1,2}")
TRANSACTION = re.compile(r"[A-Za-z0-9-]{1,64}")
# The origin of the issuer's page goes into a security header: nothing there may end a directive or name another host.
ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?([/?][!-~]{0,2000})?")
REQUEST_KEY = re.compile(r"[A-Za-z0-9-]{1,64}")
CARD_ID = re.compile(r"[0-9]{1,40}")
EXPIRY = re.compile(r"(0[1-9]|1[0-2])[0-9]{2}")
# Of 3-D Secure 1: a number of its own form, and Base64.
THREE_DS_1 = re.compile(r"[!-~]{1,8000}")
CARD_STATUS = re.compile(r"[AD]")
MASK = re.compile(r"[0-9]{4,8}\*+[0-9]{4}")
LIKE_A_CARD = re.compile(r"[0-9](?:[ -]?[0-9]){11,}")
LARGEST_SUM = 10**12
LONGEST_REMARK = 255


class Unreadable(ValueError):
    """A field is missing, of another type, or about somebody else's payment; its name is the text."""


def flag(raw: Mapping[str, Any], name: str) -> bool:
    """True or false; CheckOrder writes them as text."""
    value = raw.get(name)
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value)
    if not isinstance(value, bool):
        raise Unreadable(name)
    return value


def text(raw: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    """A word or number as text, empty when absent: what methods send as text, notifications send as numbers."""
    value = raw.get(name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int) or not pattern.fullmatch(str(value)):
        raise Unreadable(name)
    return str(value)


def kopecks(raw: Mapping[str, Any], name: str) -> Kopecks | None:
    """A sum, None when absent."""
    value = raw.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Unreadable(name)
    # The bound comes first: int() of 1E+999999999 would never end.
    if not 0 <= value <= LARGEST_SUM or value != int(value):
        raise Unreadable(name)
    return Kopecks(int(value))


def remark(raw: Mapping[str, Any], name: str) -> str:
    """The bank's words for the history, with anything like a card number taken out."""
    value = raw.get(name)
    if not isinstance(value, str) or value == "None":
        return ""
    return LIKE_A_CARD.sub("***", value)[:LONGEST_REMARK]


def mask(raw: Mapping[str, Any], name: str) -> str:
    """«220077******7761»; what is not masked is not kept."""
    value = raw.get(name)
    return value if isinstance(value, str) and MASK.fullmatch(value) else ""


def is_about(raw: Mapping[str, Any], **ours: str | int) -> None:
    """Raise Unreadable when a field that is there is not ours: the answer is about somebody else's payment."""
    for name, own in ours.items():
        value = raw.get(name)
        if value is not None and (isinstance(value, bool) or (value != own and str(value) != str(own))):
            raise Unreadable(name)
