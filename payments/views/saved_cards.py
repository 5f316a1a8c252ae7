"""«Способы оплаты», «Основной способ оплаты», the own name of a card, and its deletion."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import confirmations
from accounts.client_ip import client_ip
from accounts.durations import in_words
from accounts.forms import CODE_IS_DEAD, OneTimePasswordForm
from accounts.models import Purpose
from accounts.views import code_page
from payments import card_entry, card_list, saved_cards
from payments.models import CardBinding, SavedCard
from payments.saved_card_forms import CardNameForm, DefaultForm
from payments.shown import moment
from payments.views.steps import resident_of

DELETED = "Карта {} удалена. Платить ею через портал больше нельзя."
# Days before its end from which the page itself says so.
ENDS_SOON = 30


@dataclass(frozen=True)
class Shown:
    """A card, ready to be read."""

    card: SavedCard
    status: str
    tag: str
    ends: str
    history_url: str

    @classmethod
    def of(cls, card: SavedCard, today: date) -> "Shown":
        """Its words on this day."""
        is_expired = card.is_expired(today)
        is_active = card.state == SavedCard.State.ACTIVE and not is_expired
        status = "Истёк срок" if is_expired else SavedCard.State(card.state).label
        left = (card.expires_on - today).days if card.expires_on else ENDS_SOON + 1
        ends = f"Действует до {card.expires_on:%d.%m.%Y}. Добавьте новую карту." if 0 <= left <= ENDS_SOON else ""
        history_url = f"{reverse('payments:history')}?card={card.uuid}"
        return cls(card, status, "ok" if is_active else "bad", ends, history_url)

    @property
    def can_be_default(self) -> bool:
        """There is something to choose."""
        return self.tag == "ok" and not self.card.is_default


@login_required
@never_cache
@require_safe
def saved_card_list(request: HttpRequest) -> HttpResponse:
    """His cards with what can be done with each, and the bindings that the bank has not ended."""
    resident, now = resident_of(request), timezone.now()
    cards = [Shown.of(card, timezone.localdate(now)) for card in SavedCard.objects.of(resident)]
    waiting = CardBinding.objects.filter(resident=resident, status__in=["SUBMITTED", "CHALLENGED"]).order_by("id")
    frozen = saved_cards.frozen_until(resident=resident, now=now)
    context = {"cards": cards, "waiting": list(waiting), "frozen_until": moment(frozen) if frozen else ""}
    return render(request, "payments/saved_card_list.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def saved_card_default(request: HttpRequest) -> HttpResponse:
    """«Основной способ оплаты»: radios of his cards and «Не выбран»."""
    resident = resident_of(request)
    cards = list(SavedCard.objects.of(resident).filter(state=SavedCard.State.ACTIVE))
    form = DefaultForm(request.POST if request.method == "POST" else None, cards=cards)
    if form.is_valid():
        chosen = next((card for card in cards if str(card.uuid) == form.cleaned_data["card"]), None)
        saved_cards.choose_default(resident=resident, card=chosen)
        messages.success(request, f"Основной способ оплаты: {chosen.name if chosen else 'не выбран'}.")
        return redirect("payments:saved-card-list")
    context = {"form": form, "cards": cards, "is_hosted": card_entry.is_hosted()}
    return render(request, "payments/saved_card_default.html", context)


@login_required
@require_POST
def saved_card_make_default(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Сделать основным способом оплаты» beside one card."""
    card = _own(request, uuid)
    saved_cards.choose_default(resident=resident_of(request), card=card)
    messages.success(request, f"Основной способ оплаты: {card.name}.")
    return redirect("payments:saved-card-list")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def saved_card_rename(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Редактировать»: his own name of the card."""
    card = _own(request, uuid)
    form = CardNameForm(request.POST if request.method == "POST" else None, initial={"title": card.title})
    if form.is_valid():
        saved_cards.rename(card=card, title=form.cleaned_data["title"])
        messages.success(request, "Название карты сохранено.")
        return redirect("payments:saved-card-list")
    return render(request, "payments/saved_card_rename.html", {"form": form, "card": card})


@sensitive_post_parameters()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def saved_card_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Удалить»: asked once more, confirmed by a one-time password, done at the bank too."""
    card, now = _own(request, uuid), timezone.now()
    if "resend" in request.POST:
        _send_code(request, card, now)
        return redirect("payments:saved-card-delete", card.uuid)
    form = OneTimePasswordForm(request.POST or None)
    if form.is_valid() and _is_removed(card, form, now):
        card_list.remove(card=card, now=now)
        messages.success(request, DELETED.format(card.mask))
        return redirect("payments:saved-card-list")
    confirmation = saved_cards.removal_code(card=card, now=now)
    context = code_page.context(
        form=form, confirmation=confirmation, purpose=Purpose.CARD_REMOVAL, phone=card.resident.phone or "", now=now
    )
    more = {"card": card, "phone": card.resident.masked_phone}
    return render(request, "payments/saved_card_delete.html", {**context, **more})


def _own(request: HttpRequest, uuid: UUID) -> SavedCard:
    """His card, or 404: somebody else's does not exist for him."""
    return get_object_or_404(SavedCard.objects.of(resident_of(request)).select_related("resident"), uuid=uuid)


def _send_code(request: HttpRequest, card: SavedCard, now: datetime) -> None:
    try:
        saved_cards.send_removal_code(card=card, resident=card.resident, ip=client_ip(request), now=now)
    except confirmations.TooManyCodes as refusal:
        messages.info(request, f"Новый пароль можно получить через {in_words(refusal.retry_after)}.")


def _is_removed(card: SavedCard, form: OneTimePasswordForm, now: datetime) -> bool:
    """Delete it here; False with the reason at the field."""
    confirmation = saved_cards.removal_code(card=card, now=now)
    if confirmation is None:
        form.add_error("code", CODE_IS_DEAD)
        return False
    try:
        saved_cards.remove(card=card, confirmation=confirmation, code=form.cleaned_data["code"], now=now)
    except confirmations.CodeRefused as refusal:
        form.refuse(refusal)
    return not form.errors
