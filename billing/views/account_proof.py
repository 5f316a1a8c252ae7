"""«Подтвердите лицевой счёт»: on the way to adding one, or later, when its provider has begun to ask for it."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from billing import account_proof as rule
from billing.forms import BillSumForm, PrintedCodeForm
from billing.models import AddedAccount, Provider
from billing.personal_accounts import TooManyTries
from billing.views import found_number
from billing.views.found_number import FoundNumber
from billing.views.requests import ResidentRequest, waiting_time

FORMS = {Provider.AccountProof.BILL_SUM: BillSumForm, Provider.AccountProof.PRINTED_CODE: PrintedCodeForm}
WRONG = {Provider.AccountProof.BILL_SUM: "Сумма не совпала", Provider.AccountProof.PRINTED_CODE: "Код не совпал"}
CALL = "или позвоните в Контакт-Центр"


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account_proof(request: ResidentRequest, code: str, signed: str) -> HttpResponse:
    """Between the number and its title, where the provider asks for it."""
    provider = get_object_or_404(Provider.objects.issuing_bills(), code=code)
    found = found_number.read(request, provider, signed)
    if found is None or not provider.asks_for_proof:
        return redirect("billing:account-number", code)
    form = _form(request, provider)
    if form.is_valid() and _is_right(request, provider, found.number, form):
        proven = FoundNumber(found.number, is_proven=True)
        return redirect("billing:account-title", code, found_number.sign(request, provider, proven))
    return _page(request, provider, found.number, form, back=reverse("billing:account-number", args=[code]), step=3)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account_prove(request: ResidentRequest, uuid: str) -> HttpResponse:
    """For an account in the list whose bills wait for it."""
    added = get_object_or_404(AddedAccount.objects.of(request.user), uuid=uuid)
    provider, number = added.account.provider, added.account.number
    if added.is_open:
        return redirect("billing:account-list")
    form = _form(request, provider)
    if form.is_valid() and _is_right(request, provider, number, form):
        rule.open_up(added=added, now=timezone.now())
        messages.success(request, f"Лицевой счёт {number} подтверждён. Его счета – в разделе «Счета к оплате»")
        return redirect("billing:account-list")
    return _page(request, provider, number, form, back=reverse("billing:account-list"))


def _form(request: ResidentRequest, provider: Provider) -> forms.Form:
    kind = FORMS[Provider.AccountProof(provider.account_proof)]
    return kind(request.POST if request.method == "POST" else None)


def _page(
    request: ResidentRequest, provider: Provider, number: str, form: forms.Form, *, back: str, step: int = 0
) -> HttpResponse:
    context = {"provider": provider, "number": number, "form": form, "back": back, "step": step}
    return render(request, "billing/account_proof.html", context)


def _is_right(request: ResidentRequest, provider: Provider, number: str, form: forms.Form) -> bool:
    """Whether the answer is right; if not, the reason stands at the field."""
    answer = str(form.cleaned_data["answer"])
    try:
        rule.check(resident=request.user, provider=provider, number=number, answer=answer, now=timezone.now())
    except rule.WrongProof as refusal:
        wrong = WRONG[Provider.AccountProof(provider.account_proof)]
        form.add_error("answer", f"{wrong}. Осталось попыток: {refusal.left}")
    except TooManyTries as refusal:
        wait = waiting_time(refusal.retry_after)
        form.add_error("answer", f"Попытки закончились. Попробуйте через {wait} {CALL}")
    else:
        return True
    return False
