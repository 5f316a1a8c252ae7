"""The public page «Проверка квитанции или справки»."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.client_ip import client_ip, subscriber
from accounts.durations import in_words
from payments.document_check import Confirmed, TooManyTries, confirm
from payments.document_check_form import DocumentCheckForm

NOT_OURS = "Документа с таким кодом нет. Проверьте код. Если он напечатан именно так, документ выдан не нами"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def document_check(request: HttpRequest) -> HttpResponse:
    """The code is posted, so that it stays out of addresses and logs."""
    form = DocumentCheckForm(request.POST if request.method == "POST" else None)
    confirmed = _confirmed(request, form) if form.is_valid() else None
    return render(request, "payments/document_check.html", {"form": form, "confirmed": confirmed})


def _confirmed(request: HttpRequest, form: DocumentCheckForm) -> Confirmed | None:
    """What the paper must say, or None with the reason at the field."""
    asked_from = subscriber(client_ip(request))
    try:
        confirmed = confirm(code=form.cleaned_data["code"], asked_from=asked_from, now=timezone.now())
    except TooManyTries as refusal:
        form.add_error("code", f"Слишком много проверок. Следующая – через {in_words(refusal.retry_after)}")
        return None
    if confirmed is None:
        form.add_error("code", NOT_OURS)
    return confirmed
