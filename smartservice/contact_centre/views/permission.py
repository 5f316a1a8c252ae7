"""Who may open a page of the contact centre."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts.models import User

View = Callable[..., HttpResponse]


def needs(right: str) -> Callable[[View], View]:
    """Refuse with 403 whoever lacks the right; the staff site has made sure of the second factor before."""

    def decorated(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(right):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorated


def member(request: HttpRequest) -> User:
    """Who is at the keyboard, as the rules know him."""
    return User.objects.get(pk=request.user.pk or 0)
