"""«Мои данные»: a copy of everything, and the end of the cabinet, each after a one-time password."""

import math
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import confirmations, durations, sessions
from accounts.client_ip import client_ip
from accounts.forms import OneTimePasswordForm
from accounts.models import Purpose
from accounts.views.requests import ResidentRequest
from payments.paper import PdfUnavailable
from smartservice.my_data import deeds, erasure, export
from smartservice.my_data.deeds import Deed
from smartservice.my_data.forms import DownloadForm

GET_CODE = "resend"
NO_PDF = "PDF сейчас не получается. Выберите JSON"


@login_required
@never_cache
@require_safe
def my_data(request: ResidentRequest) -> HttpResponse:
    """What is kept and what may be done with it."""
    return render(request, "smartservice/my_data.html")


@sensitive_post_parameters()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def my_data_download(request: ResidentRequest) -> HttpResponse:
    """The button that sends the code, then the file."""
    now = timezone.now()
    if GET_CODE in request.POST:
        _send_code(request, Deed.DOWNLOAD, now)
        return redirect("my-data-download")
    form = DownloadForm(request.POST or None)
    if form.is_valid() and _is_confirmed(request, form, Deed.DOWNLOAD, now):
        try:
            return _file(request, form.cleaned_data["kind"], now)
        except PdfUnavailable:
            form.add_error("kind", NO_PDF)
    return _page(request, "smartservice/my_data_download.html", form, Deed.DOWNLOAD, now)


@sensitive_post_parameters()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def my_data_erase(request: ResidentRequest) -> HttpResponse:
    """The button that sends the code, then the cabinet is closed for good."""
    now = timezone.now()
    if GET_CODE in request.POST:
        _send_code(request, Deed.ERASE, now)
        return redirect("my-data-erase")
    form = OneTimePasswordForm(request.POST or None)
    if form.is_valid() and _is_confirmed(request, form, Deed.ERASE, now):
        erasure.ask(person=request.user, now=now)
        sessions.log_out(request=request, now=now)
        return redirect("my-data-erased")
    return _page(request, "smartservice/my_data_erase.html", form, Deed.ERASE, now)


@never_cache
@require_safe
def my_data_erased(request: HttpRequest) -> HttpResponse:
    """«Кабинет закрыт»: the same words for everybody who opens it."""
    return render(request, "smartservice/my_data_erased.html")


@sensitive_variables()
def _file(request: ResidentRequest, kind: str, now: datetime) -> HttpResponse:
    if kind == "json":
        text = export.as_json(person=request.user, now=now)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
    else:
        response = HttpResponse(export.as_pdf(person=request.user, now=now), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="my-data-{timezone.localtime(now):%Y-%m-%d}.{kind}"'
    return response


def _send_code(request: ResidentRequest, deed: Deed, now: datetime) -> None:
    try:
        deeds.send_code(person=request.user, deed=deed, ip=client_ip(request), now=now)
    except confirmations.TooManyCodes as refusal:
        messages.info(request, f"Новый пароль можно получить через {durations.in_words(refusal.retry_after)}.")


def _is_confirmed(request: ResidentRequest, form: OneTimePasswordForm, deed: Deed, now: datetime) -> bool:
    try:
        deeds.confirm(person=request.user, deed=deed, code=form.cleaned_data["code"], now=now)
    except confirmations.CodeRefused as refusal:
        form.refuse(refusal)
    else:
        return True
    return False


def _page(
    request: ResidentRequest, template: str, form: OneTimePasswordForm, deed: Deed, now: datetime
) -> HttpResponse:
    confirmation = deeds.current_code(person=request.user, deed=deed, now=now)
    wait = confirmations.wait_of(purpose=Purpose.MY_DATA, phone=request.user.phone or "", now=now)
    context = {
        "form": form,
        "is_sent": confirmation is not None and confirmation.tries_left > 0,
        "tries_left": confirmation.tries_left if confirmation else 0,
        "phone": request.user.masked_phone,
        "resend_in": math.ceil(wait.total_seconds()),
        "resend_later": durations.in_words(wait) if wait > durations.COUNTED else "",
    }
    return render(request, template, context)
