"""Where a person wanted to go before he had to log in."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

View = TypeVar("View", bound=Callable[..., Any])
# A sum or a number; nobody's text belongs in an address.
LONGEST_FIELD = 32


def keeps(*fields: str) -> Callable[[View], View]:
    """Mark a view that takes these fields of its form from its address too: typed ones come back after a login."""

    def mark(view: View) -> View:
        view.kept_fields = fields  # type: ignore[attr-defined]
        return view

    return mark


def with_typed(request: HttpRequest, view: object) -> str:
    """The address of a posted form with what was typed in it; empty when its view keeps nothing."""
    fields: tuple[str, ...] = getattr(view, "kept_fields", ())
    typed = {name: request.POST[name][:LONGEST_FIELD] for name in fields if request.POST.get(name)}
    return f"{request.path}?{urlencode(typed)}" if typed else ""


def of(request: HttpRequest) -> str:
    """The page that was wanted; home when there is none, it is elsewhere, or it is a page of entry itself."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    home = resolve_url(settings.LOGIN_REDIRECT_URL)
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return home
    try:
        match = resolve(wanted.partition("?")[0])
    except Resolver404:
        return home
    return home if _is_entry(match.view_name, match.func) else wanted


def _is_entry(name: str, view: object) -> bool:
    # The mark that login_required leaves: a closed page of this app is no page of entry.
    return name.startswith("accounts:") and name not in OPEN_PAGES and not hasattr(view, "redirect_field_name")


OPEN_PAGES = ("accounts:feedback",)
