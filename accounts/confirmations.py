"""One-time passwords: each belongs to one operation, to what was shown of it, and to ten minutes (house rule 6)."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts import block_links
from accounts.client_ip import subscriber
from accounts.models import Confirmation, Purpose, User
from notifications import messages, outbox
from notifications.messages import MessageKind
from safeguards import throttle
from safeguards.throttle import Limit

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True)
class Caps:
    """How often one phone may be written to, and how many wrong codes a day it bears."""

    minute: Limit
    ten_minutes: Limit
    day: Limit
    wrong: Limit


def _caps(scope: str) -> Caps:
    return Caps(
        minute=Limit(f"{scope}.minute", 1, MINUTE),
        ten_minutes=Limit(f"{scope}.ten_minutes", 3, 10 * MINUTE),
        day=Limit(f"{scope}.day", 10, DAY),
        wrong=Limit(f"{scope}.wrong", 10, DAY),
    )


# Two purses: what a stranger asks for with somebody's phone must not use up what the owner needs to pay.
BEFORE_PASSWORD = _caps("code.before")
AFTER_PASSWORD = _caps("code.after")
PER_ADDRESS = Limit("code.ip", 100, timedelta(hours=1))
SITE = Limit("code.site", 20_000, DAY)

DIGITS = {Purpose.ACTIVATION: 4}
USUAL_DIGITS = 6
MESSAGES = {
    Purpose.ACTIVATION: messages.ACTIVATION_CODE,
    Purpose.BLOCKING: messages.BLOCKING_CODE,
    Purpose.MY_DATA: messages.MY_DATA_CODE,
    Purpose.NEW_DEVICE: messages.NEW_DEVICE_CODE,
    Purpose.PHONE_CHANGE: messages.PHONE_CHANGE_CODE,
    Purpose.AUTOPAY: messages.AUTOPAY_CODE,
    Purpose.CARD_BINDING: messages.CARD_CODE,
    Purpose.CARD_REMOVAL: messages.CARD_CODE,
    Purpose.PASSWORD_CHANGE: messages.PASSWORD_CHANGE_CODE,
    Purpose.PASSWORD_RESET: messages.PASSWORD_RESET_CODE,
    Purpose.PAYMENT: messages.PAYMENT_CODE,
    Purpose.PROFILE: messages.PROFILE_CODE,
    Purpose.SUBSCRIPTIONS: messages.SUBSCRIPTIONS_CODE,
}
OPEN_TO_STRANGERS = frozenset({Purpose.ACTIVATION, Purpose.PASSWORD_RESET})
FREED_WHEN_USED = frozenset(
    {
        Purpose.PAYMENT,
        Purpose.PROFILE,
        Purpose.NEW_DEVICE,
        Purpose.MY_DATA,
        Purpose.SUBSCRIPTIONS,
        Purpose.CARD_BINDING,
        Purpose.CARD_REMOVAL,
        Purpose.AUTOPAY,
    }
)


class TooManyCodes(Exception):
    """No code is sent now; `retry_after` says when one may be asked for again."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("too many codes")
        self.retry_after = retry_after


class CodeRefused(Exception):
    """What was typed opens nothing, for one of four reasons."""


class WrongCode(CodeRefused):
    """Not the code; at least one try is left."""

    def __init__(self, tries_left: int) -> None:
        super().__init__("wrong code")
        self.tries_left = tries_left


class NoTriesLeft(CodeRefused):
    """The code is dead: five tries are over, or ten wrong codes of this phone today."""


class CodeExpired(CodeRefused):
    """The code is out of time, used, or replaced by a newer one."""


class DigestChanged(CodeRefused):
    """What was shown when the code was sent is no longer what would be done."""


def digest_of(*shown: str | int) -> str:
    """A digest of what a person was shown, for `request` and `check`."""
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def request(
    *,
    purpose: Purpose,
    subject: UUID,
    digest: str,
    phone: str,
    resident: User | None,
    ip: str,
    context: dict[str, str],
    now: datetime,
    instead: MessageKind | None = None,
    owner: User | None = None,
) -> Confirmation:
    """Send a new code, which cancels the former one of the same subject; raises TooManyCodes and then sends nothing.

    `context` is what the message says beside the code; a security message also gets the link that blocks the cabinet of
    `owner`, who is the resident unless named. With `instead` that message goes out and no code ever fits:
    the way to treat a phone that must not learn more than any other. Never call it inside a transaction.
    """
    confirmation = Confirmation(
        uuid=uuid4(),
        purpose=purpose,
        subject=subject,
        digest=digest,
        phone_hmac=_phone_hmac(phone),
        resident=resident,
        created_at=now,
        expires_at=now + settings.CONFIRMATION_LIFE,
    )
    _take_places(confirmation, ip, now)
    code = _new_code(purpose)
    confirmation.code_hmac = _code_hmac(confirmation, code if instead is None else secrets.token_hex())
    with transaction.atomic():
        void(purpose=purpose, subject=subject, now=now)
        confirmation.save()
        kind = MESSAGES[purpose]
        if kind in messages.WITH_BLOCK_LINK:
            context = {**context, "link": block_links.make(user=None if instead else owner or resident, now=now)}
        outbox.put(
            instead or kind,
            address=phone,
            context=context if instead else {**context, "code": code},
            key=f"confirmation:{confirmation.uuid}",
            now=now,
            expires_at=confirmation.expires_at,
            resident_uuid=resident.uuid if resident else None,
        )
    return confirmation


