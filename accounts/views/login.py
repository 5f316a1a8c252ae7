"""The login page, which the login block of every page leads to, and «Выйти»."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import devices, durations, entry, new_device, next_page, registration, sessions
from accounts.captcha import REFRESH_BUTTON
from accounts.client_ip import client_ip
from accounts.forms import LoginForm
from accounts.middleware import ELSEWHERE, ENDED_PARAMETER
from accounts.models import User
from accounts.views.new_device import ask_for_code, welcome

WRONG_PAIR = "Неверный номер телефона или пароль"


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Phone and password; one message for every wrong pair."""
    if request.user.is_authenticated:
        return redirect(next_page.of(request))
    if request.method == "GET":
        return _page(request, LoginForm())
    if REFRESH_BUTTON in request.POST:
        return _page(request, LoginForm(initial=request.POST.dict(), has_picture=True))
    now, device = timezone.now(), devices.device_of(request)
    form = _judged(request, device, now)
    return _let_in(request, form, device, now) if form.is_valid() else _page(request, form)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """«Выйти»."""
    sessions.log_out(request=request, now=timezone.now())
    messages.success(request, "Вы вышли из личного кабинета.")
    return redirect("home")


def _judged(request: HttpRequest, device: str, now: datetime) -> LoginForm:
    """The posted form, which must bring the code on a picture once this door has failed often enough."""
    form = LoginForm(request.POST)
    if form.is_valid() and entry.needs_picture(phone=form.cleaned_data["phone"], device=device, now=now):
        return LoginForm(request.POST, has_picture=True)
    return form


def _let_in(request: HttpRequest, form: LoginForm, device: str, now: datetime) -> HttpResponse:
    phone, password = form.cleaned_data["phone"], form.cleaned_data["password"]
    try:
        user = entry.let_in(phone=phone, password=password, device=device, ip=client_ip(request), now=now)
    except entry.CabinetBlocked:
        return render(request, "accounts/blocked.html", status=403)
    except entry.Paused as pause:
        form.add_error(None, f"Слишком много попыток входа. Повторите через {durations.in_words(pause.retry_after)}")
    except entry.WrongPair:
        if _is_unconfirmed(request, phone, password, now):
            return redirect("accounts:registration-confirm")
        form.add_error(None, WRONG_PAIR)
    else:
        return _welcome(request, user, device, now)
    if entry.needs_picture(phone=phone, device=device, now=now):
        form.show_picture()
    return _page(request, form)


def _welcome(request: HttpRequest, user: User, device: str, now: datetime) -> HttpResponse:
    phone = user.phone or ""
    is_known = devices.is_known(device=device, phone=phone)
    if new_device.needs_code(phone=phone, is_known=is_known):
        return ask_for_code(request, user, now)
    return welcome(request, user, is_new=new_device.is_new(phone=phone, is_known=is_known), now=now)


def _is_unconfirmed(request: HttpRequest, phone: str, password: str, now: datetime) -> bool:
    pending = registration.find(uuid=sessions.pending_uuid(request.session), now=now)
    return pending is not None and registration.is_pair(pending=pending, phone=phone, password=password)


def _page(request: HttpRequest, form: LoginForm) -> HttpResponse:
    why_ended = request.GET.get(ENDED_PARAMETER, "")
    context = {
        "form": form,
        "next": next_page.of(request),
        "was_idle": bool(why_ended) and why_ended != ELSEWHERE,
        "was_ended_elsewhere": why_ended == ELSEWHERE,
    }
    return render(request, "accounts/login.html", context)
