"""«Вход с нового устройства»: the code beside the password, and what every finished login does."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import confirmations, consents, devices, durations, next_page, sessions, user_agents
from accounts import new_device as rules
from accounts.client_ip import client_ip
from accounts.confirmations import CodeExpired, DigestChanged, NoTriesLeft, TooManyCodes, WrongCode
from accounts.forms import NewDeviceForm
from accounts.models import Purpose, User
from accounts.views import code_page


def ask_for_code(request: HttpRequest, user: User, now: datetime) -> HttpResponse:
    """Remember who has typed his password here, send the code, and lead to its page."""
    sessions.remember_login(request.session, user=user, attempt=uuid4(), now=now)
    _send(request, user, now)
    return redirect(f"{reverse('accounts:new-device')}?{urlencode({'next': next_page.of(request)})}")


def welcome(request: HttpRequest, user: User, *, is_new: bool, now: datetime) -> HttpResponse:
    """Begin the session; on to the page that was wanted, by way of documents that changed since he agreed to them."""
    wanted = next_page.of(request)
    if consents.due(user):
        wanted = f"{reverse('accounts:consent')}?{urlencode({'next': wanted})}"
    way_on = redirect(wanted)
    session = sessions.log_in(request=request, user=user, now=now)
    devices.remember(request=request, response=way_on, user=user, now=now)
    if is_new:
        rules.tell(session=session, now=now)
    return way_on


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def new_device(request: HttpRequest) -> HttpResponse:
    """The code of the SMS; without a password typed before it, the login page."""
    now = timezone.now()
    user = _who_waits(request, now)
    if user is None:
        return redirect("accounts:login")
    if "resend" in request.POST:
        if _send(request, user, now):
            messages.success(request, "Новый код отправлен. Прежний больше не действует.")
        return redirect(request.get_full_path())
    form = NewDeviceForm(request.POST or None)
    if form.is_valid() and _is_right(request, user, form, now):
        return welcome(request, user, is_new=True, now=now)
    return _page(request, user, form, now)


def _who_waits(request: HttpRequest, now: datetime) -> User | None:
    waiting = sessions.waiting_login(request.session, now)
    return User.objects.filter(uuid=waiting[0], is_active=True, blocked_at=None).first() if waiting else None


def _is_right(request: HttpRequest, user: User, form: NewDeviceForm, now: datetime) -> bool:
    waiting = sessions.waiting_login(request.session, now)
    if waiting is None:
        return False
    try:
        rules.confirm(user=user, attempt=waiting[1], code=form.cleaned_data["code"], now=now)
    except WrongCode as refusal:
        form.add_error("code", f"Неверный код. Осталось попыток: {refusal.tries_left}")
    except NoTriesLeft:
        form.add_error("code", "Попытки закончились. Получите новый код")
    except (CodeExpired, DigestChanged):
        form.add_error("code", "Код больше не действует. Получите новый")
    else:
        return True
    return False


def _page(request: HttpRequest, user: User, form: NewDeviceForm, now: datetime) -> HttpResponse:
    waiting = sessions.waiting_login(request.session, now)
    subject = waiting[1] if waiting else uuid4()
    confirmation = confirmations.current(purpose=Purpose.NEW_DEVICE, subject=subject, now=now)
    context = code_page.context(
        form=form, confirmation=confirmation, purpose=Purpose.NEW_DEVICE, phone=user.phone or "", now=now
    )
    more = {"next": next_page.of(request), "phone": user.masked_phone}
    return render(request, "accounts/new_device.html", {**context, **more})


def _send(request: HttpRequest, user: User, now: datetime) -> bool:
    waiting = sessions.waiting_login(request.session, now)
    device = user_agents.in_words(request.headers.get("User-Agent", ""))
    try:
        if waiting:
            rules.send_code(user=user, attempt=waiting[1], device=device, ip=client_ip(request), now=now)
    except TooManyCodes as refusal:
        messages.info(request, f"Новое SMS можно получить через {durations.in_words(refusal.retry_after)}.")
        return False
    return True
