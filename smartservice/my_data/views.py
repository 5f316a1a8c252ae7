"""«Мои данные»: a copy of everything, and the end of the cabinet, each after a one-time password."""

from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import confirmations, durations, sessions
from accounts.client_ip import client_ip
from accounts.forms import OneTimePasswordForm
from accounts.models import Purpose
from accounts.views import code_page
from accounts.views.requests import ResidentRequest
from payments.paper import PdfUnavailable
from smartservice.my_data import deeds, erasure, export
from smartservice.my_data.deeds import Deed
from smartservice.my_data.forms import KINDS, DownloadForm

GET_CODE = "resend"
NO_PDF = "PDF сейчас не получается. Скачайте JSON."


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
    """The button that sends the code, the code, then both files for as long as the code would have lived."""
    now = timezone.now()
    if GET_CODE in request.POST:
        _send_code(request, Deed.DOWNLOAD, now)
        return redirect("my-data-download")
    until = sessions.copy_until(request.session, now)
    if until and request.method == "GET":
        return _ready_page(request, until)
    form = DownloadForm(request.POST or None)
    if form.is_valid():
        until = until or _confirmed_until(request, form, Deed.DOWNLOAD, now)
        if until:
            sessions.remember_copy(request.session, until)
            return redirect(f"{reverse('my-data-download')}?{urlencode({'kind': form.cleaned_data['kind']})}")
    return _page(request, "smartservice/my_data_download.html", form, Deed.DOWNLOAD, now)


@login_required
@never_cache
@require_safe
def my_data_file(request: ResidentRequest, kind: str) -> HttpResponse:
    """One of the two files, while the copy may be taken along here."""
    now = timezone.now()
    if kind not in dict(KINDS):
        raise Http404
    if not sessions.copy_until(request.session, now):
        return redirect("my-data-download")
    try:
        return _file(request, kind, now)
    except PdfUnavailable:
        messages.error(request, NO_PDF)
        return redirect("my-data-download")


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
    if form.is_valid() and _confirmed_until(request, form, Deed.ERASE, now):
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


def _confirmed_until(request: ResidentRequest, form: OneTimePasswordForm, deed: Deed, now: datetime) -> datetime | None:
    try:
        return deeds.confirm(person=request.user, deed=deed, code=form.cleaned_data["code"], now=now)
    except confirmations.CodeRefused as refusal:
        form.refuse(refusal)
    return None


def _ready_page(request: ResidentRequest, until: datetime) -> HttpResponse:
    kind = request.GET.get("kind", "")
    context = {
        "kinds": KINDS,
        "begun": kind if kind in dict(KINDS) else "",
        "until": timezone.localtime(until).strftime("%H:%M"),
    }
    return render(request, "smartservice/my_data_ready.html", context)


def _page(
    request: ResidentRequest, template: str, form: OneTimePasswordForm, deed: Deed, now: datetime
) -> HttpResponse:
    confirmation = deeds.current_code(person=request.user, deed=deed, now=now)
    phone = request.user.phone or ""
    context = code_page.context(form=form, confirmation=confirmation, purpose=Purpose.MY_DATA, phone=phone, now=now)
    return render(request, template, {**context, "phone": request.user.masked_phone})
