"""The receipt: a page to read and print, and the same as PDF."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.durations import in_words
from payments import paper, receipts
from payments.views.steps import own_payment, resident_of, see_other


@login_required
@never_cache
@require_safe
def receipt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Спасибо! Ваш перевод принят», or «Операция возвращена»; a payment that was not taken has no receipt."""
    payment = own_payment(request, uuid)
    if not payment.is_taken:
        return see_other(reverse("payments:detail", args=[payment.uuid]))
    return render(request, "payments/receipt.html", receipts.context(payment))


@login_required
@never_cache
@require_safe
def receipt_pdf(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The receipt as a file to keep."""
    payment = own_payment(request, uuid)
    if not payment.is_taken:
        return see_other(reverse("payments:detail", args=[payment.uuid]))
    try:
        content = receipts.pdf(payment)
    except paper.PdfUnavailable:
        messages.warning(request, "Файл PDF сейчас не создать. Распечатайте квитанцию с этой страницы.")
        return see_other(reverse("payments:receipt", args=[payment.uuid]))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="receipt-{payment.number}.pdf"'
    return response


@login_required
@never_cache
@require_POST
def receipt_email(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Отправить на e-mail»: to the address that he confirmed, and back to the operation."""
    payment = own_payment(request, uuid)
    resident = resident_of(request)
    back = reverse("payments:detail", args=[payment.uuid])
    if not payment.is_taken:
        return see_other(back)
    try:
        receipts.send(payment=payment, resident=resident, now=timezone.now())
    except receipts.EmailNotConfirmed:
        messages.warning(request, "Сначала подтвердите e-mail: на неподтверждённый адрес квитанции не отправляются.")
        return see_other(reverse("accounts:email"))
    except receipts.TooManyLetters as refusal:
        wait = in_words(refusal.retry_after)
        messages.warning(request, f"Сегодня отправлено уже много квитанций. Следующую можно через {wait}.")
    else:
        messages.success(request, f"Квитанция отправлена на {resident.email}")
    return see_other(back)
