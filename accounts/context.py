"""What the frame of every page needs of its reader: the last-visit line, or the login block."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts import sessions, visits
from accounts.forms import LoginForm


def visit(request: HttpRequest) -> dict[str, Any]:
    """«Последнее обращение к Системе» for who is logged in (screens 0.4)."""
    user = request.user
    return {"visit": visits.line(user=user, now=timezone.now()) if user.is_authenticated else None}


def session(request: HttpRequest) -> dict[str, Any]:
    """Seconds until this session ends if nobody comes; 0 for who is not logged in."""
    return {"session_ends_in": sessions.ends_in() if request.user.is_authenticated else 0}


def login_form(request: HttpRequest) -> dict[str, Any]:
    """The login block of the side column for who is not."""
    return {"login_form": None if request.user.is_authenticated else LoginForm(auto_id="login_%s")}
