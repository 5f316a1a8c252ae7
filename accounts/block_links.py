"""«Это были не вы? Заблокируйте кабинет»: the link that a security message carries; it lives a day and works once."""

import secrets
import string
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.models import BlockLink, User

# Letters alone: digits could look like a code. 12 of them are 68 bits for a day, and every character is paid for.
TOKEN_LENGTH = 12


def make(*, user: User | None, now: datetime) -> str:
    """A new link for a message to this person; those whose day is over are forgotten by the way.

    For nobody the work is the same and the link leads nowhere: its time must not tell whose phone is known.
    """
    BlockLink.objects.filter(user=user, expires_at__lte=now).delete()
    token = "".join(secrets.choice(string.ascii_letters) for _ in range(TOKEN_LENGTH))
    BlockLink.objects.create(user=user, token_hmac=_hmac(token), expires_at=now + settings.BLOCK_LINK_LIFE)
    return settings.BASE_URL + reverse("accounts:quick-block", args=[token])


def find(*, token: str, now: datetime) -> BlockLink | None:
    """The link of this token within its day, used or not."""
    rows = BlockLink.objects.select_related("user").exclude(user=None)
    return rows.filter(token_hmac=_hmac(token), expires_at__gt=now).first()


def void(*, user: User, now: datetime) -> None:
    """None of this person's links works any more."""
    BlockLink.objects.filter(user=user, used_at=None).update(used_at=now)


def _hmac(token: str) -> str:
    return salted_hmac("accounts.block_link", token, algorithm="sha256").hexdigest()
