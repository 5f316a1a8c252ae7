"""«Управление подписками» with its one-time password, and the page behind the link of a letter."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import confirmations, durations, sessions
from accounts import subscriptions as rules
from accounts.client_ip import client_ip
from accounts.forms import OneTimePasswordForm
from accounts.subscription_forms import SubscriptionsForm, TimeZoneForm
from accounts.views import code_page
from accounts.views.requests import ResidentRequest
from notifications import stop_word
from notifications import subscriptions as choices
from notifications.channels import choice as channels

GET_CODE = "resend"
NOTHING_NEW = "Подписки не изменены: галочки стоят так же, как раньше."
ANOTHER_CHOICE = "Галочки изменились после того, как Вы получили пароль. Получите новый"


@sensitive_post_parameters("code")
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def subscriptions(request: ResidentRequest) -> HttpResponse:
    """The ticks, the button that sends the code for them, then «Сохранить»."""
    now = timezone.now()
    if request.method == "GET":
        return _page(request, OneTimePasswordForm(), _choice_at_hand(request), now)
    choice = _ticked(request)
    sessions.remember_subscriptions(request.session, {str(topic): wanted for topic, wanted in choice.items()})
    if GET_CODE in request.POST:
        _send_code(request, choice, now)
        return redirect("accounts:subscriptions")
    form = OneTimePasswordForm(request.POST)
    if form.is_valid() and _is_saved(request, form, choice, now):
        sessions.forget_subscriptions(request.session)
        messages.success(request, "Подписки сохранены.")
        return redirect("accounts:subscriptions")
    return _page(request, form, choice, now)


@login_required
@never_cache
@require_POST
def time_zone(request: ResidentRequest) -> HttpResponse:
    """By whose clock the night is quiet: nothing that a password would have to guard."""
    form = TimeZoneForm(request.POST)
    if form.is_valid():
        choices.set_zone(resident_uuid=request.user.uuid, zone=form.cleaned_data["time_zone"], now=timezone.now())
        messages.success(request, "Часовой пояс сохранён.")
    else:
        messages.error(request, "Выберите часовой пояс из списка.")
    return redirect("accounts:subscriptions")


# Mail services post here for the reader (RFC 8058), without cookies: the signed link itself is the right to do it.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a letter: programs that read mail open links, so only the button stops anything."""
    try:
        resident_uuid, topic = choices.stopped_by(token)
    except choices.DeadLink:
        return render(request, "accounts/unsubscribe_dead.html", status=404)
    if request.method == "POST":
        rules.stop(resident_uuid=resident_uuid, topic=topic, now=timezone.now())
    context = {"what": rules.BRIEFLY[topic], "is_stopped": not choices.wants(resident_uuid, topic)}
    return render(request, "accounts/unsubscribe.html", context)


def _ticked(request: ResidentRequest) -> choices.Choice:
    form = SubscriptionsForm(request.POST)
    form.full_clean()
    return form.choice()


def _choice_at_hand(request: ResidentRequest) -> choices.Choice:
    """What waits for its code in this session, otherwise what is saved."""
    kept = sessions.kept_subscriptions(request.session)
    saved = choices.of(request.user.uuid)
    return {topic: kept.get(str(topic), wanted) for topic, wanted in saved.items()}


def _send_code(request: ResidentRequest, choice: choices.Choice, now: datetime) -> None:
    if choice == choices.of(request.user.uuid):
        messages.info(request, NOTHING_NEW)
        return
    try:
        rules.send_code(resident=request.user, choice=choice, ip=client_ip(request), now=now)
    except confirmations.TooManyCodes as refusal:
        messages.info(request, f"Новый пароль можно получить через {durations.in_words(refusal.retry_after)}.")


def _is_saved(request: ResidentRequest, form: OneTimePasswordForm, choice: choices.Choice, now: datetime) -> bool:
    code, ip = form.cleaned_data["code"], client_ip(request)
    try:
        rules.save(resident=request.user, choice=choice, code=code, ip=ip, now=now)
    except confirmations.DigestChanged:
        form.add_error("code", ANOTHER_CHOICE)
    except confirmations.CodeRefused as refusal:
        form.refuse(refusal)
    return not form.errors


def _page(request: ResidentRequest, form: OneTimePasswordForm, choice: choices.Choice, now: datetime) -> HttpResponse:
    resident = request.user
    confirmation = rules.current_code(resident=resident, now=now)
    context = code_page.context(
        form=form, confirmation=confirmation, purpose=rules.PURPOSE, phone=resident.phone or "", now=now
    )
    more = {
        "ticks": SubscriptionsForm(initial={str(topic): wanted for topic, wanted in choice.items()}),
        "zone_form": TimeZoneForm(initial={"time_zone": choices.zone_of(resident.uuid)}),
        "has_email": bool(resident.email and resident.email_confirmed_at),
        "phone": resident.masked_phone,
        "stop_word": stop_word.WORD if channels.takes_answers() else "",
    }
    return render(request, "accounts/subscriptions.html", {**context, **more})
