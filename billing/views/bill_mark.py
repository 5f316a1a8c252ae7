"""«Отметить как оплаченный» and «Вернуть в неоплаченные»."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from billing import marks
from billing.bills import period_words
from billing.dues import BillChanged
from billing.forms import MarkForm
from billing.models import Bill
from billing.money import Kopecks, roubles
from billing.views.requests import ResidentRequest

CHANGED = "Счёт изменился, проверьте сумму"
NOT_MARKABLE = "Этот счёт уже оплачен или оплачивается"


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bill_mark(request: ResidentRequest, uuid: str) -> HttpResponse:
    """Ask before marking; a mark that is there can be taken back."""
    bills = Bill.objects.visible_to(request.user).with_newest().with_mark_of(request.user)
    bill = get_object_or_404(bills.select_related("account__provider"), uuid=uuid)
    if request.method == "POST" and "undo" in request.POST:
        return _taken_back(request, bill)
    form = MarkForm(request.POST if request.method == "POST" else None, initial={"version": bill.version})
    if form.is_valid() and _is_marked(request, bill, form):
        return redirect("billing:bill-list")
    context = {
        "bill": bill,
        "form": form,
        "title": f"{period_words(bill.period)}, выставлен {bill.issued_date:%d.%m.%Y}",
        "total": roubles(Kopecks(bill.total)),
        "due": roubles(bill.due),
    }
    return render(request, "billing/bill_mark.html", context)


def _is_marked(request: ResidentRequest, bill: Bill, form: MarkForm) -> bool:
    """Mark it and say where it went; False with the reason at the form."""
    version, reason = form.cleaned_data["version"], form.cleaned_data["reason"]
    try:
        marks.put(resident=request.user, bill=bill, version=version, reason=reason, now=timezone.now())
    except BillChanged:
        form.add_error(None, CHANGED)
        form.data = {**dict(form.data.items()), "version": bill.version}
        return False
    except marks.NotMarkable:
        form.add_error(None, NOT_MARKABLE)
        return False
    issued = f"{bill.issued_date:%d.%m.%Y}"
    messages.success(request, f"Счёт от {issued} отмечен как оплаченный. Он остаётся на вкладке «Все»")
    return True


def _taken_back(request: ResidentRequest, bill: Bill) -> HttpResponse:
    marks.take_back(resident=request.user, bill=bill)
    issued = f"{bill.issued_date:%d.%m.%Y}"
    place = "снова среди неоплаченных" if bill.is_payable else "больше не отмечен как оплаченный"
    messages.success(request, f"Счёт от {issued} {place}")
    return redirect("billing:bill-list")
