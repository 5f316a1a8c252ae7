"""What must be right before anybody is served: production refuses to start otherwise, other stacks are warned."""

import ctypes
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.urls import reverse

from accounts.block_links import TOKEN_LENGTH
from accounts.feedback_links import SIGNATURE_LENGTH
from notifications import messages, texts
from notifications.channels import choice
from notifications.models import Channel
from payments.checkout import RETURN_TOKEN_BYTES
from smartservice import env, startup

LOCAL_HOSTS = frozenset({"127.0.0.1", "::1", "localhost", "0.0.0.0", ""})  # noqa: S104 compared with, not bound to
SANDBOX_PASSWORD = "sandbox-password"  # noqa: S105 the public default, which production refuses
INSTALL = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core"
SHORTER = "Возьмите имя короче."
# The bank's limit for cresCallbackUrl.
RETURN_ADDRESS_MAX = 100
PANGO = {"linux": ("libpango-1.0.so.0", "libpangoft2-1.0.so.0"), "darwin": ("libpango-1.0.dylib",)}


@dataclass(frozen=True)
class Rule:
    """One thing that production must not have, and what to do about it."""

    number: str
    is_broken: Callable[[], bool]
    says: str
    hint: str


def _is_sandbox_bank() -> bool:
    parts = urlsplit(settings.ACQUIRER_URL)
    is_near = parts.scheme != "https" or (parts.hostname or "") in LOCAL_HOSTS
    return is_near or settings.ACQUIRER_PASSWORD == SANDBOX_PASSWORD


PRODUCTION = (
    Rule(
        "E001",
        _is_sandbox_bank,
        "банк – учебный.",
        "Задайте ACQUIRER_URL (https), ACQUIRER_TERMINAL и ACQUIRER_PASSWORD, которые выдал банк.",
    ),
    Rule(
        "E002",
        lambda: any(url.startswith("file:") for url in settings.SMS_URL.split()),
        "SMS пишутся в файлы.",
        "Задайте SMS_URL=smsc://логин:пароль@smsc.ru или smsru://API_ID@sms.ru, или оба через пробел.",
    ),
    Rule(
        "E003",
        lambda: settings.EMAIL_URL.startswith("file:"),
        "письма пишутся в файлы.",
        "Задайте EMAIL_URL=smtp://имя:пароль@сервер:587/?tls=1",
    ),
    Rule(
        "E004",
        lambda: not (env.text("SECRET_KEY") and env.text("FIELD_KEYS") and env.text("JOURNAL_KEY")),
        "ключи – те, что создались при первом запуске.",
        "Задайте SECRET_KEY, FIELD_KEYS и JOURNAL_KEY или дайте каждый файлом: SECRET_KEY_FILE и так далее.",
    ),
    Rule("E005", lambda: settings.DEBUG, "включён DEBUG.", "Уберите DEBUG."),
    Rule(
        "E006",
        lambda: not settings.BASE_URL.startswith("https://"),
        "адрес портала без https.",
        "Задайте BASE_URL – адрес, который набирают жители, с https://. Пример: BASE_URL=https://smart-service.example",
    ),
    Rule(
        "E007",
        lambda: connection.vendor != "postgresql",
        "база данных – не PostgreSQL.",
        "Задайте DATABASE_URL=postgres://имя:пароль@сервер/база",
    ),
)


@register(startup.CONFIGURATION)
def production(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Everything that only production refuses."""
    if settings.ENVIRONMENT != "production":
        return []
    return [
        Error(
            f"ENVIRONMENT=production, запуск невозможен: {rule.says}", hint=rule.hint, id=f"smartservice.{rule.number}"
        )
        for rule in PRODUCTION
        if rule.is_broken()
    ]


@register(startup.CONFIGURATION)
def return_address(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """The bank refuses a longer address to come back to, and says so only when the card is asked for money."""
    path = reverse("payments:challenge-return", args=["x" * ((RETURN_TOKEN_BYTES * 4 + 2) // 3)])
    if len(settings.BASE_URL + path) <= RETURN_ADDRESS_MAX:
        return []
    room = RETURN_ADDRESS_MAX - len(path)
    return [Error(f"BASE_URL длиннее {room} знаков: банк такой не примет.", hint=SHORTER, id="smartservice.E009")]


@register(startup.CONFIGURATION)
def block_link(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """A security SMS carries its link whole or is not written at all, and then no new device could log in."""
    link = settings.BASE_URL + reverse("accounts:quick-block", args=["x" * TOKEN_LENGTH])
    answer = reverse("accounts:feedback-answer", args=["x" * (SIGNATURE_LENGTH + 8)])
    values = {"code": "000000", "moment": "00.00 в 00:00", "device": "", "what": "", "link": link}
    values |= {"amount": "", "limit": "", "payee": ""}
    try:
        for kind in messages.WITH_BLOCK_LINK:
            if kind.channel is Channel.SMS:
                texts.sms(kind, values)
        texts.sms(messages.FEEDBACK_ANSWERED, {"number": "0" * 9, "link": settings.BASE_URL + answer})
    except texts.TooLong:
        return [Error("BASE_URL не помещается в SMS.", hint=SHORTER, id="smartservice.E010")]
    return []


@register(startup.CONFIGURATION)
def channels(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """SMS_URL and EMAIL_URL name ways to send that exist."""
    found: list[CheckMessage] = []
    for channel in Channel:
        try:
            choice.carrier(channel)
        except ImproperlyConfigured as error:
            found.append(Error(str(error), id="smartservice.E008"))
    return found


@register
def pango(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """WeasyPrint draws receipts with Pango; without it the page and the print remain."""
    if all(_loads(library) for library in PANGO.get(sys.platform, ())):
        return []
    return [checks.Warning("Нет Pango: PDF-квитанций не будет.", hint=INSTALL, id="smartservice.W001")]


@register
def font(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Some installed font has both Cyrillic and the sign of the rouble."""
    if sys.platform != "linux" or _fonts_with("0416 20bd"):
        return []
    return [
        checks.Warning(
            "Нет шрифта с кириллицей и знаком рубля: в PDF-квитанциях вместо букв будут квадраты.",
            hint=INSTALL,
            id="smartservice.W002",
        )
    ]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _fonts_with(characters: str) -> str:
    program = shutil.which("fc-list")
    if program is None:
        return ""
    question = [program, f":charset={characters}", "family"]
    return subprocess.run(question, capture_output=True, text=True, check=False, timeout=20).stdout.strip()  # noqa: S603
