"""Sessions that end by themselves, and the stamp of the last visit."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import next_page, sessions, visits

Handler = Callable[[HttpRequest], HttpResponse]
ENDED_PARAMETER = "ended"
IDLE, ELSEWHERE = "1", "elsewhere"


def end_idle_session(get_response: Handler) -> Handler:
    """Log out whoever was away too long, and at once whoever was blocked, made inactive or ended from elsewhere.

    A closed page then leads to the login page and back; an open one is shown as to any visitor. So does a form of a
    closed page whose session has ended before: nobody else sees such a form.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            if SESSION_KEY in request.session:
                logout(request)
            response = get_response(request)
            is_turned_away = response.status_code == HTTPStatus.FOUND and _is_closed(request)
            had_page = is_turned_away and request.method == "POST" and _stood_on(request)
            return _to_login(request, ELSEWHERE) if had_page else response
        if user.blocked_at is not None:
            logout(request)
            return render(request, "accounts/blocked.html", status=403)
        if sessions.is_over(request.session, timezone.now()):
            logout(request)
            return _to_login(request, IDLE) if _is_closed(request) else get_response(request)
        if sessions.is_ended(session=request.session, user=user):
            logout(request)
            return _to_login(request, ELSEWHERE) if _is_closed(request) else get_response(request)
        return get_response(request)

    return middleware


def stamp_visit(get_response: Handler) -> Handler:
    """Write down that this person is here, unless the page asked by itself."""

    def middleware(request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        if request.user.is_authenticated and not visits.is_quiet(request):
            visits.stamp(user=request.user, now=now)
            sessions.touch(request=request, user=request.user, now=now)
        return get_response(request)

    return middleware


def _is_closed(request: HttpRequest) -> bool:
    match = visits.match_of(request)
    # The mark that login_required leaves for Django's own middleware.
    return match is not None and hasattr(match.func, "redirect_field_name")


def _to_login(request: HttpRequest, why: str) -> HttpResponse:
    query = urlencode({"next": _way_back(request), ENDED_PARAMETER: why})
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")


def _way_back(request: HttpRequest) -> str:
    """The page itself; after a POST, which cannot be repeated, the one that its form stood on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    return _stood_on(request) or reverse("home")


def _stood_on(request: HttpRequest) -> str:
    """The page of a posted form, with what was typed where it keeps that; empty where the browser does not say."""
    match = visits.match_of(request)
    typed = next_page.with_typed(request, match.func) if match else ""
    if typed:
        return typed
    sent_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(sent_from, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(sent_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
