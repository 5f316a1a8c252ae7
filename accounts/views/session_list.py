"""«Активные сеансы»: where the resident is logged in, and ending one of them or all the others."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import active_sessions, networks, sessions
from accounts.client_ip import client_ip
from accounts.models import ResidentSession, User


@login_required
@never_cache
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """The sessions that are alive, this one first."""
    own = sessions.own_uuid(request.session)
    rows = active_sessions.of(user=cast(User, request.user), now=timezone.now())
    here = networks.of(client_ip(request))
    told = [_shown(row, here=here, is_current=row.uuid == own) for row in rows]
    shown = sorted(told, key=lambda row: not row["is_current"])
    return render(request, "accounts/session_list.html", {"sessions": shown, "has_others": len(shown) > 1})


@login_required
@never_cache
@require_POST
def session_end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One of his sessions; its next request finds itself logged out."""
    now = timezone.now()
    resident = cast(User, request.user)
    row = get_object_or_404(active_sessions.of(user=resident, now=now), uuid=uuid)
    active_sessions.end(user=resident, uuid=row.uuid, now=now)
    messages.success(request, f"Сеанс завершён: {row.device}, вход {_moment(row.began_at)}.")
    return redirect("accounts:session-list")


@login_required
@never_cache
@require_POST
def session_end_others(request: HttpRequest) -> HttpResponse:
    """«Завершить все, кроме текущего»."""
    own = sessions.own_uuid(request.session)
    active_sessions.end_all(user=cast(User, request.user), now=timezone.now(), but=own)
    messages.success(request, "Все сеансы, кроме текущего, завершены.")
    return redirect("accounts:session-list")


@login_required
@never_cache
@require_POST
def session_extend(request: HttpRequest) -> HttpResponse:
    """«Продолжить»: being asked for is all that a session needs to go on."""
    return HttpResponse(status=204)


def _shown(row: ResidentSession, *, here: str, is_current: bool) -> dict[str, object]:
    return {
        "uuid": row.uuid,
        "device": row.device[:1].upper() + row.device[1:],
        "place": networks.in_words(row.network, here=here),
        "began_at": _moment(row.began_at),
        "seen_at": _moment(row.seen_at),
        "is_current": is_current,
    }


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%d.%m.%Y %H:%M")
