"""A bill to read on paper: a page to print, and the same as PDF."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from billing.models import Bill
from payments import bill_papers, paper
from payments.views.steps import resident_of, see_other


@login_required
@never_cache
@require_safe
def bill_paper(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The paper as a page."""
    return render(request, "payments/bill_paper.html", bill_papers.context(_bill(request, uuid)))


@login_required
@never_cache
@require_safe
def bill_paper_pdf(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The paper as a file to keep or to send."""
    bill = _bill(request, uuid)
    try:
        content = bill_papers.pdf(bill)
    except paper.PdfUnavailable:
        messages.warning(request, "Файл PDF сейчас не создать. Распечатайте счёт с этой страницы.")
        return see_other(reverse("payments:bill-paper", args=[bill.uuid]))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="bill-{bill.account.number}-{bill.period:%Y-%m}.pdf"'
    return response


def _bill(request: HttpRequest, uuid: UUID) -> Bill:
    bills = Bill.objects.visible_to(resident_of(request)).with_newest().select_related("account__provider")
    return get_object_or_404(bills, uuid=uuid)
