"""«Блокировка» with its one-time password, the link of a security SMS, and the page of a blocked cabinet."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import blocking as rules
from accounts import confirmations, durations, sessions
from accounts import quick_block as links
from accounts.client_ip import client_ip
from accounts.forms import OneTimePasswordForm
from accounts.models import User
from accounts.views import code_page

GET_CODE = "resend"


@sensitive_post_parameters()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def blocking(request: HttpRequest) -> HttpResponse:
    """The button that sends the code, then the code, then the cabinet is closed."""
    resident, now = cast(User, request.user), timezone.now()
    if GET_CODE in request.POST:
        _send_code(request, resident, now)
        return redirect("accounts:blocking")
    form = OneTimePasswordForm(request.POST or None)
    if form.is_valid() and _is_blocked(request, resident, form, now):
        sessions.log_out(request=request, now=now)
        return redirect("accounts:blocked")
    return _page(request, resident, form, now)


@never_cache
@require_safe
def blocked(request: HttpRequest) -> HttpResponse:
    """«Личный кабинет заблокирован»: the same words for everybody who opens it."""
    return render(request, "accounts/blocked.html")


@never_cache
@require_http_methods(["GET", "POST"])
def quick_block(request: HttpRequest, token: str) -> HttpResponse:
    """«Быстрая блокировка»: opening the link shows whose cabinet it is, and only the button blocks it."""
    now, ip = timezone.now(), client_ip(request)
    try:
        if request.method == "POST":
            links.block(token=token, ip=ip, now=now)
            return redirect("accounts:blocked")
        owner = links.look(token=token, ip=ip, now=now)
    except links.AlreadyBlocked:
        return redirect("accounts:blocked")
    except links.StaleLink:
        return render(request, "accounts/quick_block_stale.html", {"wait": ""}, status=404)
    except links.TooManyTries as pause:
        wait = durations.in_words(pause.retry_after)
        return render(request, "accounts/quick_block_stale.html", {"wait": wait}, status=429)
    return render(request, "accounts/quick_block.html", {"phone": owner.masked_phone})


def _send_code(request: HttpRequest, resident: User, now: datetime) -> None:
    try:
        rules.send_code(resident=resident, ip=client_ip(request), now=now)
    except confirmations.TooManyCodes as refusal:
        messages.info(request, f"Новый пароль можно получить через {durations.in_words(refusal.retry_after)}.")


def _is_blocked(request: HttpRequest, resident: User, form: OneTimePasswordForm, now: datetime) -> bool:
    confirmation = rules.current_code(resident=resident, now=now)
    code = form.cleaned_data["code"]
    try:
        if confirmation is None:
            raise confirmations.CodeExpired
        rules.block_with_code(resident=resident, confirmation=confirmation, code=code, ip=client_ip(request), now=now)
    except confirmations.CodeRefused as refusal:
        form.refuse(refusal)
    else:
        return True
    return False


def _page(request: HttpRequest, resident: User, form: OneTimePasswordForm, now: datetime) -> HttpResponse:
    confirmation = rules.current_code(resident=resident, now=now)
    context = code_page.context(
        form=form, confirmation=confirmation, purpose=rules.PURPOSE, phone=resident.phone or "", now=now
    )
    return render(request, "accounts/blocking.html", {**context, "phone": resident.masked_phone})
