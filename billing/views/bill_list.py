"""«Счета к оплате»."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from billing import bills
from billing.bills import Span, Tab
from billing.forms import BillFilter
from billing.views.requests import ResidentRequest


@login_required
@never_cache
@require_safe
def bill_list(request: ResidentRequest) -> HttpResponse:
    """Bills of the accounts that the resident added; of one of them when the address names it."""
    form = BillFilter(request.GET)
    is_valid = form.is_valid()
    if "account" in form.errors:
        raise Http404
    chosen = form.cleaned_data
    tab = Tab.ALL if chosen.get("tab") == Tab.ALL.value else Tab.UNPAID
    span = Span(chosen["start"], chosen["end"]) if is_valid else Span()
    found = bills.for_resident(
        resident=request.user,
        tab=tab,
        span=span,
        account=chosen["account"],
        page=request.GET.get("page", ""),
        today=timezone.localdate(),
    )
    if chosen["account"] and not found.titles and not found.waiting:
        raise Http404
    context = {"form": form, "found": found, "is_unpaid": tab is Tab.UNPAID, "span": span, "one": chosen["account"]}
    return render(request, "billing/bill_list.html", context)
