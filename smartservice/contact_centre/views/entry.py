"""The way in: password, then the authenticator's code, with enrolment before the first one."""

from datetime import UTC, datetime

import django_otp
import segno
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp.models import Device

from accounts import durations, sessions, staff_entry
from accounts.client_ip import client_ip
from accounts.models import User
from smartservice.contact_centre.forms import CodeForm, LoginForm

HALF = "staff_half"
WRONG_PAIR = "Неверный номер телефона или пароль"
WRONG_CODE = "Неверный код. Каждый код действует один раз: дождитесь следующего"
PAUSED = "Слишком много попыток. Повторите через {}"


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Phone and password; they open nothing yet but the page of the second factor."""
    if request.method == "GET" and admin.site.has_permission(request):
        return redirect("admin:index")
    form = LoginForm(request.POST or None)
    if form.is_valid():
        now = timezone.now()
        try:
            user = staff_entry.check_password(**form.cleaned_data, ip=client_ip(request), now=now)
        except staff_entry.WrongPair:
            form.add_error(None, WRONG_PAIR)
        except staff_entry.Paused as pause:
            form.add_error(None, PAUSED.format(durations.in_words(pause.retry_after)))
        else:
            request.session[HALF] = {"user": str(user.uuid), "at": now.timestamp(), "next": _next(request)}
            return redirect("admin:second-factor" if staff_entry.has_second_factor(user) else "admin:enrolment")
    return _page(request, "contact_centre/login.html", form=form, title="Вход", next=_next(request))


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """The authenticator's code, or a recovery code."""
    user = _half_in(request)
    if user is None or not staff_entry.has_second_factor(user):
        return redirect("admin:login")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            device = staff_entry.check_code(
                user=user, code=form.cleaned_data["code"], ip=client_ip(request), now=timezone.now()
            )
        except staff_entry.WrongCode:
            form.add_error("code", WRONG_CODE)
        except staff_entry.Paused as pause:
            form.add_error(None, PAUSED.format(durations.in_words(pause.retry_after)))
        else:
            return redirect(_let_in(request, user, device))
    return _page(request, "contact_centre/second_factor.html", form=form, title="Второй фактор")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def enrolment(request: HttpRequest) -> HttpResponse:
    """The first login: the QR code for the authenticator, then the recovery codes, shown this once."""
    user = _half_in(request)
    if user is None or staff_entry.has_second_factor(user):
        return redirect("admin:login")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            enrolled = staff_entry.finish_enrolment(
                user=user, code=form.cleaned_data["code"], ip=client_ip(request), now=timezone.now()
            )
        except staff_entry.WrongCode:
            form.add_error("code", WRONG_CODE)
        except staff_entry.Paused as pause:
            form.add_error(None, PAUSED.format(durations.in_words(pause.retry_after)))
        else:
            way_on = _let_in(request, user, enrolled.device)
            return _page(
                request,
                "contact_centre/recovery_codes.html",
                codes=enrolled.recovery_codes,
                way_on=way_on,
                title="Резервные коды",
            )
    address = staff_entry.begin_enrolment(user).config_url
    return _page(
        request, "contact_centre/enrolment.html", form=form, qr=_qr(address), key=_key(address), title="Второй фактор"
    )


def _half_in(request: HttpRequest) -> User | None:
    """Whoever has given his password here not long ago."""
    half = request.session.get(HALF)
    if not half or timezone.now() - datetime.fromtimestamp(half["at"], tz=UTC) > staff_entry.HALF_LIFE:
        return None
    return User.objects.filter(uuid=half["user"], is_staff=True, is_active=True, blocked_at=None).first()


def _let_in(request: HttpRequest, user: User, device: Device) -> str:
    """Begin the session, under a new key; where to go on."""
    way_on: str = request.session.pop(HALF)["next"]
    sessions.log_in(request=request, user=user, now=timezone.now())
    django_otp.login(request, device)
    return way_on


def _next(request: HttpRequest) -> str:
    """The page of the staff site that was wanted."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    index = reverse("admin:index")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours and wanted.startswith(index) else index


def _page(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context})


def _qr(address: str) -> dict[str, object]:
    """The code as one SVG path: a picture without a file, a style or a script."""
    rows = list(segno.make(address, error="m").matrix_iter(border=4))
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return {"path": path, "side": len(rows)}


def _key(address: str) -> str:
    """The secret as it is typed by hand, in fours."""
    secret = address.partition("secret=")[2].partition("&")[0]
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
