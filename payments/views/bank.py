"""The bank's two doors: the browser coming back from its page, and its notifications."""

import logging
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from payments import acquirer, authorisation, card_binding, settlement
from payments.acquirer.base import Binding, Forged, OldResult
from payments.models import CardBinding, Payment
from payments.status import LIVE
from payments.views.steps import see_other, to_result

# A resident comes back once or a few times; whoever calls this address in a loop asks the bank no more.
MOST_RETURNS = 50

log = logging.getLogger(__name__)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def challenge_return(request: HttpRequest, token: str) -> HttpResponse:
    """Back from the bank: a cross-site POST brings no cookie, so the random token finds the payment.

    What the browser says of the outcome is not read: only the bank's own answer counts. From the bank's page with a
    card form it comes back by a link, and nothing is left to be done there but to ask.
    """
    payment = get_object_or_404(Payment.objects.submitted(), return_token=token)
    if payment.is_hosted:
        return _hosted_return(payment)
    if request.method == "POST":
        authorisation.complete(payment=payment, old=old_result(request), now=timezone.now())
        payment.refresh_from_db()
    return to_result(payment)


def _hosted_return(payment: Payment) -> HttpResponse:
    """Ask the bank, charge nothing; always on to the page of the outcome, never back to the bank by itself."""
    if payment.status in LIVE and payment.bank_id and payment.asked < MOST_RETURNS:
        settlement.ask(payment=payment, now=timezone.now())
    return see_other(reverse("payments:detail", args=[payment.uuid]))


def old_result(request: HttpRequest) -> OldResult | None:
    """What a browser brings back from 3-D Secure 1; the bank judges it."""
    md, pares = request.POST.get("MD", ""), request.POST.get("PaRes", "")
    return OldResult(md=md, pares=pares) if md and pares else None


@csrf_exempt
@never_cache
@require_POST
def notification(request: HttpRequest) -> HttpResponse:
    """The bank tells of a payment; it repeats until it hears exactly «OK»."""
    try:
        answer = acquirer.current().read_notification(request.body)
    except Forged:
        log.warning("a notification with a wrong signature was refused")
        return HttpResponseForbidden()
    if isinstance(answer, Binding):
        binding = CardBinding.objects.filter(request_key=answer.request_key or None).select_related("resident").first()
        if binding is not None:
            card_binding.apply(binding=binding, answer=answer, now=timezone.now())
        return HttpResponse("OK", content_type="text/plain")
    payment = _payment(answer.order_id)
    if payment is None:
        log.warning("the bank tells of an order that is not ours")
    else:
        settlement.apply(payment=payment, answer=answer, source="notification", now=timezone.now())
    return HttpResponse("OK", content_type="text/plain")


def _payment(order_id: str) -> Payment | None:
    try:
        return Payment.objects.filter(uuid=UUID(order_id)).first()
    except ValueError:
        return None
