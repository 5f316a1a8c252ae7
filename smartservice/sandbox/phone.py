"""A phone to look at: the SMS of the file channel, for a first look and for tests. Never in production."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SHOWN = 50


@dataclass(frozen=True)
class Sms:
    """One SMS as the page shows it."""

    phone: str
    time: str
    text: str


def urlpatterns() -> list[URLPattern]:
    """The page's address, where SMS go to files at all."""
    if settings.ENVIRONMENT == "production" or not settings.SMS_URL.startswith("file:"):
        return []
    return [path("sandbox/phone/", phone, name="sandbox-phone")]


@never_cache
@require_safe
def phone(request: HttpRequest) -> HttpResponse:
    """The newest SMS first."""
    return render(request, "sandbox/phone.html", {"inbox": newest(settings.VAR_DIR / "sms")})


def newest(folder: Path) -> list[Sms]:
    """What stands in the folder; a file that vanishes meanwhile is left out."""
    files = sorted(folder.glob("*.txt"), key=lambda file: file.name, reverse=True)[:SHOWN]
    return [sms for file in files if (sms := _read(file))]


def _read(file: Path) -> Sms | None:
    moment, _, number = file.stem.partition("-")
    try:
        sent_at = datetime.strptime(moment, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)
        text = file.read_text(encoding="utf-8")
    except (ValueError, FileNotFoundError):
        return None
    return Sms(number, f"{timezone.localtime(sent_at):%d.%m.%Y %H:%M:%S}", text)
