"""Russian mobile numbers: read as people write them, kept as E.164, shown as people read them."""

import re

from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import NumberParseException

# Without this check the library also reads letters as on a telephone's keys, and extensions.
WRITTEN = re.compile(r"[0-9+()\-–‑. \u00a0\u202f]+")
MOBILE = re.compile(r"\+79[0-9]{9}")


class NotMobile(ValueError):
    """The text is not the number of a Russian mobile phone."""


def parse(text: str) -> str:
    """E.164 of «+7 916 123-45-67», «8 (916) 1234567» or «9161234567»; raises NotMobile."""
    if not WRITTEN.fullmatch(text):
        raise NotMobile
    try:
        phone = str(PhoneNumber.from_string(text, region="RU").as_e164)
    except NumberParseException:
        raise NotMobile from None
    if not MOBILE.fullmatch(phone):
        raise NotMobile
    return phone


def masked(phone: str) -> str:
    """«+7 916 ***-**-67» of an E.164 mobile number."""
    return f"{phone[:2]} {phone[2:5]} ***-**-{phone[10:]}"


def spaced(phone: str) -> str:
    """«+7 916 123-45-67» of an E.164 mobile number."""
    return f"{phone[:2]} {phone[2:5]} {phone[5:8]}-{phone[8:10]}-{phone[10:]}"
