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
        "The bank is the sandbox.",
        "Set ACQUIRER_URL (https), ACQUIRER_TERMINAL and ACQUIRER_PASSWORD to what the bank gave you.",
    ),
    Rule(
        "E002",
        lambda: any(url.startswith("file:") for url in settings.SMS_URL.split()),
        "SMS go to files.",
        "Set SMS_URL=smsc://login:password@smsc.ru or smsru://API_ID@sms.ru, or both with a space between.",
    ),
    Rule(
        "E003",
        lambda: settings.EMAIL_URL.startswith("file:"),
        "E-mails go to files.",
        "Set EMAIL_URL=smtp://user:password@host:587/?tls=1",
    ),
    Rule(
        "E004",
        lambda: not (env.text("SECRET_KEY") and env.text("FIELD_KEYS") and env.text("JOURNAL_KEY")),
        "The keys are those made at the first start.",
        "Set SECRET_KEY, FIELD_KEYS and JOURNAL_KEY, or give each as a file: SECRET_KEY_FILE and so on.",
    ),
    Rule("E005", lambda: settings.DEBUG, "DEBUG is on.", "Unset DEBUG."),
    Rule(
        "E006",
        lambda: not settings.BASE_URL.startswith("https://"),
        "The portal's address is not https.",
        "Set BASE_URL to the address that residents type, with https://.",
    ),
    Rule(
        "E007",
        lambda: connection.vendor != "postgresql",
        "The database is not PostgreSQL.",
        "Set DATABASE_URL=postgres://user:password@host/name",
    ),
)


@register(startup.CONFIGURATION)
def production(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Everything that only production refuses."""
    if settings.ENVIRONMENT != "production":
        return []
    return [
        Error(f"Production refuses to start: {rule.says}", hint=rule.hint, id=f"smartservice.{rule.number}")
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
    return [Error(f"BASE_URL is longer than {room} characters.", hint="Use a shorter host.", id="smartservice.E009")]


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
        return [Error("BASE_URL does not fit into an SMS.", hint="Use a shorter host.", id="smartservice.E010")]
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
    return [checks.Warning("PDF receipts need Pango, which is not here.", hint=INSTALL, id="smartservice.W001")]


@register
def font(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Some installed font has both Cyrillic and the sign of the rouble."""
    if sys.platform != "linux" or _fonts_with("0416 20bd"):
        return []
    return [
        checks.Warning(
            "No font here has Cyrillic letters and the rouble sign: PDF receipts would show boxes.",
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
