"""How the address of a message is written: one spelling, however people type it."""

import re

from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import NumberParseException

RUSSIAN_MOBILE = re.compile(r"\+79[0-9]{9}")


def as_kept(typed: str) -> str:
    """A phone in E.164, a mailbox in small letters; empty for what can be neither."""
    typed = typed.strip()
    if "@" in typed:
        return typed.lower()
    try:
        return str(PhoneNumber.from_string(typed, region="RU").as_e164)
    except NumberParseException:
        return ""
