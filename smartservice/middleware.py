"""Headers that every answer carries: a strict Content-Security-Policy first of all."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'{form_action}; frame-ancestors 'none'; base-uri 'none'"
)
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
