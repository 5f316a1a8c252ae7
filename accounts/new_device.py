"""A login from a browser that the resident has not used before: it needs a code beside the password, and he is told
by SMS and e-mail, with a link to block it all.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts import block_links, confirmations, letters
from accounts.models import Confirmation, Purpose, ResidentSession, User
from notifications import messages, outbox
from safeguards import throttle
from safeguards.throttle import Limit

# Who has the password could otherwise send any number of SMS at our cost.
NOTICES = Limit("new_device.notices", 5, timedelta(days=1))


def is_new(*, phone: str, is_known: bool) -> bool:
    """Whether a login here is news; the first of a cabinet is not. Devices may all have been forgotten since."""
    return not is_known and User.objects.filter(phone=phone, last_login__isnull=False).exists()


def needs_code(*, phone: str, is_known: bool) -> bool:
    """Whether the right password is not enough here."""
    return settings.NEW_DEVICE_CODE and is_new(phone=phone, is_known=is_known)


def send_code(*, user: User, attempt: UUID, device: str, ip: str, now: datetime) -> Confirmation:
    """Send the code of one attempt to log in; raises confirmations.TooManyCodes."""
    return confirmations.request(
        purpose=Purpose.NEW_DEVICE,
        subject=attempt,
        digest=_digest(user),
        phone=user.phone or "",
        resident=user,
        ip=ip,
        context={"device": device},
        now=now,
    )


def confirm(*, user: User, attempt: UUID, code: str, now: datetime) -> None:
    """Pass when the code is right and the cabinet is open still; raises what confirmations.check raises."""
    confirmation = confirmations.current(purpose=Purpose.NEW_DEVICE, subject=attempt, now=now)
    if confirmation is None:
        raise confirmations.CodeExpired
    confirmations.check(confirmation=confirmation, code=code, digest=_digest(user), now=now)
    with transaction.atomic():
        # Blocking ends everything that was begun before it. The code before the person, whom no lock is needed for:
        # who closes the cabinet writes the codes first, and waits for this one.
        is_used = confirmations.consume(confirmation=confirmation, now=now)
        if not is_used or not User.objects.filter(pk=user.pk, is_active=True, blocked_at=None).exists():
            raise confirmations.CodeExpired


def tell(*, session: ResidentSession, now: datetime) -> bool:
    """Write to the owner; False after five today, or where the stack sends none. Never call it inside a transaction."""
    user = session.user
    if not settings.NEW_DEVICE_NOTICE or not throttle.take(NOTICES, str(user.uuid), now):
        return False
    with transaction.atomic():
        context = {"device": session.device, "link": block_links.make(user=user, now=now)}
        key = f"new-device:{session.uuid}"
        letters.send(messages.NEW_DEVICE_LOGIN_LETTER, resident=user, context=context, key=f"{key}:letter", now=now)
        outbox.put(
            messages.NEW_DEVICE_LOGIN,
            address=user.phone or "",
            context=context,
            key=key,
            now=now,
            expires_at=now + settings.BLOCK_LINK_LIFE,
            resident_uuid=user.uuid,
        )
    return True


def _digest(user: User) -> str:
    """A password that was changed meanwhile makes the code of the former one useless."""
    return confirmations.digest_of("вход с нового устройства", str(user.uuid), user.phone or "", user.password)
