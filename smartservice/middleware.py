"""What holds for every page: no NUL comes in; a strict Content-Security-Policy goes out, a word to who typed a card
number into a text, and a page to who has none because only a button leads there.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed

from safeguards.free_text import has_hidden_card
from smartservice import views

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'{form_action}; frame-ancestors 'none'; base-uri 'none'"
)
HIDDEN_CARD = "В тексте был номер карты. Мы оставили от него последние цифры: номера карт здесь не хранят."
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def security_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Add the policy; a view that must send a form to the bank names its origin in `response.form_action`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        origin = getattr(response, "form_action", "")
        response.headers.setdefault(
            "Content-Security-Policy", POLICY.format(form_action=f" {origin}" if origin else "")
        )
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        return response

    return middleware


def draw_not_allowed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give the refusal of a wrong method a page: Django has a handler for every other refusal."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            response.content = views.not_allowed(request).content
        return response

    return middleware


def tell_of_hidden_card(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Say that a text was kept without its card number: here, so that no page can forget it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        mark = has_hidden_card.set(False)
        try:
            response = get_response(request)
            # Only what was kept is followed by another page; a form that comes back has kept nothing.
            if has_hidden_card.get() and response.status_code in {302, 303}:
                messages.warning(request, HIDDEN_CARD)
        finally:
            has_hidden_card.reset(mark)
        return response

    return middleware


class NoNul:
    """PostgreSQL takes no NUL in a text: an address with one is no page, a session's key with one is nobody's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Forget such a key before anybody asks the database about it."""
        if "\0" in request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""):
            del request.COOKIES[settings.SESSION_COOKIE_NAME]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Refuse such an address here, where the page of the refusal knows whose menu it shows."""
        if "\0" in request.path_info:
            raise Http404
