"""Another login phone, through the staff: the caller has named his code word, and reads the code out of the new phone.

Who asks is judged by the staff; here the new phone proves itself, both phones hear of it, and everything that was open
ends. The freeze of saved cards belongs to who composes it (smartservice/contact_centre/phone_change.py).
"""

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import active_sessions, block_links, confirmations, devices, letters
from accounts.models import Confirmation, PasswordReset, PhoneChange, Purpose, User
from notifications import messages, outbox

LIFE = timedelta(minutes=30)


class PhoneTaken(Exception):
    """Another cabinet has this number."""


class SamePhone(Exception):
    """It is the number of this cabinet already."""


class OutOfTime(Exception):
    """The change is too old, or the cabinet has another number by now."""


def start(*, resident: User, phone: str, now: datetime) -> PhoneChange:
    """Note the number, in place of one that was not finished; raises SamePhone, PhoneTaken."""
    if phone == resident.phone:
        raise SamePhone
    if User.objects.filter(phone=phone).exists():
        raise PhoneTaken
    with transaction.atomic():
        PhoneChange.objects.filter(expires_at__lte=now).delete()
        PhoneChange.objects.filter(resident=resident).delete()
        return PhoneChange.objects.create(resident=resident, phone=phone, created_at=now, expires_at=now + LIFE)


def send_code(*, change: PhoneChange, ip: str, now: datetime) -> Confirmation:
    """Send the code to the new phone; raises confirmations.TooManyCodes."""
    return confirmations.request(
        purpose=Purpose.PHONE_CHANGE,
        subject=change.uuid,
        digest=_digest(change),
        phone=change.phone,
        resident=change.resident,
        ip=ip,
        context={},
        now=now,
    )


def check(*, change: PhoneChange, code: str, now: datetime) -> Confirmation:
    """The right code's confirmation, for `apply`; raises what confirmations.check raises. Never in a transaction."""
    confirmation = confirmations.current(purpose=Purpose.PHONE_CHANGE, subject=change.uuid, now=now)
    if confirmation is None:
        raise confirmations.CodeExpired
    confirmations.check(confirmation=confirmation, code=code, digest=_digest(change), now=now)
    return confirmation


def apply(*, change: PhoneChange, confirmation: Confirmation, now: datetime) -> None:
    """Make the new number the login, inside the caller's transaction; raises CodeExpired, OutOfTime, PhoneTaken."""
    resident, former = change.resident, change.resident.phone or ""
    if not confirmations.consume(confirmation=confirmation, now=now):
        raise confirmations.CodeExpired
    Confirmation.objects.filter(resident=resident, used_at=None, cancelled_at=None).update(cancelled_at=now)
    _replace(change, former, now)
    PasswordReset.objects.filter(phone=former).delete()
    devices.forget(user=resident)
    active_sessions.end_all(user=resident, now=now)
    change.delete()
    _tell(resident, former, now)


def _replace(change: PhoneChange, former: str, now: datetime) -> None:
    same = User.objects.filter(pk=change.resident_id, phone=former, is_active=True)
    try:
        with transaction.atomic():
            replaced = same.update(phone=change.phone)
    except IntegrityError:
        raise PhoneTaken from None
    if not replaced or change.is_over(now):
        raise OutOfTime
    change.resident.phone = change.phone


def _tell(resident: User, former: str, now: datetime) -> None:
    """The former phone may be in a thief's hands, or the new one: whoever of them is the owner can stop it."""
    context = {
        "moment": timezone.localtime(now).strftime("%d.%m в %H:%M"),
        "contact_centre": settings.CONTACT_CENTRE_PHONE,
    }
    key = f"phone-changed:{uuid4()}"
    for name, phone in (("former", former), ("new", resident.phone or "")):
        outbox.put(
            messages.PHONE_CHANGED,
            address=phone,
            context={**context, "link": block_links.make(user=resident, now=now)},
            key=f"{key}:{name}",
            now=now,
            expires_at=now + settings.BLOCK_LINK_LIFE,
            resident_uuid=resident.uuid,
        )
    context["link"] = block_links.make(user=resident, now=now)
    letters.send(messages.PHONE_CHANGED_LETTER, resident=resident, context=context, key=f"{key}:letter", now=now)


def _digest(change: PhoneChange) -> str:
    return confirmations.digest_of("смена номера", str(change.resident.uuid), change.resident.phone or "", change.phone)
