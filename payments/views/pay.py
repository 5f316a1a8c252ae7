"""«Параметры операции» of a payment without a bill: the number of the account, then the sum."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import phones
from accounts.next_page import keeps
from billing import account_numbers, catalogue, dues, foreign_accounts, personal_accounts
from billing.bills import period_words
from billing.foreign_accounts import Found
from billing.forms import MobileForm, NumberForm
from billing.models import AddedAccount, Bill, Provider
from billing.money import Kopecks, roubles
from billing.views.accounts import NOT_FOUND
from billing.views.requests import waiting_time
from payments import any_payment, checkout, fees, pay_links
from payments.any_payment import Offer
from payments.forms import CardForm
from payments.models import Payment, SavedCard
from payments.sum_form import SumForm
from payments.views.card import check_page, early_card_form
from payments.views.charges import ALREADY_PAID, BILL_CHANGED, CLOSED
from payments.views.steps import resident_of, see_other


@dataclass(frozen=True)
class Choice:
    """An account that he added, and where paying to it begins."""

    title: str
    number: str
    url: str


@dataclass(frozen=True)
class Operator:
    """A mobile operator, and where paying to this number there begins."""

    short_name: str
    url: str


@dataclass(frozen=True)
class OfferedBill:
    """His own bill that is current there."""

    title: str
    due: str
    url: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay_account(request: HttpRequest, code: str) -> HttpResponse:
    """Step 1, open to anybody: the number; a visitor logs in and comes back to what he typed."""
    provider = _provider(code)
    initial = {"number": request.GET.get("number", "")}
    form = NumberForm(request.POST if request.method == "POST" else None, provider=provider, initial=initial)
    if provider.is_active and form.is_valid():
        number, amount = form.cleaned_data["number"], request.GET.get("amount", "")
        if not request.user.is_authenticated:
            return redirect_to_login(pay_links.account_url(provider=provider, number=number, amount=amount))
        found = _found(request, provider, form)
        if found is not None:
            return redirect(_sum_url(request, provider, found))
    return render(request, "payments/pay_account.html", _account_context(request, provider, form))


@keeps("amount")
@sensitive_post_parameters()
@sensitive_variables()
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay_sum(request: HttpRequest, code: str, signed: str) -> HttpResponse:
    """Step 2: his own current bill, or the sum; a posted sum opens a payment and goes on to the card.

    Who has a usual card types its code here, and goes on to the check page at once.
    """
    now, provider = timezone.now(), _provider(code)
    read = _read(request, provider, signed)
    found = read.found
    if read.is_stale or not provider.is_active:
        return redirect(pay_links.account_url(provider=provider, number=found.number))
    offer = any_payment.offer(resident=resident_of(request), provider=provider, found=found)
    form = (
        SumForm(request.POST)
        if request.method == "POST"
        else SumForm.of(offer.told, amount=request.GET.get("amount", ""))
    )
    usual_card = SavedCard.objects.usable(resident_of(request), now=now).filter(is_default=True)
    card = early_card_form(request, has_usual_card=usual_card.exists(), now=now)
    if form.is_valid() and (card is None or card.is_valid()):
        payment = _open(request, provider, found, offer, form)
        if payment is not None:
            if card is not None and not payment.is_submitted:
                return check_page(request, payment, card, now)
            name = "payments:detail" if payment.is_submitted else "payments:card"
            return see_other(reverse(name, args=[payment.uuid]))
    wrong = card if card is not None and card.errors and not form.errors else form
    inline = card if isinstance(card, CardForm) else None
    context = _sum_context(provider, found, offer, form) | {"form": wrong, "sum_form": form, "card_form": inline}
    return render(request, "payments/pay_sum.html", context)


@require_safe
def pay_mobile(request: HttpRequest) -> HttpResponse:
    """The quick «+7 … Оплатить»: on to the operator whose number it may be, or to choosing one."""
    form = MobileForm(request.GET)
    if not form.is_valid():
        return render(request, "payments/pay_mobile.html", {"form": form, "phone": "", "operators": []})
    phone, operators = form.cleaned_data["number"], catalogue.mobile_operators()
    guessed = catalogue.operator_of(phone, operators)
    if guessed is not None:
        return redirect(f"{pay_links.account_url(provider=guessed, number=phones.spaced(phone))}&guessed=1")
    context = {"form": None, "phone": phones.spaced(phone), "operators": _operators(operators, phones.spaced(phone))}
    return render(request, "payments/pay_mobile.html", context)


def _provider(code: str) -> Provider:
    return get_object_or_404(Provider.objects.select_related("category"), code=code)


def _read(request: HttpRequest, provider: Provider, signed: str) -> pay_links.Signed:
    try:
        return pay_links.read(resident=resident_of(request), provider=provider, signed=signed)
    except pay_links.NotOurs:
        raise Http404 from None


def _sum_url(request: HttpRequest, provider: Provider, found: Found) -> str:
    address = pay_links.sum_url(resident=resident_of(request), provider=provider, found=found)
    amount = request.GET.get("amount", "")
    return f"{address}?{urlencode({'amount': amount})}" if amount else address


def _found(request: HttpRequest, provider: Provider, form: NumberForm) -> Found | None:
    """The number as it may be paid to; None with the reason at the field."""
    try:
        return foreign_accounts.find(
            resident=resident_of(request), provider=provider, number=form.cleaned_data["number"], now=timezone.now()
        )
    except personal_accounts.UnknownAccount:
        form.add_error("number", NOT_FOUND)
    except personal_accounts.TooManyMisses as refusal:
        form.add_error(
            "number", f"Слишком много неверных номеров. Попробуйте через {waiting_time(refusal.retry_after)}"
        )
    except personal_accounts.TooManyTries as refusal:
        form.add_error("number", f"Слишком много номеров подряд. Попробуйте через {waiting_time(refusal.retry_after)}")
    return None


def _open(request: HttpRequest, provider: Provider, found: Found, offer: Offer, form: SumForm) -> Payment | None:
    """The payment of this form; None with the reason at the field when there can be none."""
    try:
        return any_payment.open_payment(
            resident=resident_of(request),
            provider=provider,
            found=found,
            amount=form.cleaned_data["amount"],
            told=form.told,
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except personal_accounts.UnknownAccount:
        form.add_error("amount", NOT_FOUND)
    except (dues.BillChanged, checkout.AmountAboveDue):
        form.add_error("amount", BILL_CHANGED)
        told = {"due": offer.told.due, "version": offer.told.version} if offer.told else {"due": "", "version": ""}
        form.data = {**dict(form.data.items()), **told}
    except checkout.BillNotPayable:
        form.add_error("amount", ALREADY_PAID)
    except checkout.ProviderClosed:
        form.add_error("amount", CLOSED)
    except checkout.AmountAboveLimit as refusal:
        form.add_error("amount", f"За один раз можно заплатить не больше {roubles(refusal.limit)}")
    except checkout.AmountBelowMinimum as refusal:
        form.add_error("amount", f"За один раз можно заплатить не меньше {roubles(refusal.minimum)}")
    return None


def _account_context(request: HttpRequest, provider: Provider, form: NumberForm) -> dict[str, object]:
    """His own accounts come first; what was guessed of a phone can be chosen otherwise."""
    own = AddedAccount.objects.none()
    if request.user.is_authenticated:
        own = AddedAccount.objects.of(resident_of(request)).opened().filter(account__provider=provider)
    choices = [
        Choice(added.title, added.account.number, _sum_url(request, provider, Found(added.account.number)))
        for added in own
    ]
    others = []
    if "guessed" in request.GET:
        operators = [one for one in catalogue.mobile_operators() if one != provider]
        others = _operators(operators, request.GET.get("number", ""))
    closed = "" if provider.is_active else CLOSED
    return {"provider": provider, "form": form, "choices": choices, "others": others, "closed": closed}


def _sum_context(provider: Provider, found: Found, offer: Offer, form: SumForm) -> dict[str, object]:
    number, other = account_numbers.shown(found.number), catalogue.other_operator_of(found.number, provider)
    return {
        "provider": provider,
        "number": number,
        "other": _operators([other], number)[0] if other else None,
        "form": form,
        "bill": _offered(offer.bill) if offer.bill else None,
        "told": roubles(offer.told.due) if offer.told else "",
        "fee": fees.rule(provider=provider).words,
        "limits": _limits(provider),
        "back": pay_links.account_url(provider=provider, number=number),
    }


def _offered(bill: Bill) -> OfferedBill:
    title = f"{period_words(bill.period)}, выставлен {bill.issued_date:%d.%m.%Y}"
    return OfferedBill(title, roubles(bill.due), pay_links.bill_url(bill=bill))


def _limits(provider: Provider) -> str:
    """«от 1,00 ₽ до 15 000,00 ₽»."""
    least, most = Kopecks(provider.payment_minimum), Kopecks(provider.payment_limit)
    parts = [f"от {roubles(least)}" if least else "", f"до {roubles(most)}" if most else ""]
    return " ".join(filter(None, parts))


def _operators(operators: list[Provider], phone: str) -> list[Operator]:
    return [Operator(one.short_name, pay_links.account_url(provider=one, number=phone)) for one in operators]
