"""The short address of a bill, as an SMS has it: a number in letters and digits, for every character is paid for."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import base36_to_int
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from billing.models import Bill
from billing.views.requests import ResidentRequest


@login_required
@never_cache
@require_safe
def bill_link(request: ResidentRequest, code: str) -> HttpResponse:
    """Lead to the bill; a number that is nobody's and one that is a neighbour's are the same to him."""
    try:
        number = base36_to_int(code)
    except ValueError:
        raise Http404 from None
    bill = get_object_or_404(Bill.objects.visible_to(request.user), pk=number)
    return redirect("payments:bill-charges", bill.uuid)
