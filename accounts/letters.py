"""The one door for e-mails to a resident: nobody is written to before he has shown that the address is his."""

from datetime import datetime

from accounts.models import User
from notifications import outbox, subscriptions
from notifications.messages import MessageKind
from notifications.models import Message


def send(
    kind: MessageKind, *, resident: User, context: dict[str, str], key: str, now: datetime, attachment: str = ""
) -> Message | None:
    """Queue the letter in the caller's transaction; None, and no letter, while the address is unconfirmed or its
    owner wants none of the kind.
    """
    if not resident.email or resident.email_confirmed_at is None:
        return None
    if kind.topic is not None and not subscriptions.wants(resident.uuid, kind.topic):
        return None
    return outbox.put(
        kind,
        address=resident.email,
        context=context,
        key=key,
        now=now,
        resident_uuid=resident.uuid,
        attachment=attachment,
    )
