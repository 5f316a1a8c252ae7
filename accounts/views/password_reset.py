"""«Забыли пароль?»: the phone, the code of its SMS, a new password. No page tells whether the phone is known."""

from datetime import datetime

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import confirmations, devices, durations, phones, sessions
from accounts import password_reset as rules
from accounts.captcha import REFRESH_BUTTON
from accounts.client_ip import client_ip
from accounts.confirmations import CodeRefused, TooManyCodes
from accounts.forms import OneTimePasswordForm
from accounts.models import PasswordReset, Purpose
from accounts.password_forms import ForgottenForm, NewPasswordForm
from accounts.views import code_page

OUT_OF_TIME = "Время вышло. Начните восстановление пароля ещё раз."
CHANGED = "Пароль изменён. Войдите с новым паролем"


@never_cache
@require_http_methods(["GET", "POST"])
def password_reset(request: HttpRequest) -> HttpResponse:
    """Phone and picture; every right form leads on, whether the phone is known or not."""
    if request.method == "GET" or REFRESH_BUTTON in request.POST:
        return render(request, "accounts/password_reset.html", {"form": ForgottenForm(initial=request.POST.dict())})
    form = ForgottenForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/password_reset.html", {"form": form})
    now = timezone.now()
    reset = rules.start(phone=form.cleaned_data["phone"], former=_reset(request, now), now=now)
    sessions.remember_reset(request.session, reset.uuid)
    _send_code(request, reset, now)
    return redirect("accounts:password-reset-confirm")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def password_reset_confirm(request: HttpRequest) -> HttpResponse:
    """The code of the SMS; the right one opens the page of the new password."""
    now = timezone.now()
    reset = _reset(request, now)
    if reset is None:
        return _start_again(request)
    if reset.confirmed_at:
        return redirect("accounts:password-reset-new")
    if "resend" in request.POST:
        return _resend(request, reset, now)
    form = OneTimePasswordForm(request.POST or None)
    if not form.is_valid():
        return _confirm_page(request, reset, form, now)
    try:
        rules.confirm(reset=reset, code=form.cleaned_data["code"], now=now)
    except CodeRefused as refusal:
        form.refuse(refusal)
    else:
        # Whoever knew this session's key before must not choose the password.
        request.session.cycle_key()
        return redirect("accounts:password-reset-new")
    return _confirm_page(request, reset, form, now)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def password_reset_new(request: HttpRequest) -> HttpResponse:
    """The new password, twice; then to the login page, and nobody is logged in."""
    now = timezone.now()
    reset = _reset(request, now)
    if reset is None:
        return _start_again(request)
    if reset.confirmed_at is None:
        return redirect("accounts:password-reset-confirm")
    form = NewPasswordForm(request.POST or None, phone=reset.phone)
    if not form.is_valid():
        return render(request, "accounts/password_reset_new.html", {"form": form})
    try:
        user = rules.finish(reset=reset, password=form.cleaned_data["password"], now=now)
    except rules.OutOfTime:
        return _start_again(request)
    auth.logout(request)
    messages.success(request, CHANGED)
    response = redirect("accounts:login")
    # He has just shown whose browser this is: strangers' failures at this phone must not keep him out now.
    devices.remember(request=request, response=response, user=user, now=now)
    return response


def _confirm_page(request: HttpRequest, reset: PasswordReset, form: OneTimePasswordForm, now: datetime) -> HttpResponse:
    confirmation = confirmations.current(purpose=Purpose.PASSWORD_RESET, subject=reset.uuid, now=now)
    context = code_page.context(
        form=form, confirmation=confirmation, purpose=Purpose.PASSWORD_RESET, phone=reset.phone, now=now
    )
    return render(request, "accounts/password_reset_confirm.html", {**context, "phone": phones.masked(reset.phone)})


def _resend(request: HttpRequest, reset: PasswordReset, now: datetime) -> HttpResponse:
    if _send_code(request, reset, now):
        messages.success(request, "Новый одноразовый пароль отправлен. Прежний больше не действует.")
    return redirect("accounts:password-reset-confirm")


def _send_code(request: HttpRequest, reset: PasswordReset, now: datetime) -> bool:
    try:
        rules.send_code(reset=reset, ip=client_ip(request), now=now)
    except TooManyCodes as refusal:
        messages.info(request, f"Новое SMS можно получить через {durations.in_words(refusal.retry_after)}.")
        return False
    return True


def _start_again(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        messages.info(request, OUT_OF_TIME)
    return redirect("accounts:password-reset")


def _reset(request: HttpRequest, now: datetime) -> PasswordReset | None:
    return rules.find(uuid=sessions.reset_uuid(request.session), now=now)