def current(*, purpose: Purpose, subject: UUID, now: datetime) -> Confirmation | None:
    """The code that could still be typed, unless its tries are over."""
    return Confirmation.objects.live(now).filter(purpose=purpose, subject=subject).order_by("-id").first()


def tries_left(confirmation: Confirmation, now: datetime) -> int:
    """How many codes may still be typed: of its own five, and of the wrong ones that its phone bears today."""
    wrong = _caps_of(confirmation.purpose).wrong
    borne = wrong.times - throttle.used(wrong, confirmation.phone_hmac, now)
    return max(0, min(confirmation.tries_left, borne))


def wait_of(*, purpose: Purpose, phone: str, now: datetime) -> timedelta:
    """How long until this phone may be sent a code for such a purpose."""
    return _refusal(purpose, _phone_hmac(phone), now)


def check(*, confirmation: Confirmation, code: str, digest: str, now: datetime) -> None:
    """Pass when the code is right and nothing has changed; otherwise raise WrongCode, NoTriesLeft, CodeExpired or
    DigestChanged. Each call is a try, counted and committed before the comparison: never call it in a transaction.
    """
    wrong = _caps_of(confirmation.purpose).wrong
    _count_try(confirmation, now)
    if not constant_time_compare(confirmation.digest, digest):
        raise DigestChanged
    if not throttle.take(wrong, confirmation.phone_hmac, now):
        raise NoTriesLeft
    if constant_time_compare(confirmation.code_hmac, _code_hmac(confirmation, code)):
        throttle.give_back(wrong, confirmation.phone_hmac, now)
        return
    left = tries_left(confirmation, now)
    if not left:
        raise NoTriesLeft
    raise WrongCode(left)


def consume(*, confirmation: Confirmation, now: datetime) -> bool:
    """Use the code up, inside the caller's transaction; False when somebody was faster or its time is over."""
    if not Confirmation.objects.live(now).filter(pk=confirmation.pk).update(used_at=now):
        return False
    if confirmation.purpose in FREED_WHEN_USED:
        caps = _caps_of(confirmation.purpose)
        for limit in (caps.minute, caps.ten_minutes):
            throttle.give_back(limit, confirmation.phone_hmac, confirmation.created_at)
    return True


def void(*, purpose: Purpose, subject: UUID, now: datetime) -> None:
    """Make every code of this subject useless."""
    Confirmation.objects.filter(purpose=purpose, subject=subject, used_at=None, cancelled_at=None).update(
        cancelled_at=now
    )


def _count_try(confirmation: Confirmation, now: datetime) -> None:
    open_row = Confirmation.objects.live(now).filter(pk=confirmation.pk, tries__lt=settings.CONFIRMATION_TRIES)
    with transaction.atomic(durable=True):
        counted = open_row.update(tries=F("tries") + 1)
    confirmation.refresh_from_db()
    if not counted:
        raise NoTriesLeft if Confirmation.objects.live(now).filter(pk=confirmation.pk).exists() else CodeExpired


def _take_places(confirmation: Confirmation, ip: str, now: datetime) -> None:
    """One place of every cap, or none at all."""
    phone, caps = confirmation.phone_hmac, _caps_of(confirmation.purpose)
    refusal = _refusal(confirmation.purpose, phone, now)
    if refusal:
        raise TooManyCodes(refusal)
    wait = throttle.take_all(
        [
            (caps.minute, phone),
            (caps.ten_minutes, phone),
            (caps.day, phone),
            (PER_ADDRESS, subscriber(ip)),
            (SITE, ""),
        ],
        now,
    )
    if wait:
        raise TooManyCodes(wait)


def _refusal(purpose: str, phone_hmac: str, now: datetime) -> timedelta:
    """How long this phone waits: for its sending caps, and for its wrong codes, since a code more would be useless."""
    caps = _caps_of(purpose)
    limits = (caps.minute, caps.ten_minutes, caps.day, caps.wrong)
    return max(throttle.retry_after(limit, phone_hmac, now) for limit in limits)


def _caps_of(purpose: str) -> Caps:
    return BEFORE_PASSWORD if purpose in OPEN_TO_STRANGERS else AFTER_PASSWORD


def _new_code(purpose: Purpose) -> str:
    digits = DIGITS.get(purpose, USUAL_DIGITS)
    return f"{secrets.randbelow(10**digits):0{digits}}"


def _code_hmac(confirmation: Confirmation, code: str) -> str:
    return salted_hmac("accounts.confirmation", f"{confirmation.uuid}:{code}", algorithm="sha256").hexdigest()


def _phone_hmac(phone: str) -> str:
    return salted_hmac("accounts.confirmation.phone", phone, algorithm="sha256").hexdigest()
