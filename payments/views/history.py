"""The page «История операций»."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from payments import history as operations
from payments.history import Overview
from payments.history_form import HistoryFilter
from payments.models import SavedCard
from payments.views.steps import resident_of


@login_required
@never_cache
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """His operations under the filters, a page at a time."""
    resident = resident_of(request)
    overview = operations.overview(resident=resident)
    if "card" in request.GET:
        return _of_card(request, overview)
    form = HistoryFilter(request.GET, overview=overview, today=timezone.localdate())
    found = operations.page(
        resident=resident,
        wanted=form.wanted(),
        providers=dict(overview.providers),
        number=request.GET.get("page", ""),
        after=request.GET.get("after", ""),
    )
    return render(request, "payments/history.html", {"form": form, "found": found, "has_any": overview.providers})


def _of_card(request: HttpRequest, overview: Overview) -> HttpResponse:
    """«История операций» of a saved card of his: the history under its way of paying, so that the filter shows it."""
    try:
        uuid = UUID(request.GET["card"])
    except ValueError:
        raise Http404 from None
    card = get_object_or_404(SavedCard.objects.of(resident_of(request)), uuid=uuid)
    method = f"{card.brand}-{card.last_four}"
    if method not in dict(overview.methods):
        messages.info(request, f"По карте {card.mask} операций ещё не было")
        return redirect("payments:history")
    return redirect(f"{reverse('payments:history')}?{urlencode({'method': method})}")
