"""The receipt: a page to read and print, and the same as PDF."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from payments import receipts
from payments.views.steps import own_payment, see_other


@login_required
@never_cache
@require_safe
def receipt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Спасибо! Ваш перевод принят»; a payment that was not taken has no receipt."""
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
    except receipts.PdfUnavailable:
        messages.warning(request, "Файл PDF сейчас не создать. Распечатайте квитанцию с этой страницы.")
        return see_other(reverse("payments:receipt", args=[payment.uuid]))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="receipt-{payment.number}.pdf"'
    return response
