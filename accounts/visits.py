"""When a resident was here: the last-visit line, and which requests do not count as being here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone

from accounts.models import User

View = TypeVar("View", bound=Callable[..., Any])
STAMP_EVERY = timedelta(minutes=1)
REFRESH_PARAMETER = "refresh"


@dataclass(frozen=True)
class Visit:
    """The two moments of «Последнее обращение к Системе» (screens 0.4), ready to be shown; `previous` may be empty."""

    now: str
    previous: str


def quiet(view: View) -> View:
    """Mark a view that pages call by themselves: it moves neither last visit nor idleness."""
    view.quiet = True  # type: ignore[attr-defined]
    return view


def is_quiet(request: HttpRequest) -> bool:
    """Whether this request comes from a page, not from a person: a quiet view, or a GET with `?refresh=1`."""
    if request.method in {"GET", "HEAD"} and REFRESH_PARAMETER in request.GET:
        return True
    match = match_of(request)
    return match is None or getattr(match.func, "quiet", False)


def match_of(request: HttpRequest) -> ResolverMatch | None:
    """The view that will answer; None when there is none."""
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


def stamp(*, user: User, now: datetime) -> None:
    """Write the visit down, at most once a minute however many requests come at once."""
    if user.last_visit_at is not None and now - user.last_visit_at < STAMP_EVERY:
        return
    due = Q(last_visit_at=None) | Q(last_visit_at__lte=now - STAMP_EVERY)
    if User.objects.filter(due, pk=user.pk).update(previous_visit_at=F("last_visit_at"), last_visit_at=now):
        user.previous_visit_at, user.last_visit_at = user.last_visit_at, now


def line(*, user: User, now: datetime) -> Visit:
    """What the greeting block says of this visit."""
    return Visit(now=_shown(now), previous=_shown(user.previous_visit_at) if user.previous_visit_at else "")


def _shown(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%d.%m.%Y %H:%M:%S")
