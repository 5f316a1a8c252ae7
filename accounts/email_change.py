"""Another e-mail address: it is confirmed anew, and the owner hears of it where he was heard from so far."""

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from accounts import block_links, letters
from accounts.models import User
from notifications import messages, outbox


def prepare(*, resident: User, now: datetime) -> None:
    """Write to the phone and to the former address, and count the next one as unconfirmed; inside a transaction."""
    context = {
        "moment": timezone.localtime(now).strftime("%d.%m в %H:%M"),
        "link": block_links.make(user=resident, now=now),
        "contact_centre": settings.CONTACT_CENTRE_PHONE,
    }
    key = f"email-changed:{uuid4()}"
    letters.send(messages.EMAIL_CHANGED_LETTER, resident=resident, context=context, key=f"{key}:letter", now=now)
    outbox.put(
        messages.EMAIL_CHANGED,
        address=resident.phone or "",
        context=context,
        key=f"{key}:sms",
        now=now,
        expires_at=now + settings.BLOCK_LINK_LIFE,
        resident_uuid=resident.uuid,
    )
    resident.email_confirmed_at = None
    resident.save(update_fields=["email_confirmed_at"])
