"""Sweeps out what has had its time: rows and files that no rule will ask for again. Money, journal, consents stay."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from captcha.models import CaptchaStore
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Model, QuerySet

from accounts import devices
from accounts.models import Confirmation, KnownDevice, PasswordReset, PendingRegistration, Purpose, ResidentSession
from notifications.models import UNFINISHED, BlacklistedAddress, Message, SmsAnswer
from safeguards.models import Throttle

# Each batch is a transaction of its own: nobody waits for a purge.
BATCH = 1000
MESSAGES_LIVE = timedelta(days=365)
CODES_LIVE = timedelta(days=90)
# Longer than the longest period of any limit.
LIMITS_LIVE = timedelta(days=7)
FORMS_LIVE = timedelta(days=1)
# Longer than a provider tells of them.
ANSWERS_LIVE = timedelta(days=30)
PAPERS_LIVE = timedelta(days=30)
# A used code is what proves that the resident himself let the money go.
PROOFS = (Purpose.PAYMENT, Purpose.AUTOPAY, Purpose.CARD_BINDING, Purpose.CARD_REMOVAL)


@dataclass(frozen=True)
class Rubbish:
    """What is swept out, in the words of the command, and how it is found at a moment."""

    name: str
    rows: Callable[[datetime], QuerySet[Model]]


RUBBISH = (
    Rubbish(
        "сообщения",
        lambda now: Message.objects.exclude(state__in=UNFINISHED).filter(created_at__lt=now - MESSAGES_LIVE),
    ),
    Rubbish(
        "одноразовые пароли",
        lambda now: Confirmation.objects.filter(expires_at__lt=now - CODES_LIVE).exclude(
            purpose__in=PROOFS, used_at__isnull=False
        ),
    ),
    Rubbish("счётчики лимитов", lambda now: Throttle.objects.filter(opened_at__lt=now - LIMITS_LIVE)),
    Rubbish("известные устройства", lambda now: KnownDevice.objects.filter(last_login_at__lt=now - devices.LIFE)),
    Rubbish("сеансы", lambda now: Session.objects.filter(expire_date__lt=now)),
    Rubbish(
        "строки «Активных сеансов»",
        lambda now: ResidentSession.objects.filter(began_at__lt=now - settings.SESSION_LIFE),
    ),
    Rubbish(
        "незавершённые регистрации", lambda now: PendingRegistration.objects.filter(expires_at__lt=now - FORMS_LIVE)
    ),
    Rubbish("восстановления пароля", lambda now: PasswordReset.objects.filter(expires_at__lt=now - FORMS_LIVE)),
    Rubbish("картинки с кодом", lambda now: CaptchaStore.objects.filter(expiration__lt=now)),
    Rubbish("ответы на SMS", lambda now: SmsAnswer.objects.filter(read_at__lt=now - ANSWERS_LIVE)),
    Rubbish("адреса, которых не было", lambda now: BlacklistedAddress.objects.filter(until__lt=now)),
)


def purge(*, now: datetime, is_stopping: Callable[[], bool] = lambda: False) -> dict[str, int]:
    """Sweep everything out, batch by batch; how many went, by name. Stopped or repeated, it goes on where it was."""
    gone = {rubbish.name: sum(_batches(rubbish.rows(now), is_stopping)) for rubbish in RUBBISH}
    return {**gone, "файлы PDF": _papers(now)}


def _batches(rows: QuerySet[Model], is_stopping: Callable[[], bool]) -> Iterator[int]:
    while not is_stopping():
        # In no order: by key the database would walk through all that stays to find what goes.
        batch = list(rows.order_by().values_list("pk", flat=True)[:BATCH])
        if not batch:
            return
        # Asked again: what has come to life since then stays.
        yield rows.filter(pk__in=batch).delete()[0]
        if len(batch) < BATCH:
            return


def _papers(now: datetime) -> int:
    """Laid-out papers, which are made anew when somebody asks; a file that another sweep took is no trouble."""
    before = (now - PAPERS_LIVE).timestamp()
    old = [path for path in _files(settings.VAR_DIR / "papers") if _modified(path) < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()
