"""«Проверить квитанцию по QR-коду»: whose it is, whether its requisites are right, and the bill that it is of."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from billing import payment_qr
from billing import qr_check as rule
from billing.bills import period_words
from billing.forms import QrForm
from billing.money import Kopecks, roubles
from billing.personal_accounts import TooManyTries
from billing.qr_check import Verdict
from billing.qr_picture import BadPicture
from billing.views.requests import ResidentRequest, waiting_time

UNKNOWN = "Получателя из этого кода здесь нет, сравнить реквизиты не с чем"


@dataclass(frozen=True)
class WayOn:
    """What to do next, and where."""

    url: str
    title: str


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def qr_check(request: ResidentRequest) -> HttpResponse:
    """Nothing is kept of what is sent: the answer is this page."""
    form = QrForm(request.POST, request.FILES) if request.method == "POST" else QrForm()
    context: dict[str, object] = {"form": form, "verdict": None}
    if form.is_valid():
        fields = _fields(request, form)
        context |= _answer(request, form, fields) if fields else {}
    return render(request, "billing/qr_check.html", context)


def _fields(request: ResidentRequest, form: QrForm) -> dict[str, str] | None:
    """What the code says, or None with the reason at the field."""
    picture, text = form.cleaned_data["picture"], form.cleaned_data["text"]
    field = "picture" if picture else "text"
    try:
        if not picture:
            return payment_qr.read(text)
        return rule.read_picture(resident=request.user, file=picture, size=picture.size, now=timezone.now())
    except (payment_qr.NotPaymentCode, BadPicture) as refusal:
        form.add_error(field, str(refusal))
    except TooManyTries as refusal:
        form.add_error(field, f"Слишком много картинок. Попробуйте через {waiting_time(refusal.retry_after)}")
    return None


def _answer(request: ResidentRequest, form: QrForm, fields: dict[str, str]) -> dict[str, object]:
    try:
        verdict = rule.check(resident=request.user, fields=fields)
    except rule.UnknownPayee:
        form.add_error("picture" if form.cleaned_data["picture"] else "text", UNKNOWN)
        return {}
    stated = payment_qr.kopecks(fields)
    return {
        # An empty one: «верно» beside a forged code would read as praise of it.
        "form": QrForm(),
        "verdict": verdict,
        "stated": "" if stated is None else roubles(Kopecks(stated)),
        # Paper of the provider asks for all of the bill, paper printed here for what is left of it.
        "other_sum": bool(verdict.bill and stated is not None and stated not in {verdict.bill.total, verdict.bill.due}),
        "way_on": _way_on(verdict) if verdict.is_genuine else None,
    }


def _way_on(verdict: Verdict) -> WayOn | None:
    """The bill; else the account to prove or to add."""
    code = verdict.provider.code
    if verdict.bill:
        title = f"Открыть счёт {period_words(verdict.bill.period)}"
        return WayOn(reverse("payments:bill-charges", args=[verdict.bill.uuid]), title)
    if verdict.waiting:
        return WayOn(reverse("billing:account-prove", args=[verdict.waiting]), "Подтвердить лицевой счёт")
    if not verdict.is_added and verdict.provider.issues_bills:
        query = urlencode({"number": verdict.number}) if verdict.number else ""
        address = reverse("billing:account-number", args=[code])
        return WayOn(f"{address}?{query}" if query else address, "Добавить лицевой счёт")
    return None
