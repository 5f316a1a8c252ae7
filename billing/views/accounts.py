"""Adding a personal account: the provider, the number, its title; a proof stands between where it is asked for."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from billing import catalogue, personal_accounts
from billing.account_numbers import LONGEST
from billing.forms import NumberForm, TitleForm
from billing.models import Provider
from billing.views import found_number
from billing.views.found_number import FoundNumber
from billing.views.requests import ResidentRequest, waiting_time

NOT_FOUND = "Лицевой счёт не найден. Проверьте номер на квитанции"
ALREADY_ADDED = "Этот лицевой счёт уже добавлен"


@login_required
@require_safe
def account_provider(request: ResidentRequest) -> HttpResponse:
    """Step 1: who issues the bills."""
    blocks = catalogue.issuing_blocks(is_whole="all" in request.GET)
    return render(request, "billing/account_provider.html", {"blocks": blocks})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account_number(request: ResidentRequest, code: str) -> HttpResponse:
    """Step 2: the number from the paper bill."""
    provider = _provider(code)
    # The check of a paper bill sends its number along.
    initial = {"number": request.GET.get("number", "")[:LONGEST]}
    form = NumberForm(request.POST if request.method == "POST" else None, initial=initial, provider=provider)
    if form.is_valid():
        number = _confirmed_number(request.user, provider, form)
        if number is not None:
            step = "billing:account-proof" if provider.asks_for_proof else "billing:account-title"
            return redirect(step, code, found_number.sign(request, provider, FoundNumber(number)))
    return render(request, "billing/account_number.html", {"provider": provider, "form": form})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account_title(request: ResidentRequest, code: str, signed: str) -> HttpResponse:
    """The last step: a name for the number that was found, and proved where the provider asks for that."""
    provider = _provider(code)
    found = found_number.read(request, provider, signed)
    if found is None or (provider.asks_for_proof and not found.is_proven):
        return redirect("billing:account-number", code)
    form = TitleForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _is_added(request, provider, found, form):
        return redirect("billing:account-list")
    return render(request, "billing/account_title.html", {"provider": provider, "number": found.number, "form": form})


def _provider(code: str) -> Provider:
    return get_object_or_404(Provider.objects.issuing_bills(), code=code)


def _confirmed_number(resident: User, provider: Provider, form: NumberForm) -> str | None:
    """The number as it may be added, or None with the reason at the field."""
    number = form.cleaned_data["number"]
    try:
        return personal_accounts.confirm_number(resident=resident, provider=provider, number=number, now=timezone.now())
    except personal_accounts.UnknownAccount:
        form.add_error("number", NOT_FOUND)
    except personal_accounts.AlreadyAdded:
        form.add_error("number", ALREADY_ADDED)
    except personal_accounts.TooManyTries as refusal:
        form.add_error("number", _too_many(refusal))
    return None


def _is_added(request: ResidentRequest, provider: Provider, found: FoundNumber, form: TitleForm) -> bool:
    """Add it and say so; False with the reason at the field."""
    try:
        personal_accounts.add(
            resident=request.user,
            provider=provider,
            number=found.number,
            title=form.cleaned_data["title"],
            is_proven=found.is_proven,
            now=timezone.now(),
        )
    except personal_accounts.AlreadyAdded:
        messages.info(request, ALREADY_ADDED)
    except personal_accounts.UnknownAccount:
        form.add_error("title", NOT_FOUND)
        return False
    except personal_accounts.TooManyTries as refusal:
        form.add_error("title", _too_many(refusal))
        return False
    else:
        messages.success(
            request, f"Лицевой счёт {found.number} добавлен. Новые счета появятся в разделе «Счета к оплате»"
        )
    return True


def _too_many(refusal: personal_accounts.TooManyTries) -> str:
    wait = waiting_time(refusal.retry_after)
    if isinstance(refusal, personal_accounts.TooManyMisses):
        return f"Слишком много неверных номеров. Попробуйте через {wait}"
    return f"За сутки можно добавить не больше {personal_accounts.NEW_NUMBERS.times} счетов. Попробуйте через {wait}"
