"""«Это были не вы? Заблокируйте кабинет»: the link that a security SMS carries; it lives a day and works once."""

import secrets
import string
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.models import BlockLink, User

# Letters alone: digits could look like a code. 18 of them are 102 bits, and an SMS has no room for more.
TOKEN_LENGTH = 18


def make(*, user: User, now: datetime) -> str:
    """A new link for an SMS to this person; those whose day is over are forgotten by the way."""
    BlockLink.objects.filter(user=user, expires_at__lte=now).delete()
    token = "".join(secrets.choice(string.ascii_letters) for _ in range(TOKEN_LENGTH))
    BlockLink.objects.create(user=user, token_hmac=_hmac(token), expires_at=now + settings.BLOCK_LINK_LIFE)
    return settings.BASE_URL + reverse("accounts:quick-block", args=[token])


def find(*, token: str, now: datetime) -> BlockLink | None:
    """The link of this token within its day, used or not."""
    rows = BlockLink.objects.select_related("user")
    return rows.filter(token_hmac=_hmac(token), expires_at__gt=now).first()


def void(*, user: User, now: datetime) -> None:
    """None of this person's links works any more."""
    BlockLink.objects.filter(user=user, used_at=None).update(used_at=now)


def _hmac(token: str) -> str:
    return salted_hmac("accounts.block_link", token, algorithm="sha256").hexdigest()
