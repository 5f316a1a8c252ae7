"""The page «История операций»."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from payments import history as operations
from payments.history_form import HistoryFilter
from payments.views.steps import resident_of


@login_required
@never_cache
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """His operations under the filters, a page at a time."""
    resident = resident_of(request)
    overview = operations.overview(resident=resident)
    form = HistoryFilter(request.GET, overview=overview, today=timezone.localdate())
    found = operations.page(
        resident=resident,
        wanted=form.wanted(),
        providers=dict(overview.providers),
        number=request.GET.get("page", ""),
        after=request.GET.get("after", ""),
    )
    return render(request, "payments/history.html", {"form": form, "found": found, "has_any": overview.providers})
