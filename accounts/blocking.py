"""«Блокировка» (screens 6.7): who blocks a cabinet, what ends with it, and that only staff open it again."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts import active_sessions, block_links, confirmations, letters
from accounts.models import BlockAction, BlockEvent, BlockSource, Confirmation, Purpose, User
from notifications import messages, outbox, subscriptions

PURPOSE = Purpose.BLOCKING
OWN_WISH = "по желанию жителя, с одноразовым паролем"


def send_code(*, resident: User, ip: str, now: datetime) -> Confirmation:
    """Send the one-time password of the page; raises confirmations.TooManyCodes."""
    return confirmations.request(
        purpose=PURPOSE,
        subject=resident.uuid,
        digest=_digest(resident),
        phone=resident.phone or "",
        resident=resident,
        ip=ip,
        context={},
        now=now,
    )


def current_code(*, resident: User, now: datetime) -> Confirmation | None:
    """The one-time password that could still be typed."""
    return confirmations.current(purpose=PURPOSE, subject=resident.uuid, now=now)


def block_with_code(*, resident: User, confirmation: Confirmation, code: str, ip: str, now: datetime) -> None:
    """Block one's own cabinet; raises confirmations.WrongCode and its kin."""
    confirmations.check(confirmation=confirmation, code=code, digest=_digest(resident), now=now)
    with transaction.atomic():
        if not confirmations.consume(confirmation=confirmation, now=now):
            raise confirmations.CodeExpired
        block(user=resident, source=BlockSource.CABINET, reason=OWN_WISH, ip=ip, now=now)


@transaction.atomic
def block(*, user: User, source: BlockSource, reason: str, ip: str | None, now: datetime, who: str = "") -> bool:
    """Block the cabinet, end its sessions, codes and links, and tell its owner; False when it was blocked before."""
    # Codes before the person, in the order in which a payment locks them.
    Confirmation.objects.filter(resident=user, used_at=None, cancelled_at=None).update(cancelled_at=now)
    if not User.objects.filter(pk=user.pk, blocked_at=None).update(blocked_at=now):
        return False
    event = BlockEvent.objects.create(
        user=user, action=BlockAction.BLOCKED, source=source, who=who, ip=ip, reason=reason, created_at=now
    )
    active_sessions.end_all(user=user, now=now)
    block_links.void(user=user, now=now)
    subscriptions.forget_news(user.uuid)
    context, key = {"phone": settings.CONTACT_CENTRE_PHONE}, f"block:{event.pk}"
    letters.send(messages.CABINET_BLOCKED_LETTER, resident=user, context=context, key=f"{key}:letter", now=now)
    outbox.put(
        messages.CABINET_BLOCKED,
        address=user.phone or "",
        context=context,
        key=key,
        now=now,
        resident_uuid=user.uuid,
    )
    return True


@transaction.atomic
def unblock(*, user: User, source: BlockSource, reason: str, now: datetime, who: str = "") -> bool:
    """Open the cabinet again; False when it is open. The owner is told, with a link that blocks it at once.

    Sessions do not come back: one that slipped in between the right password and the blocking is ended here.
    """
    if not User.objects.filter(pk=user.pk, blocked_at__isnull=False).update(blocked_at=None):
        return False
    event = BlockEvent.objects.create(
        user=user, action=BlockAction.UNBLOCKED, source=source, who=who, reason=reason, created_at=now
    )
    active_sessions.end_all(user=user, now=now)
    context, key = {"link": block_links.make(user=user, now=now)}, f"block:{event.pk}"
    letters.send(messages.CABINET_UNBLOCKED_LETTER, resident=user, context=context, key=f"{key}:letter", now=now)
    outbox.put(
        messages.CABINET_UNBLOCKED,
        address=user.phone or "",
        context=context,
        key=key,
        now=now,
        expires_at=now + settings.BLOCK_LINK_LIFE,
        resident_uuid=user.uuid,
    )
    return True


def _digest(resident: User) -> str:
    return confirmations.digest_of("блокировка личного кабинета", str(resident.uuid), resident.phone or "")
