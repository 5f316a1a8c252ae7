"""The card page and the check page: the card is typed once and rides on encrypted for the bank."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts.client_ip import client_ip
from payments import checkout, held_card, repeats
from payments.forms import CardForm
from payments.held_card_form import HeldCardForm
from payments.models import Payment
from payments.shown import Shown
from payments.views.steps import charges_url, elsewhere, own_payment, resident_of, to_card


@login_required
@never_cache
@require_safe
def card(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page where the card is typed; a payment that is past it leads on to where it stands."""
    payment = own_payment(request, uuid)
    return elsewhere(request, payment, timezone.now()) or _card_page(request, payment, CardForm())


@sensitive_post_parameters()
@sensitive_variables()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The posted card becomes the check page, which carries its cryptogram on; there is nothing to GET here."""
    now = timezone.now()
    payment = own_payment(request, uuid)
    gone = elsewhere(request, payment, now)
    if gone or request.method != "POST":
        return gone or to_card(payment)
    checkout.void_code(payment=payment, now=now)
    form = CardForm(request.POST)
    if not form.is_valid():
        return _card_page(request, payment, form)
    return _check_page(request, payment, form, now)


def _card_page(request: HttpRequest, payment: Payment, form: CardForm) -> HttpResponse:
    context = {
        "payment": payment,
        "shown": Shown(payment),
        "form": form,
        "back": charges_url(payment),
    }
    return render(request, "payments/card.html", context)


@sensitive_variables()
def _check_page(request: HttpRequest, payment: Payment, form: CardForm, now: datetime) -> HttpResponse:
    held = form.held_card(ip=client_ip(request))
    hidden = HeldCardForm(
        initial={"cryptogram": held.cryptogram.reveal(), "sealed": held_card.seal(payment=payment, card=held)}
    )
    context = {
        "payment": payment,
        "shown": Shown(payment),
        "card": held.mask,
        "hidden": hidden,
        "repeats": repeats.caution(payment=payment, resident=resident_of(request), now=now).repeats,
        "change_sum": charges_url(payment),
    }
    return render(request, "payments/check.html", context)
