"""What every step of a payment begins with: find what is his, and send him to where that payment stands."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import User
from payments import card_entry, pay_links
from payments.models import TIME_TO_CONFIRM, Payment
from payments.status import Status

REPLACED = "Эта оплата больше не действует. По ней деньги не списаны."
ENTRY_CHANGED = "Пока Вы платили, изменился способ ввода карты. Сумма сохранена, деньги не списаны. Продолжите отсюда."
CARD_IS_NOT_KEPT = "Данные карты не хранятся: введите их ещё раз. По этой операции деньги не списаны."
GO_ON_FROM_HERE = "Продолжите оплату отсюда. По этой операции деньги не списаны."
TIME_IS_OVER = "Время на оплату истекло. Деньги не списаны. Начните заново."


def resident_of(request: HttpRequest) -> User:
    """The resident behind login_required."""
    return cast(User, request.user)


def own_payment(request: HttpRequest, uuid: UUID) -> Payment:
    """His payment with what was paid, or 404: somebody else's does not exist for him."""
    payments = Payment.objects.of(resident_of(request)).select_related("snapshot", "bill", "provider", "resident")
    return get_object_or_404(payments, uuid=uuid)


def see_other(url: str) -> HttpResponse:
    """303: whatever was posted, the browser goes on with a GET."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def elsewhere(request: HttpRequest, payment: Payment, now: datetime) -> HttpResponse | None:
    """Where a payment that cannot be paid any more belongs: its result, or the charges page with its sum."""
    if payment.is_submitted:
        return to_result(payment)
    if payment.is_out_of_time(now):
        is_late = payment.created_at <= now - TIME_TO_CONFIRM
        return start_again(request, payment, TIME_IS_OVER if is_late else REPLACED)
    return None


def start_again(request: HttpRequest, payment: Payment, why: str) -> HttpResponse:
    """Back to the charges page, the sum filled in, with the reason said."""
    messages.warning(request, why)
    return see_other(charges_url(payment))


def charges_url(payment: Payment) -> str:
    """The page where this payment's sum was typed, with that sum."""
    return pay_links.again_url(payment)


def to_card(payment: Payment) -> HttpResponse:
    """To the card page of this payment."""
    return see_other(reverse("payments:card", args=[payment.uuid]))


def say_card_again(request: HttpRequest) -> None:
    """Why he is at the card page once more: he went back, or the phone put the tab away while he read the SMS."""
    messages.warning(request, GO_ON_FROM_HERE if card_entry.is_hosted() else CARD_IS_NOT_KEPT)


def to_result(payment: Payment) -> HttpResponse:
    """To the page that says what became of it, or that leads on to the bank."""
    name = "payments:challenge" if payment.status == Status.CHALLENGED else "payments:detail"
    if payment.page_url:
        name = "payments:bank-page"
    return see_other(reverse(name, args=[payment.uuid]))
