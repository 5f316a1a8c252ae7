"""«Деньги»: what waits for a decision; who decides is on the journal, and a refund takes two people."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from payments import register_address
from payments.models import FIRST_NUMBER, Payment, Refund, RegisterDelivery
from safeguards.staff_pages import actor_of
from smartservice.contact_centre import money_queues
from smartservice.contact_centre.forms import CaseForm, RefundForm
from smartservice.contact_centre.views.permission import member, needs

RIGHT = "payments.decide_money"


@require_safe
@needs(RIGHT)
def money_queues_page(request: HttpRequest) -> HttpResponse:
    """Refunds, cases, differences: the oldest first."""
    return _page(request, RefundForm())


@require_POST
@needs(RIGHT)
def refund_request(request: HttpRequest) -> HttpResponse:
    """Ask for a refund by the number of the operation."""
    form = RefundForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    payment = Payment.objects.filter(pk=form.cleaned_data["number"] - FIRST_NUMBER).first()
    if payment is None:
        form.add_error("number", "Операции с таким номером нет")
        return _page(request, form)
    who: dict[str, Any] = {"by": member(request), "actor": actor_of(request), "now": timezone.now()}
    try:
        money_queues.request_refund(
            payment=payment, total=form.cleaned_data["total"], why=form.cleaned_data["why"], **who
        )
    except money_queues.Refused as no:
        form.add_error("total", str(no))
        return _page(request, form)
    messages.success(request, "Возврат ждёт одобрения второго сотрудника.")
    return redirect("admin:money-queues")


@require_POST
@needs(RIGHT)
def refund_decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Одобрить» or «Отозвать»."""
    refund = get_object_or_404(Refund.objects.select_related("payment__resident"), uuid=uuid)
    deed = request.POST.get("deed", "")
    return _decided(request, money_queues.decide_refund, "Сделано.", deed=deed, refund=refund)


@require_POST
@needs(RIGHT)
def address_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """«Одобрить» or «Отозвать» the address that was shown."""
    delivery = get_object_or_404(RegisterDelivery, pk=pk)
    deed, address = request.POST.get("deed", ""), request.POST.get("address", "").replace("\0", "")
    return _decided(request, money_queues.decide_address, "Сделано.", deed=deed, delivery=delivery, address=address)


@require_POST
@needs(RIGHT)
def case_decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Спросить банк», «Зачесть», «Вернуть», «Закрыть»."""
    payment = get_object_or_404(Payment.objects.select_related("resident"), uuid=uuid)
    form = CaseForm(request.POST)
    if not form.is_valid():
        for said in form.errors.values():
            messages.error(request, f"{said[0]}.")
        return redirect("admin:money-queues")
    return _decided(request, money_queues.decide_case, "Сделано.", payment=payment, **form.cleaned_data)


def _decided(request: HttpRequest, rule: Callable[..., None], said: str, **more: Any) -> HttpResponse:
    try:
        rule(by=member(request), actor=actor_of(request), now=timezone.now(), **more)
    except money_queues.Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(request, said)
    return redirect("admin:money-queues")


def _page(request: HttpRequest, form: RefundForm) -> HttpResponse:
    now = timezone.now()
    context = {
        "title": "Деньги",
        "form": form,
        "refunds": money_queues.refunds_waiting(now),
        "addresses": register_address.waiting(),
        "cases": money_queues.cases_waiting(now),
        "differences": money_queues.differences(),
    }
    return render(request, "contact_centre/money_queues.html", {**admin.site.each_context(request), **context})
