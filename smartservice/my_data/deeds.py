"""What «Мои данные» does only after a one-time password."""

from datetime import datetime

from django.db import models

from accounts import confirmations
from accounts.models import Confirmation, Purpose, User


class Deed(models.TextChoices):
    """As the SMS calls it."""

    DOWNLOAD = "DOWNLOAD", "Скачивание данных"
    ERASE = "ERASE", "Удаление кабинета"


def send_code(*, person: User, deed: Deed, ip: str, now: datetime) -> Confirmation:
    """Send the code for this deed alone; raises confirmations.TooManyCodes."""
    return confirmations.request(
        purpose=Purpose.MY_DATA,
        subject=person.uuid,
        digest=_digest(person, deed),
        phone=person.phone or "",
        resident=person,
        ip=ip,
        context={"what": deed.label},
        now=now,
    )


def current_code(*, person: User, deed: Deed, now: datetime) -> Confirmation | None:
    """The code of this deed that could still be typed."""
    found = confirmations.current(purpose=Purpose.MY_DATA, subject=person.uuid, now=now)
    return found if found and found.digest == _digest(person, deed) else None


def confirm(*, person: User, deed: Deed, code: str, now: datetime) -> datetime:
    """Take the code, and say until when it would have lived; raises confirmations.WrongCode and its kin."""
    confirmation = current_code(person=person, deed=deed, now=now)
    if confirmation is None:
        raise confirmations.CodeExpired
    confirmations.check(confirmation=confirmation, code=code, digest=_digest(person, deed), now=now)
    if not confirmations.consume(confirmation=confirmation, now=now):
        raise confirmations.CodeExpired
    return confirmation.expires_at


def _digest(person: User, deed: Deed) -> str:
    return confirmations.digest_of("мои данные", deed.value, str(person.uuid), person.phone or "")
