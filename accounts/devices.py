"""Browsers that their owners have logged in with: a signed cookie, and a row for each person who used it."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from accounts.models import KnownDevice, User

COOKIE = "__Host-device" if settings.SECURE else f"device-{settings.PORT}"
SALT = "accounts.device"
LIFE = timedelta(days=365)


def device_of(request: HttpRequest) -> str:
    """The browser's own mark; empty when it has none, or one that we did not sign."""
    return request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=LIFE) or ""


def is_known(*, device: str, phone: str) -> bool:
    """Whether the person with this phone has logged in here before."""
    return KnownDevice.objects.filter(device_hmac=_hmac(device), user__phone=phone).exists()


def remember(*, request: HttpRequest, response: HttpResponse, user: User, now: datetime) -> None:
    """Make this browser a known one of this person."""
    device = device_of(request) or secrets.token_urlsafe(16)
    KnownDevice.objects.update_or_create(
        user=user,
        device_hmac=_hmac(device),
        defaults={"last_login_at": now},
        create_defaults={"created_at": now, "last_login_at": now},
    )
    response.set_signed_cookie(
        COOKIE, device, salt=SALT, max_age=LIFE, secure=settings.SECURE, httponly=True, samesite="Lax"
    )


def forget(*, user: User, but: str = "") -> None:
    """Make this person's browsers strange again, except the one with this mark."""
    KnownDevice.objects.filter(user=user).exclude(device_hmac=_hmac(but)).delete()


def _hmac(device: str) -> str:
    return salted_hmac(SALT, device, algorithm="sha256").hexdigest()
