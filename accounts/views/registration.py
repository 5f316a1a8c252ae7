"""«Регистрация», its confirmation by SMS, and the welcome."""

import math
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import confirmations, devices, durations, email_links, phones, sessions
from accounts import registration as rules
from accounts.captcha import REFRESH_BUTTON
from accounts.client_ip import client_ip
from accounts.confirmations import CodeExpired, NoTriesLeft, TooManyCodes, WrongCode
from accounts.forms import CodeForm, RegistrationForm
from accounts.models import PendingRegistration, Purpose, User

TRIES_ARE_OVER = "Попытки закончились. Запросите новый код"
CODE_EXPIRED = "Срок действия кода истёк. Запросите новый код."
PHONE_TAKEN = "Этот номер уже зарегистрирован. Войдите с паролем."


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def registration(request: HttpRequest) -> HttpResponse:
    """The form of screens 1.2; every right one leads on, whether the phone is known or not."""
    if request.user.is_authenticated:
        return redirect("home")
    if request.method == "GET" or REFRESH_BUTTON in request.POST:
        return _form_page(request, RegistrationForm(initial=request.POST.dict()))
    form = RegistrationForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form)
    now = timezone.now()
    _cancel_pending(request, now)
    pending = rules.start(application=_application(form), ip=client_ip(request), now=now)
    sessions.remember_pending(request.session, uuid=pending.uuid, seconds=int(rules.LIFE.total_seconds()))
    _send_code(request, pending, now)
    return redirect("accounts:registration-confirm")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def registration_confirm(request: HttpRequest) -> HttpResponse:
    """«Подтверждение регистрации»: the right code makes the resident and logs him in."""
    now = timezone.now()
    pending = _pending(request, now)
    if pending is None:
        return redirect("accounts:registration-done")
    form = CodeForm(request.POST or None)
    if not form.is_valid():
        return _confirm_page(request, pending, form, now)
    try:
        user = rules.confirm(pending=pending, code=form.cleaned_data["code"], now=now)
    except rules.PhoneTaken:
        return _phone_taken(request, now)
    except WrongCode as refusal:
        form.add_error("code", f"Неверный код. {_tries(refusal.tries_left)}")
    except NoTriesLeft:
        form.add_error("code", TRIES_ARE_OVER)
    except CodeExpired:
        form.add_error("code", CODE_EXPIRED)
    else:
        return _welcome(request, user, now)
    return _after_refusal(request, form, now)


@never_cache
@require_POST
def registration_resend(request: HttpRequest) -> HttpResponse:
    """«получить код ещё раз»; too early it sends nothing and says how long to wait."""
    now = timezone.now()
    pending = _pending(request, now)
    if pending is None:
        return redirect("accounts:registration-done")
    if _send_code(request, pending, now):
        messages.success(request, "Новый код отправлен. Прежний больше не действует.")
    return redirect("accounts:registration-confirm")


@never_cache
@require_POST
def registration_cancel(request: HttpRequest) -> HttpResponse:
    """«Отмена»: nothing of the registration is kept."""
    if _cancel_pending(request, timezone.now()):
        messages.success(request, "Регистрация отменена, данные удалены.")
    return redirect("home")


@never_cache
@require_safe
def registration_done(request: HttpRequest) -> HttpResponse:
    """«Регистрация завершена» (screens 1.4); without a registration or a login, the form to begin with."""
    if not request.user.is_authenticated:
        return redirect("accounts:registration")
    return render(request, "accounts/registration_done.html", {"is_sent": email_links.is_sent(request.user)})


def _form_page(request: HttpRequest, form: RegistrationForm) -> HttpResponse:
    return render(request, "accounts/registration.html", {"form": form})


def _confirm_page(request: HttpRequest, pending: PendingRegistration, form: CodeForm, now: datetime) -> HttpResponse:
    confirmation = confirmations.current(purpose=Purpose.ACTIVATION, subject=pending.uuid, now=now)
    wait = confirmations.wait_of(purpose=Purpose.ACTIVATION, phone=pending.phone, now=now)
    left = confirmations.tries_left(confirmation, now) if confirmation else 0
    context = {
        "form": form if left else CodeForm(),
        "phone": phones.masked(pending.phone),
        "is_sent": left > 0,
        "tries": _tries(left),
        "why": TRIES_ARE_OVER if confirmation and not left else "",
        "resend_in": math.ceil(wait.total_seconds()),
        "resend_later": durations.in_words(wait) if wait > durations.COUNTED else "",
    }
    return render(request, "accounts/registration_confirm.html", context)


def _after_refusal(request: HttpRequest, form: CodeForm, now: datetime) -> HttpResponse:
    # Another tab may have confirmed or cancelled while this code was being looked at.
    pending = _pending(request, now)
    return _confirm_page(request, pending, form, now) if pending else redirect("accounts:registration-done")


def _welcome(request: HttpRequest, user: User, now: datetime) -> HttpResponse:
    sessions.log_in(request=request, user=user, now=now)
    response = redirect("accounts:registration-done")
    devices.remember(request=request, response=response, user=user, now=now)
    return response


def _phone_taken(request: HttpRequest, now: datetime) -> HttpResponse:
    _cancel_pending(request, now)
    messages.info(request, PHONE_TAKEN)
    return redirect("accounts:login")


def _pending(request: HttpRequest, now: datetime) -> PendingRegistration | None:
    return rules.find(uuid=sessions.pending_uuid(request.session), now=now)


def _cancel_pending(request: HttpRequest, now: datetime) -> bool:
    pending = _pending(request, now)
    sessions.forget_pending(request.session)
    if pending is not None:
        rules.cancel(pending=pending, now=now)
    return pending is not None


def _send_code(request: HttpRequest, pending: PendingRegistration, now: datetime) -> bool:
    try:
        rules.send_code(pending=pending, ip=client_ip(request), now=now)
    except TooManyCodes as refusal:
        messages.info(request, f"Новое SMS можно получить через {durations.in_words(refusal.retry_after)}.")
        return False
    return True


def _application(form: RegistrationForm) -> rules.Application:
    data = form.cleaned_data
    return rules.Application(
        phone=data["phone"],
        first_name=data["first_name"],
        last_name=data["last_name"],
        email=data["email"],
        code_word=data["code_word"],
        password=data["password"],
        wants_marketing=data["marketing"],
    )


def _tries(left: int) -> str:
    """The manual's words for all five, and for what is left of them."""
    word = {1: "осталась 1 попытка", 5: "5 попыток"}.get(left, f"осталось {left} попытки")
    return f"У Вас {word} для ввода кода."
