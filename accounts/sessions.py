"""The session of a logged-in resident: how it begins, how old it may grow, and what else it remembers."""

from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from accounts import active_sessions, networks, user_agents, visits
from accounts.client_ip import client_ip
from accounts.models import ResidentSession, User

BEGAN_AT = "began_at"
SEEN_AT = "seen_at"
PENDING = "pending_registration"
RESET = "password_reset"
NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a place, not a password
SUBSCRIPTIONS = "subscriptions"
LOGIN = "login_from_new_device"
COPY = "copy_of_my_data"
RESIDENT_SESSION = "resident_session"
CHECKED_VERSION = "sessions_version"


def log_in(*, request: HttpRequest, user: User, now: datetime) -> ResidentSession:
    """Begin a session of this person; its key is a new one, so that nobody can have planted it."""
    _end_row(request, now)
    request.session.pop(PENDING, None)
    request.session.pop(LOGIN, None)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.set_expiry(None)
    request.session[BEGAN_AT] = request.session[SEEN_AT] = now.timestamp()
    return _begin_row(request, user, now)


def log_out(*, request: HttpRequest, now: datetime) -> None:
    """End the session here and in the list."""
    _end_row(request, now)
    logout(request)


def own_uuid(session: SessionBase) -> UUID | None:
    """What «Активные сеансы» calls this session; None before its first page."""
    kept = session.get(RESIDENT_SESSION)
    return UUID(kept) if kept else None


def is_ended(*, session: SessionBase, user: User) -> bool:
    """Whether it was ended from elsewhere; so is one that has begun without a place in the list."""
    own = own_uuid(session)
    if own is None:
        return BEGAN_AT in session
    if session.get(CHECKED_VERSION) != user.sessions_version:
        if active_sessions.is_ended(uuid=own, user=user):
            return True
        session[CHECKED_VERSION] = user.sessions_version
    return False


def is_over(session: SessionBase, now: datetime) -> bool:
    """Whether nobody touched it for 15 minutes, or it is older than 12 hours (both are settings)."""
    began, seen = _moment(session, BEGAN_AT, now), _moment(session, SEEN_AT, now)
    return now - seen >= settings.SESSION_IDLE or now - began >= settings.SESSION_LIFE


def ends_in() -> int:
    """Seconds after a page that its session surely has: the stamp may be a minute older than the page."""
    return int((settings.SESSION_IDLE - visits.STAMP_EVERY).total_seconds())


def touch(*, request: HttpRequest, user: User, now: datetime) -> None:
    """Remember that a person is here; written at most once a minute."""
    session = request.session
    if SEEN_AT in session and now - _moment(session, SEEN_AT, now) < visits.STAMP_EVERY:
        return
    session.setdefault(BEGAN_AT, now.timestamp())
    session[SEEN_AT] = now.timestamp()
    own = own_uuid(session)
    if own is None:
        _begin_row(request, user, now)
    else:
        active_sessions.see(uuid=own, now=now)


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


def remember_login(session: SessionBase, *, user: User, attempt: UUID, now: datetime) -> None:
    """Who has typed his password in a new browser and owes the code; the wait is as long as two codes live."""
    expires_at = now + 2 * settings.CONFIRMATION_LIFE
    session[LOGIN] = {"user": str(user.uuid), "attempt": str(attempt), "until": expires_at.timestamp()}


def waiting_login(session: SessionBase, now: datetime) -> tuple[UUID, UUID] | None:
    """The person's UUID and the attempt's; None when nobody waits here, or not any more."""
    kept = session.get(LOGIN)
    if not kept or kept["until"] <= now.timestamp():
        return None
    return UUID(kept["user"]), UUID(kept["attempt"])


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


def remember_subscriptions(session: SessionBase, ticks: dict[str, bool]) -> None:
    """The ticks that wait for their one-time password."""
    session[SUBSCRIPTIONS] = ticks


def kept_subscriptions(session: SessionBase) -> dict[str, bool]:
    """The ticks that wait in this session; empty when none do."""
    kept: dict[str, bool] = session.get(SUBSCRIPTIONS, {})
    return kept


def forget_subscriptions(session: SessionBase) -> None:
    """They are saved."""
    session.pop(SUBSCRIPTIONS, None)


def remember_copy(session: SessionBase, until: datetime) -> None:
    """The copy of his data may be taken along here until then."""
    session[COPY] = until.timestamp()


def copy_until(session: SessionBase, now: datetime) -> datetime | None:
    """How long the copy may still be taken along; None when it may not."""
    until = _moment(session, COPY, now)
    return until if until > now else None


def _begin_row(request: HttpRequest, user: User, now: datetime) -> ResidentSession:
    device = user_agents.in_words(request.headers.get("User-Agent", ""))
    row = active_sessions.begin(user=user, device=device, network=networks.of(client_ip(request)), now=now)
    request.session[RESIDENT_SESSION] = str(row.uuid)
    request.session[CHECKED_VERSION] = user.sessions_version
    return row


def _end_row(request: HttpRequest, now: datetime) -> None:
    own = own_uuid(request.session)
    if own is not None and isinstance(request.user, User):
        active_sessions.end(user=request.user, uuid=own, now=now)


def _moment(session: SessionBase, name: str, default: datetime) -> datetime:
    kept = session.get(name)
    return default if kept is None else datetime.fromtimestamp(kept, tz=UTC)
