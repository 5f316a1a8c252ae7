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
from payments import card_entry, checkout, held_card, pay_links, repeats, saved_cards
from payments.forms import CardForm
from payments.held_card_form import HeldCardForm
from payments.hosted_card_form import HostedCardForm
from payments.models import Payment, SavedCard
from payments.shown import Shown, moment
from payments.views.steps import charges_url, elsewhere, own_payment, resident_of, say_card_again, to_card


@login_required
@never_cache
@require_safe
def card(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page where the card is typed or chosen; a payment that is past it leads on to where it stands."""
    payment, now = own_payment(request, uuid), timezone.now()
    return elsewhere(request, payment, now) or _card_page(request, payment, card_form(request, now), now)


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
    if gone:
        return gone
    if request.method != "POST":
        say_card_again(request)
        return to_card(payment)
    form = card_form(request, now)
    if not form.is_valid():
        checkout.void_code(payment=payment, now=now)
        return _card_page(request, payment, form, now)
    return check_page(request, payment, form, now)


@sensitive_variables()
def card_form(request: HttpRequest, now: datetime) -> CardForm | HostedCardForm:
    """The form with the cards that he may pay with, or the one of the bank's page."""
    posted = request.POST if request.method == "POST" else None
    if card_entry.is_hosted():
        frozen = saved_cards.frozen_until(resident=resident_of(request), now=now)
        return HostedCardForm(posted, can_remember=frozen is None)
    saved = list(SavedCard.objects.usable(resident_of(request), now=now))
    wanted = request.GET.get(pay_links.CARD, "")
    initial = {"method": wanted} if wanted in {str(card.uuid) for card in saved} else {}
    return CardForm(posted, saved=saved, initial=initial)


@sensitive_variables()
def early_card_form(request: HttpRequest, *, has_usual_card: bool, now: datetime) -> CardForm | HostedCardForm | None:
    """The card beside the sum, for who has a usual one or comes with one; what was typed is judged either way.

    Where the bank's page takes the card nothing is shown here.
    """
    is_typed = bool(request.POST.keys() & {"cvv", "cryptogram"})
    is_shown = request.method != "POST" and not card_entry.is_hosted()
    if not is_typed and not (is_shown and (has_usual_card or pay_links.CARD in request.GET)):
        return None
    form = card_form(request, now)
    return form if is_typed or has_usual_card or form.initial else None


@sensitive_variables()
def check_page(request: HttpRequest, payment: Payment, form: CardForm | HostedCardForm, now: datetime) -> HttpResponse:
    """«Проверьте и оплатите» for a valid form; a code that was sent for another card is of no use any more."""
    checkout.void_code(payment=payment, now=now)
    held = form.held_card(ip=client_ip(request))
    hidden = HeldCardForm(
        initial={"cryptogram": held.cryptogram.reveal(), "sealed": held_card.seal(payment=payment, card=held)}
    )
    context = {
        "payment": payment,
        "shown": Shown(payment),
        "card": held.mask,
        "keeps_card": held.keeps_card,
        "is_hosted": held.is_hosted,
        "hidden": hidden,
        "caution": repeats.caution(payment=payment, resident=resident_of(request), now=now),
        "change_sum": charges_url(payment),
    }
    return render(request, "payments/check.html", context)


def _card_page(request: HttpRequest, payment: Payment, form: CardForm | HostedCardForm, now: datetime) -> HttpResponse:
    has_cards = "method" in form.fields
    frozen = None if has_cards else saved_cards.frozen_until(resident=resident_of(request), now=now)
    context = {
        "payment": payment,
        "shown": Shown(payment),
        "form": form,
        "has_cards": has_cards,
        "is_hosted": isinstance(form, HostedCardForm),
        "frozen_until": moment(frozen) if frozen else "",
        "back": charges_url(payment),
    }
    return render(request, "payments/card.html", context)
