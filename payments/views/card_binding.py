"""«+ Добавить новую карту»: the card, the one-time password, the bank's own page where it asks."""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import confirmations
from accounts.client_ip import client_ip
from accounts.forms import CODE_IS_DEAD, NOT_SENT, OneTimePasswordForm
from accounts.models import Purpose
from accounts.views import code_page
from payments import card_binding, card_entry, card_list, held_card
from payments.acquirer import reasons
from payments.forms import CardForm
from payments.held_card import HeldCard
from payments.held_card_form import HeldCardForm
from payments.hosted_card_form import HostedCardForm
from payments.models import BankCustomer, CardBinding
from payments.views.bank import old_result
from payments.views.steps import resident_of, see_other
from safeguards.secret import Secret

Status = CardBinding.Status
TYPE_AGAIN = "Начните ещё раз: прошло слишком много времени или изменился способ ввода карты."
IN_DOUBT = "Банк ещё проверяет карту. Она появится в списке через несколько минут."


@sensitive_post_parameters()
@sensitive_variables()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def saved_card_add(request: HttpRequest) -> HttpResponse:
    """The fields of a new card, unless the bank has them; «Получить одноразовый пароль» leads on with it locked."""
    now, posted = timezone.now(), request.POST if request.method == "POST" else None
    is_hosted = card_entry.is_hosted()
    form: CardForm | HostedCardForm = (HostedCardForm if is_hosted else CardForm)(posted, can_remember=False)
    if not form.is_valid():
        return render(request, "payments/saved_card_add.html", {"form": form, "is_hosted": is_hosted})
    binding = card_binding.open_binding(resident=resident_of(request), now=now)
    card = form.held_card(ip=client_ip(request))
    return _password_page(request, binding, card, OneTimePasswordForm(), now, why=_send_code(binding, card, now))


