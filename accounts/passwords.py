"""A new password in place of the old one: what ends with it, and who is told."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator, MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import active_sessions, block_links, devices, letters
from accounts.models import PasswordReset, User
from notifications import messages, outbox

STAFF_MINIMUM_LENGTH = 12


class LongEnough(MinimumLengthValidator):
    """Django's rule in our own words."""

    def get_error_message(self) -> str:
        """What is wrong and how long it must be."""
        return f"Пароль слишком короткий: нужно не менее {self.min_length} символов"


class NotCommon(CommonPasswordValidator):
    """Django's rule, and its list, in our own words."""

    def get_error_message(self) -> str:
        """What is wrong and what to do."""
        return "Такой пароль легко угадать: он один из самых частых. Придумайте другой"


class LongEnoughForStaff:
    """What Django asks of a new password beside its general rules: whoever serves residents has a longer one."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a short one of a member of the staff."""
        if getattr(user, "is_staff", False) and len(password) < STAFF_MINIMUM_LENGTH:
            raise ValidationError(self.get_help_text(), code="staff_password_too_short")

    def get_help_text(self) -> str:
        """The rule in words."""
        return f"Пароль сотрудника – не короче {STAFF_MINIMUM_LENGTH} знаков."


def replace(*, user: User, hashed: str, device: str, session: UUID | None, now: datetime) -> None:
    """Put the hashed password in place, inside the caller's transaction, and tell its owner.

    Sessions carry a digest of the password's hash, so all others are refused from their next request on. Only the
    browser with the mark `device` stays a known one, and the list keeps only the session named.
    """
    User.objects.filter(pk=user.pk).update(password=hashed)
    user.password = hashed
    PasswordReset.objects.filter(phone=user.phone).delete()
    devices.forget(user=user, but=device)
    active_sessions.end_all(user=user, now=now, but=session)
    _tell(user, now)


def _tell(user: User, now: datetime) -> None:
    moment = timezone.localtime(now).strftime("%d.%m в %H:%M")
    context = {
        "moment": moment,
        "link": block_links.make(user=user, now=now),
        "contact_centre": settings.CONTACT_CENTRE_PHONE,
    }
    key = f"password-changed:{uuid4()}"
    outbox.put(
        messages.PASSWORD_CHANGED,
        address=user.phone or "",
        context=context,
        key=f"{key}:sms",
        now=now,
        expires_at=now + settings.BLOCK_LINK_LIFE,
        resident_uuid=user.uuid,
    )
    letters.send(messages.PASSWORD_CHANGED_LETTER, resident=user, context=context, key=f"{key}:letter", now=now)
