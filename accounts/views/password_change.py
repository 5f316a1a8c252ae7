"""«Смена пароля»: the current and the new one, then the one-time password; the other sessions end."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import devices, durations, sessions
from accounts import password_change as rules
from accounts.client_ip import client_ip
from accounts.confirmations import CodeRefused, TooManyCodes
from accounts.forms import OneTimePasswordForm
from accounts.models import Purpose
from accounts.password_forms import PasswordChangeForm
from accounts.views import code_page
from accounts.views.requests import ResidentRequest

CHANGED = "Пароль изменён. На других устройствах нужно войти с новым паролем."


@sensitive_post_parameters()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def password_change(request: ResidentRequest) -> HttpResponse:
    """The three passwords; «Получить одноразовый пароль» keeps the new one as a hash and leads on."""
    now = timezone.now()
    form = PasswordChangeForm(request.POST or None, phone=request.user.phone or "")
    if form.is_bound:
        _check_current(request, form, now)
    if not form.is_valid():
        return render(request, "accounts/password_change.html", {"form": form})
    sessions.remember_new_password(request.session, make_password(form.cleaned_data["password"]))
    rules.cancel(user=request.user, now=now)
    _send_code(request, now)
    return redirect("accounts:password-change-confirm")


@sensitive_post_parameters()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def password_change_confirm(request: ResidentRequest) -> HttpResponse:
    """«Сохранить»: with the right code the new password is the password, and this session goes on under a new key."""
    now = timezone.now()
    hashed = sessions.new_password(request.session)
    if not hashed:
        return redirect("accounts:password-change")
    if "resend" in request.POST:
        if _send_code(request, now):
            messages.success(request, "Новый одноразовый пароль отправлен. Прежний больше не действует.")
        return redirect("accounts:password-change-confirm")
    form = OneTimePasswordForm(request.POST or None)
    if not form.is_valid():
        return _confirm_page(request, form, now)
    code, device = form.cleaned_data["code"], devices.device_of(request)
    session = sessions.own_uuid(request.session)
    try:
        rules.finish(user=request.user, hashed=hashed, code=code, device=device, session=session, now=now)
    except CodeRefused as refusal:
        form.refuse(refusal)
    else:
        sessions.go_on_with_new_password(request=request, user=request.user)
        messages.success(request, CHANGED)
        return redirect("accounts:password-change")
    return _confirm_page(request, form, now)


def _check_current(request: ResidentRequest, form: PasswordChangeForm, now: datetime) -> None:
    """Said together with whatever else is wrong, so that nobody types three passwords for each mistake."""
    if "current" in form.errors:
        return
    try:
        rules.check_current(user=request.user, password=form.cleaned_data["current"], now=now)
    except rules.WrongPassword:
        form.add_error("current", "Неверный пароль")
    except rules.Paused as pause:
        form.add_error("current", f"Слишком много попыток. Повторите через {durations.in_words(pause.retry_after)}")


def _confirm_page(request: ResidentRequest, form: OneTimePasswordForm, now: datetime) -> HttpResponse:
    confirmation = rules.current(user=request.user, now=now)
    phone = request.user.phone or ""
    context = code_page.context(
        form=form, confirmation=confirmation, purpose=Purpose.PASSWORD_CHANGE, phone=phone, now=now
    )
    return render(request, "accounts/password_change_confirm.html", {**context, "phone": request.user.masked_phone})


def _send_code(request: ResidentRequest, now: datetime) -> bool:
    hashed = sessions.new_password(request.session)
    try:
        rules.send_code(user=request.user, hashed=hashed, ip=client_ip(request), now=now)
    except TooManyCodes as refusal:
        messages.info(request, f"Новое SMS можно получить через {durations.in_words(refusal.retry_after)}.")
        return False
    return True