@sensitive_post_parameters()
@sensitive_variables()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def saved_card_confirm(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The password was typed: give the card to the bank and show what came of it."""
    now, binding = timezone.now(), _own(request, uuid)
    if binding.status != Status.NEW:
        return _to_where_it_stands(request, binding)
    card = _card(request, binding)
    if card is None:
        messages.warning(request, TYPE_AGAIN)
        return see_other(reverse("payments:saved-card-add"))
    form = OneTimePasswordForm(None if "resend" in request.POST else request.POST)
    why = _send_code(binding, card, now) if "resend" in request.POST else ""
    if form.is_valid() and _is_submitted(binding, card, form, now):
        _start(binding, card)
        _show_at_once(binding)
        return _to_where_it_stands(request, binding)
    if binding.status != Status.NEW:
        return _to_where_it_stands(request, binding)
    return _password_page(request, binding, card, form, now, why=why)


@sensitive_variables()
def _start(binding: CardBinding, card: HeldCard) -> None:
    """Give the card to the bank, or have the bank open its page for it."""
    now = timezone.now()
    if card.is_hosted:
        card_binding.open_page(binding=binding, ip=card.browser.ip, now=now)
    else:
        card_binding.bind(binding=binding, cryptogram=card.cryptogram, browser=card.browser, now=now)


@login_required
@never_cache
@require_safe
def saved_card_bank_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A plain link to the bank's page where the card that is being added is typed."""
    binding = _own(request, uuid)
    if not binding.page_url:
        return see_other(reverse("payments:saved-card-list"))
    return render(request, "payments/saved_card_bank_page.html", {"page_url": binding.page_url})


@login_required
@never_cache
@require_safe
def saved_card_return(request: HttpRequest) -> HttpResponse:
    """Back from the bank's page by the terminal's one link for all: the bank says what became of the newest card."""
    now = timezone.now()
    binding = card_binding.latest(resident=resident_of(request), now=now)
    if binding is None:
        return see_other(reverse("payments:saved-card-list"))
    if binding.status in {Status.SUBMITTED, Status.EXPIRED}:
        # Else the bank's notification was quicker.
        card_binding.ask(binding=binding, now=now)
    _show_at_once(binding)
    return _say(request, binding)


@login_required
@never_cache
@require_safe
def saved_card_challenge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Подтверждение банка» for a card that is being added."""
    binding = _own(request, uuid)
    waiting = card_binding.challenge_of(binding)
    if waiting is None:
        return see_other(reverse("payments:saved-card-list"))
    response = render(request, "payments/saved_card_challenge.html", {"bank": waiting})
    address = urlsplit(waiting.url)
    response.form_action = f"{address.scheme}://{address.netloc}"  # type: ignore[attr-defined]
    return response


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def binding_return(request: HttpRequest, token: str) -> HttpResponse:
    """Back from the bank: no cookie comes with a cross-site POST, so the random token finds the binding."""
    binding = get_object_or_404(CardBinding.objects.select_related("resident"), return_token=token)
    if request.method == "POST":
        card_binding.complete(binding=binding, old=old_result(request), now=timezone.now())
        _show_at_once(binding)
    return see_other(reverse("payments:saved-card-bound", args=[binding.uuid]))


@login_required
@never_cache
@require_safe
def saved_card_bound(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Says what became of it, once, and shows the list; the way back from the bank ends here with its cookie."""
    return _to_where_it_stands(request, _own(request, uuid))


def _show_at_once(binding: CardBinding) -> None:
    """The card that was just bound need not wait for the sweep."""
    customer = BankCustomer.objects.filter(resident=binding.resident).select_related("resident").first()
    if binding.status == Status.COMPLETED and customer is not None:
        card_list.refresh(customer=customer, now=timezone.now())


def _to_where_it_stands(request: HttpRequest, binding: CardBinding) -> HttpResponse:
    if binding.status == Status.CHALLENGED:
        return see_other(reverse("payments:saved-card-challenge", args=[binding.uuid]))
    if binding.page_url:
        return see_other(reverse("payments:saved-card-bank-page", args=[binding.uuid]))
    return _say(request, binding)


def _say(request: HttpRequest, binding: CardBinding) -> HttpResponse:
    if binding.status == Status.COMPLETED:
        messages.success(request, "Карта добавлена.")
    elif binding.status == Status.REJECTED:
        messages.error(request, f"Карта не добавлена. {reasons.of(binding.error_code)}")
    elif binding.status == Status.SUBMITTED:
        messages.info(request, IN_DOUBT)
    else:
        messages.warning(request, "Карта не добавлена: время вышло. Начните заново.")
    return see_other(reverse("payments:saved-card-list"))


def _own(request: HttpRequest, uuid: UUID) -> CardBinding:
    """His binding, or 404."""
    bindings = CardBinding.objects.filter(resident=resident_of(request)).select_related("resident")
    return get_object_or_404(bindings, uuid=uuid)


@sensitive_variables()
def _card(request: HttpRequest, binding: CardBinding) -> HeldCard | None:
    """The card that rides in the posted page; None when it must be typed again."""
    form = HeldCardForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        cryptogram = Secret(form.cleaned_data["cryptogram"])
        return held_card.unseal(blob=form.cleaned_data["sealed"], cryptogram=cryptogram, payment=binding)
    except held_card.StaleCard:
        return None


def _send_code(binding: CardBinding, card: HeldCard, now: datetime) -> str:
    """Empty when the SMS is on its way, else why not."""
    try:
        card_binding.send_code(binding=binding, mask=card.mask, ip=card.browser.ip, now=now)
    except confirmations.TooManyCodes:
        return NOT_SENT
    return ""


def _is_submitted(binding: CardBinding, card: HeldCard, form: OneTimePasswordForm, now: datetime) -> bool:
    confirmation = card_binding.current_code(binding=binding, now=now)
    if confirmation is None:
        form.add_error("code", CODE_IS_DEAD)
        return False
    code = form.cleaned_data["code"]
    try:
        card_binding.submit(binding=binding, mask=card.mask, confirmation=confirmation, code=code, now=now)
    except confirmations.CodeRefused as refusal:
        binding.refresh_from_db()
        form.refuse(refusal)
    except card_binding.BindingOver:
        binding.refresh_from_db()
        form.add_error("code", CODE_IS_DEAD)
    return not form.errors


@sensitive_variables()
def _password_page(
    request: HttpRequest, binding: CardBinding, card: HeldCard, form: OneTimePasswordForm, now: datetime, *, why: str
) -> HttpResponse:
    confirmation = card_binding.current_code(binding=binding, now=now)
    sealed = held_card.seal(payment=binding, card=card)
    phone = binding.resident.phone or ""
    context = code_page.context(
        form=form, confirmation=confirmation, purpose=Purpose.CARD_BINDING, phone=phone, now=now, why=why
    )
    more = {
        "binding": binding,
        "card": card.mask,
        "hidden": HeldCardForm(initial={"cryptogram": card.cryptogram.reveal(), "sealed": sealed}),
        "phone": binding.resident.masked_phone,
    }
    return render(request, "payments/saved_card_confirm.html", {**context, **more})
