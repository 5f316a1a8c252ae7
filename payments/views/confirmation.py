"""«Подтвердите оплату»: the one-time password, and the moment when a payment becomes real."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import confirmations
from accounts.client_ip import client_ip
from accounts.forms import CODE_IS_DEAD, NOT_SENT, OneTimePasswordForm
from accounts.models import Confirmation, Purpose
from accounts.views import code_page
from billing import dues
from payments import authorisation, checkout, held_card, repeats, saved_cards
from payments.held_card import HeldCard
from payments.held_card_form import HeldCardForm
from payments.models import Payment, SavedCard
from payments.repeats import Caution
from payments.shown import Shown
from payments.views.charges import ALREADY_PAID, BILL_CHANGED, CLOSED
from payments.views.steps import (
    ENTRY_CHANGED,
    REPLACED,
    TIME_IS_OVER,
    elsewhere,
    own_payment,
    resident_of,
    say_card_again,
    start_again,
    to_card,
    to_result,
)
from safeguards.secret import Secret

START_AGAIN: dict[type[Exception], str] = {
    dues.AlreadyBeingPaid: f"{ALREADY_PAID}. По этой операции деньги не списаны.",
    dues.BillChanged: f"{BILL_CHANGED}. По этой операции деньги не списаны.",
    checkout.OutOfTime: TIME_IS_OVER,
    checkout.ProviderClosed: f"{CLOSED}. По этой операции деньги не списаны.",
    checkout.ResidentBlocked: REPLACED,
}
CARD_IS_GONE = "Этой картой сейчас заплатить нельзя. Выберите другую. По этой операции деньги не списаны."
CARDS_ARE_FROZEN = (
    "Сохранённые карты сейчас недоступны: продолжите без галочки, новой картой. По этой операции деньги не списаны."
)


@sensitive_post_parameters()
@sensitive_variables()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Оплатить» on the check page: send the code and ask for it."""
    now = timezone.now()
    payment = own_payment(request, uuid)
    gone = elsewhere(request, payment, now)
    card = None if gone else _card(request, payment)
    if gone or card is None:
        return gone or to_card(payment)
    caution = repeats.caution(payment=payment, resident=resident_of(request), now=now)
    if not caution.is_seen(request.POST.get("seen", "")):
        return _repeat_page(request, payment, card, caution)
    try:
        confirmation = checkout.send_code(
            payment=payment, resident=resident_of(request), card=card.mask, ip=client_ip(request), now=now
        )
    except checkout.OutOfTime:
        return elsewhere(request, payment, now) or start_again(request, payment, TIME_IS_OVER)
    except confirmations.TooManyCodes:
        return _password_page(request, payment, card, OneTimePasswordForm(), None, now, why=NOT_SENT)
    return _password_page(request, payment, card, OneTimePasswordForm(), confirmation, now)


@sensitive_post_parameters()
@sensitive_variables()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The code was typed: submit the payment, talk to the bank, show what came of it."""
    if "resend" in request.POST:
        return password(request, uuid)
    now = timezone.now()
    payment = own_payment(request, uuid)
    gone = elsewhere(request, payment, now)
    card = None if gone else _card(request, payment)
    if gone or card is None:
        return gone or to_card(payment)
    # Asked anew: while he read his SMS somebody else may have paid.
    caution = repeats.caution(payment=payment, resident=resident_of(request), now=now)
    if not caution.is_seen(request.POST.get("seen", "")):
        return _repeat_page(request, payment, card, caution)
    confirmation = confirmations.current(purpose=Purpose.PAYMENT, subject=payment.uuid, now=now)
    if confirmation is None:
        payment.refresh_from_db()
        if payment.is_submitted:
            return to_result(payment)
        return _password_page(request, payment, card, OneTimePasswordForm(), None, now, why=CODE_IS_DEAD)
    form = OneTimePasswordForm(request.POST)
    if not form.is_valid():
        return _password_page(request, payment, card, form, confirmation, now)
    return _submit(request, payment, card, form, confirmation, now)


@sensitive_variables()
def _submit(
    request: HttpRequest,
    payment: Payment,
    card: HeldCard,
    form: OneTimePasswordForm,
    confirmation: Confirmation,
    now: datetime,
) -> HttpResponse:
    try:
        submitted = checkout.submit(
            payment=payment,
            resident=resident_of(request),
            confirmation=confirmation,
            code=form.cleaned_data["code"],
            brand=card.brand,
            last_four=card.last_four,
            saved_card=_saved_card(request, card, now),
            keeps_card=card.keeps_card,
            is_hosted=card.is_hosted,
            now=now,
        )
    except confirmations.CodeRefused as refusal:
        form.refuse(refusal)
    except tuple(START_AGAIN) as refusal:
        return start_again(request, payment, START_AGAIN[type(refusal)])
    except saved_cards.CardGone:
        messages.warning(request, CARDS_ARE_FROZEN if card.is_hosted else CARD_IS_GONE)
        return to_card(payment)
    else:
        if submitted and payment.is_hosted:
            authorisation.open_page(payment=payment, now=timezone.now())
        elif submitted:
            authorisation.authorise(
                payment=payment, cryptogram=card.cryptogram, browser=card.browser, now=timezone.now()
            )
        return to_result(payment)
    return _password_page(request, payment, card, form, confirmation, now)


def _saved_card(request: HttpRequest, card: HeldCard, now: datetime) -> SavedCard | None:
    if not card.saved_card:
        return None
    return saved_cards.find(resident=resident_of(request), uuid=UUID(card.saved_card), now=now)


@sensitive_variables()
def _card(request: HttpRequest, payment: Payment) -> HeldCard | None:
    """The card that rides in the posted page; None when it must be typed again."""
    form = HeldCardForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        say_card_again(request)
        return None
    try:
        return held_card.unseal(
            blob=form.cleaned_data["sealed"], cryptogram=Secret(form.cleaned_data["cryptogram"]), payment=payment
        )
    except held_card.EntryChanged:
        messages.warning(request, ENTRY_CHANGED)
        return None
    except held_card.StaleCard:
        say_card_again(request)
        return None


@sensitive_variables()
def _carried(request: HttpRequest, card: HeldCard, *, seen: str) -> HeldCardForm:
    """The card rides on to the next page, with the seal of the warning that he went past."""
    sealed = request.POST["sealed"]
    return HeldCardForm(initial={"cryptogram": card.cryptogram.reveal(), "sealed": sealed, "seen": seen})


@sensitive_variables()
def _repeat_page(request: HttpRequest, payment: Payment, card: HeldCard, caution: Caution) -> HttpResponse:
    """«Возможно, это уже оплачено», or a part of it: the facts, and a button for him who means it."""
    context = {
        "payment": payment,
        "shown": Shown(payment),
        "caution": caution,
        "hidden": _carried(request, card, seen=caution.seal),
    }
    return render(request, "payments/repeat.html", context)


@sensitive_variables()
def _password_page(
    request: HttpRequest,
    payment: Payment,
    card: HeldCard,
    form: OneTimePasswordForm,
    confirmation: Confirmation | None,
    now: datetime,
    why: str = "",
) -> HttpResponse:
    if confirmation is not None:
        confirmation.refresh_from_db()
    resident = resident_of(request)
    context = code_page.context(
        form=form, confirmation=confirmation, purpose=Purpose.PAYMENT, phone=resident.phone or "", now=now, why=why
    )
    more = {
        "payment": payment,
        "shown": Shown(payment),
        "card": card.mask,
        "hidden": _carried(request, card, seen=request.POST.get("seen", "")),
        "phone": resident.masked_phone,
    }
    return render(request, "payments/password.html", {**context, **more})
