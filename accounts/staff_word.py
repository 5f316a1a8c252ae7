"""What commands about a resident have in common: whose cabinet, why, and who says so."""

import getpass
import os

from django.core.management.base import CommandError, CommandParser

from accounts import phones
from accounts.models import MAX_REASON_LENGTH, User
from safeguards import card_numbers

REFUSED, USAGE = 1, 2
MAX_WHO_LENGTH = 60


def add_arguments(parser: CommandParser, *, has_reason: bool = True) -> None:
    """Whose cabinet, and why."""
    parser.add_argument("--phone", required=True, metavar="НОМЕР", help="номер телефона жителя")
    if has_reason:
        parser.add_argument("--reason", required=True, metavar="ПРИЧИНА", help="почему; остаётся в журнале")


def resident(phone: str) -> User:
    """Whose cabinet it is; CommandError with status 2 for what is no number, 1 for one that nobody has."""
    user = User.objects.filter(phone=number(phone)).first()
    if user is None:
        raise CommandError("Кабинета с таким номером нет", returncode=REFUSED)
    return user


def number(phone: str) -> str:
    """The number as it is kept; CommandError with status 2 for what is none."""
    try:
        return phones.parse(phone)
    except phones.NotMobile:
        raise CommandError("Это не номер российского мобильного телефона", returncode=USAGE) from None


def reason(text: str) -> str:
    """The words for the record; CommandError with status 2 when there are none, or too many."""
    words = card_numbers.masked(" ".join(text.split()))
    if not words:
        raise CommandError("Назовите причину: --reason «…»", returncode=USAGE)
    if len(words) > MAX_REASON_LENGTH:
        raise CommandError(f"Причина длиннее {MAX_REASON_LENGTH} знаков", returncode=USAGE)
    return words


def who() -> str:
    """The system's name of who runs the command; containers may have none for him."""
    try:
        return getpass.getuser()[:MAX_WHO_LENGTH]
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
