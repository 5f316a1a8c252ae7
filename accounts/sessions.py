"""The session of a logged-in resident: how it begins, how old it may grow, and what else it remembers."""

from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from accounts import visits
from accounts.models import User

BEGAN_AT = "began_at"
SEEN_AT = "seen_at"
PENDING = "pending_registration"
RESET = "password_reset"
NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a place, not a password


def log_in(*, request: HttpRequest, user: User, now: datetime) -> None:
    """Begin a session of this person; its key is a new one, so that nobody can have planted it."""
    request.session.pop(PENDING, None)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.set_expiry(None)
    request.session[BEGAN_AT] = request.session[SEEN_AT] = now.timestamp()


def is_over(session: SessionBase, now: datetime) -> bool:
    """Whether nobody touched it for 15 minutes, or it is older than 12 hours (both are settings)."""
    began, seen = _moment(session, BEGAN_AT, now), _moment(session, SEEN_AT, now)
    return now - seen >= settings.SESSION_IDLE or now - began >= settings.SESSION_LIFE


def touch(session: SessionBase, now: datetime) -> None:
    """Remember that a person is here; written at most once a minute."""
    if SEEN_AT not in session or now - _moment(session, SEEN_AT, now) >= visits.STAMP_EVERY:
        session.setdefault(BEGAN_AT, now.timestamp())
        session[SEEN_AT] = now.timestamp()


def remember_pending(session: SessionBase, *, uuid: UUID, seconds: int) -> None:
    """The registration whose code this visitor may type."""
    session[PENDING] = str(uuid)
    session.set_expiry(seconds)


def forget_pending(session: SessionBase) -> None:
    """The registration is finished or given up."""
    session.pop(PENDING, None)


def pending_uuid(session: SessionBase) -> UUID | None:
    """The registration that began in this session."""
    kept = session.get(PENDING)
    return UUID(kept) if kept else None


def remember_reset(session: SessionBase, uuid: UUID) -> None:
    """The forgotten password whose code this visitor may type."""
    session[RESET] = str(uuid)


def reset_uuid(session: SessionBase) -> UUID | None:
    """The forgotten password that this session asked about."""
    kept = session.get(RESET)
    return UUID(kept) if kept else None


def remember_new_password(session: SessionBase, hashed: str) -> None:
    """The password, as a hash, that waits for its one-time password."""
    session[NEW_PASSWORD] = hashed


def new_password(session: SessionBase) -> str:
    """The hash that waits in this session; empty when none does."""
    return str(session.get(NEW_PASSWORD, ""))


def go_on_with_new_password(*, request: HttpRequest, user: User) -> None:
    """Keep this one session of a person whose password has changed, under a new key."""
    request.session.pop(NEW_PASSWORD, None)
    update_session_auth_hash(request, user)


def _moment(session: SessionBase, name: str, default: datetime) -> datetime:
    kept = session.get(name)
    return default if kept is None else datetime.fromtimestamp(kept, tz=UTC)
