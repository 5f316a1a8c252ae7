"""«Параметры операции»: the charges of a bill and the sum to pay."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.next_page import keeps
from billing import dues, explained
from billing.bills import period_words
from billing.models import Bill, BillStatus
from billing.money import plain_roubles, roubles
from payments import checkout, fees
from payments.charges_form import ChargesForm
from payments.forms import CardForm
from payments.models import Payment, SavedCard
from payments.views.card import check_page, early_card_form
from payments.views.steps import resident_of, see_other

BILL_CHANGED = "Счёт изменился, проверьте сумму"
CLOSED = "Сейчас этот поставщик не принимает оплату через портал"
ALREADY_PAID = "Счёт уже оплачивается или оплачен. Проверьте «Историю операций»"

PAID_ELSEWHERE = "Если Вы платили другим способом, здесь это не видно. Сверьте долг с последней квитанцией."

WHY_NOT = {
    BillStatus.PROCESSING: "Этот счёт уже оплачивается.",
    BillStatus.PAID: "Этот счёт оплачен.",
    BillStatus.OVERPAID: "По этому счёту переплата, платить ничего не нужно.",
    BillStatus.NO_DATA: "Оплатить можно последний счёт. Если платили другим способом, здесь это не видно.",
    BillStatus.CARRIED: "Этот счёт включён в новый.",
}


@keeps("amount")
@sensitive_post_parameters()
@sensitive_variables()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def bill_charges(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show the charges; a posted sum opens a payment and goes on to the card.

    Who has a usual card types its code here, and goes on to the check page at once.
    """
    now = timezone.now()
    usual_card = SavedCard.objects.usable(resident_of(request), now=now).filter(is_default=True)
    bills = Bill.objects.visible_to(resident_of(request)).with_newest().select_related("account__provider")
    own_fee = fees.own_rule("account__provider")
    bill = get_object_or_404(bills.annotate(has_usual_card=Exists(usual_card), own_fee=own_fee), uuid=uuid)
    form = (
        ChargesForm(request.POST)
        if request.method == "POST"
        else ChargesForm.of(bill, amount=request.GET.get("amount", ""))
    )
    card = early_card_form(request, has_usual_card=bill.has_usual_card, now=now)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid() and (card is None or card.is_valid()):
        payment = _open(request, bill, form)
        if payment is not None:
            if card is not None and not payment.is_submitted:
                return check_page(request, payment, card, now)
            name = "payments:detail" if payment.is_submitted else "payments:card"
            return see_other(reverse(name, args=[payment.uuid]))
    wrong = card if card is not None and card.errors and not form.errors else form
    inline = card if isinstance(card, CardForm) else None
    context = _context(bill, form) | {"form": wrong, "charges_form": form, "card_form": inline}
    return render(request, "payments/bill_charges.html", context)


def _open(request: HttpRequest, bill: Bill, form: ChargesForm) -> Payment | None:
    """The payment of this form; None with the reason at the field when there can be none."""
    try:
        return checkout.open_payment(
            resident=resident_of(request),
            target=checkout.Target.of(bill, form.cleaned_data["version"]),
            amount=form.cleaned_data["amount"],
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except dues.BillChanged:
        form.add_error("amount", BILL_CHANGED)
        form.data = {**dict(form.data.items()), "version": bill.version}
    except checkout.BillNotPayable:
        form.add_error("amount", ALREADY_PAID)
    except checkout.ProviderClosed:
        form.add_error("amount", CLOSED)
    except checkout.AmountAboveDue as refusal:
        form.add_error("amount", f"По этому счёту осталось {roubles(refusal.due)}. Введите сумму не больше этой")
    except checkout.AmountAboveLimit as refusal:
        form.add_error("amount", f"За один раз можно заплатить не больше {roubles(refusal.limit)}")
    return None


def _context(bill: Bill, form: ChargesForm) -> dict[str, object]:
    return {
        "bill": bill,
        "title": f"{period_words(bill.period)}, выставлен {bill.issued_date:%d.%m.%Y}",
        "provider": bill.account.provider,
        "explained": explained.explain(bill),
        "due": plain_roubles(bill.due),
        "is_payable": bill.is_payable and bill.due > 0,
        "why_not": WHY_NOT.get(bill.status, ""),
        "pay_by": f"{bill.due_date:%d.%m.%Y}" if bill.is_payable else "",
        "doubt": PAID_ELSEWHERE if bill.is_payable and bill.status == BillStatus.NO_DATA else "",
        "fee": _fee(bill),
        "form": form,
    }


def _fee(bill: Any) -> str:
    """«1 %, не меньше 10,00 ₽; за 12 970,24 ₽ – 129,70 ₽»."""
    rule = fees.Rule(**bill.own_fee) if bill.own_fee else fees.usual(bill.account.provider)
    return f"{rule.words}; за {roubles(bill.due)} – {roubles(rule.of(bill.due))}"
