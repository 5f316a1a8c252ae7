"""A login from a browser that the resident has not used before: he is told by SMS, with a link to block it all."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts import block_links
from accounts.models import KnownDevice, ResidentSession
from notifications import messages, outbox
from safeguards import throttle
from safeguards.throttle import Limit

# Who has the password could otherwise send any number of SMS at our cost.
NOTICES = Limit("new_device.notices", 5, timedelta(days=1))


def is_new(*, phone: str, is_known: bool) -> bool:
    """Whether a login here is news; the first device of a cabinet that never had one is not."""
    return not is_known and KnownDevice.objects.filter(user__phone=phone).exists()


def tell(*, session: ResidentSession, now: datetime) -> bool:
    """Send the SMS; False after five today, or where the stack sends none. Never call it inside a transaction."""
    user = session.user
    if not settings.NEW_DEVICE_NOTICE or not throttle.take(NOTICES, str(user.uuid), now):
        return False
    with transaction.atomic():
        outbox.put(
            messages.NEW_DEVICE_LOGIN,
            address=user.phone or "",
            context={"device": session.device, "link": block_links.make(user=user, now=now)},
            key=f"new-device:{session.uuid}",
            now=now,
            expires_at=now + settings.BLOCK_LINK_LIFE,
            resident_uuid=user.uuid,
        )
    return True
