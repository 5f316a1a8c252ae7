"""The page «История операций»."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from payments import history as operations
from payments.views.steps import resident_of


@login_required
@never_cache
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """His operations, a page at a time."""
    found = operations.page(resident=resident_of(request), number=request.GET.get("page", "1"))
    return render(request, "payments/history.html", {"page": found, "operations": operations.rows(found)})
