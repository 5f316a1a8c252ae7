"""«Автоплатёж» of a template: set, confirmed by a one-time password, paused, resumed, skipped once, stopped."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import confirmations
from accounts.client_ip import client_ip
from accounts.forms import OneTimePasswordForm
from accounts.views import code_page
from billing.money import Kopecks, roubles
from payments import autopay as rules
from payments.autopay_forms import AutopayForm
from payments.models import Autopay, AutopayRun, PaymentTemplate, SavedCard
from payments.shown import moment
from payments.views.steps import resident_of

RESEND = "resend"
BY_HIMSELF = "Вы сами"


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def autopay(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How it stands, and the form that prepares other settings; POST sends the password for them."""
    template, now = _template(request, uuid), timezone.now()
    form = AutopayForm(
        request.POST if request.method == "POST" else None,
        resident=resident_of(request),
        provider=template.account.provider,
        now=now,
    )
    if not template.account.provider.is_paid_once and form.is_valid():
        try:
            made = rules.prepare(template=template, settings=rules.Settings(**form.cleaned_data), now=now)
        except rules.CardCannot:
            form.add_error("card", "Эта карта платит только с CVV. Выберите другую или добавьте карту заново")
        else:
            _send_code(request, made, now)
            return redirect("payments:autopay-confirm", made.uuid)
    return _page(request, template, form, now)


@sensitive_post_parameters("code")
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def autopay_confirm(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The password that turns it on."""
    new = Autopay.objects.of(resident_of(request)).filter(state=Autopay.State.NEW)
    made, now = get_object_or_404(new, uuid=uuid), timezone.now()
    if RESEND in request.POST:
        _send_code(request, made, now)
        return redirect("payments:autopay-confirm", made.uuid)
    form = OneTimePasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _is_on(form, made, now):
        messages.success(request, "Автоплатёж включён. Накануне каждой оплаты придёт SMS с точной суммой.")
        return redirect("payments:template-list")
    return _password_page(request, made, form, now)


@login_required
@require_POST
def autopay_pause(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Приостановить»."""
    standing = _standing(request, uuid)
    if rules.pause(autopay=standing, reason=BY_HIMSELF, now=timezone.now()):
        messages.success(request, "Автоплатёж приостановлен.")
    return redirect("payments:autopay", standing.template.uuid)


@login_required
@require_POST
def autopay_resume(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Возобновить»: also what was paused for its sum."""
    standing = _standing(request, uuid)
    if rules.resume(autopay=standing, now=timezone.now()):
        messages.success(request, "Автоплатёж снова работает. Накануне оплаты придёт SMS.")
    return redirect("payments:autopay", standing.template.uuid)


@login_required
@require_POST
def autopay_stop(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Выключить»."""
    standing = _standing(request, uuid)
    if rules.stop(autopay=standing, reason=BY_HIMSELF, now=timezone.now()):
        messages.success(request, "Автоплатёж выключен.")
    return redirect("payments:autopay", standing.template.uuid)


@login_required
@require_POST
def autopay_skip(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Пропустить один раз»."""
    runs = AutopayRun.objects.filter(template__resident=resident_of(request)).select_related("template")
    run = get_object_or_404(runs, uuid=uuid)
    if rules.skip(run=run):
        messages.success(request, "Этот раз пропущен. Следующий будет как обычно.")
    else:
        messages.info(request, "Пропустить уже нельзя: посмотрите историю операций.")
    return redirect("payments:autopay", run.template.uuid)


def _template(request: HttpRequest, uuid: UUID) -> PaymentTemplate:
    return get_object_or_404(PaymentTemplate.objects.of(resident_of(request)), uuid=uuid)


def _standing(request: HttpRequest, uuid: UUID) -> Autopay:
    return get_object_or_404(Autopay.objects.of(resident_of(request)), uuid=uuid)


def _send_code(request: HttpRequest, made: Autopay, now: datetime) -> None:
    try:
        rules.send_code(autopay=made, resident=resident_of(request), ip=client_ip(request), now=now)
    except confirmations.TooManyCodes:
        # The page says how long to wait.
        pass


def _is_on(form: OneTimePasswordForm, made: Autopay, now: datetime) -> bool:
    confirmation = rules.current_code(autopay=made, now=now)
    try:
        if confirmation is None:
            raise confirmations.CodeExpired
        rules.turn_on(autopay=made, confirmation=confirmation, code=form.cleaned_data["code"], now=now)
    except confirmations.CodeRefused as refusal:
        form.refuse(refusal)
    return not form.errors


def _page(request: HttpRequest, template: PaymentTemplate, form: AutopayForm, now: datetime) -> HttpResponse:
    resident = resident_of(request)
    standing = Autopay.objects.of(resident).standing().filter(template=template).first()
    run = AutopayRun.objects.filter(template=template, state=AutopayRun.State.NOTICED).order_by("pay_at").first()
    context = {
        "template": template,
        "form": form,
        "standing": standing,
        "limit": roubles(Kopecks(standing.limit)) if standing else "",
        "is_paused": standing is not None and standing.state == Autopay.State.PAUSED,
        "run": run,
        "run_total": roubles(run.total) if run else "",
        "run_at": moment(run.pay_at)[:10] if run and run.noticed_at else "",
        "has_cards": SavedCard.objects.usable(resident, now=now).filter(rebill_id__isnull=False).exists(),
    }
    return render(request, "payments/autopay.html", context)


def _password_page(request: HttpRequest, made: Autopay, form: OneTimePasswordForm, now: datetime) -> HttpResponse:
    resident = resident_of(request)
    confirmation = rules.current_code(autopay=made, now=now)
    context = code_page.context(
        form=form, confirmation=confirmation, purpose=rules.PURPOSE, phone=resident.phone or "", now=now
    )
    more = {
        "made": made,
        "limit": roubles(Kopecks(made.limit)),
        "amount": roubles(Kopecks(made.amount)) if made.amount else "",
        "phone": resident.masked_phone,
    }
    return render(request, "payments/autopay_confirm.html", {**context, **more})
