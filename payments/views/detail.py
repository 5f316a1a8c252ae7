"""«Детали операции»: what became of a payment, looked up again until it is final; and the way to the bank."""

from urllib.parse import urlsplit
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.visits import quiet
from payments import authorisation, pay_links
from payments.shown import Shown
from payments.status import Status
from payments.views.steps import elsewhere, own_payment, resident_of, see_other, to_card


@login_required
@never_cache
@require_safe
def detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The result page; its refresh (`?refresh=1`) moves neither the last visit nor the idle clock."""
    payment = own_payment(request, uuid)
    if not payment.is_submitted:
        return elsewhere(request, payment, timezone.now()) or to_card(payment)
    context = {
        "payment": payment,
        "shown": Shown(payment),
        "is_challenged": payment.status == Status.CHALLENGED,
        "page_url": payment.page_url,
    }
    return render(request, "payments/detail.html", context)


@login_required
@never_cache
@require_safe
def repeat(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Повторить оплату»: another operation, prefilled with what is to be paid now, never with last month's bill."""
    payment = own_payment(request, uuid)
    if not payment.is_final:
        return see_other(reverse("payments:detail", args=[payment.uuid]))
    return see_other(pay_links.repeat_url(payment=payment, resident=resident_of(request)))


@quiet
@login_required
@never_cache
@require_safe
def status(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The public word of the status, for the script that waits for the final one."""
    payment = own_payment(request, uuid)
    return JsonResponse({"status": payment.public_status, "final": payment.is_final})


@login_required
@never_cache
@require_safe
def bank_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Оплата на странице банка»: a plain link to where the card is typed, as long as the bank waits for it."""
    payment = own_payment(request, uuid)
    if not payment.page_url:
        return see_other(reverse("payments:detail", args=[payment.uuid]))
    until = timezone.localtime(payment.moved_at + authorisation.ORDER_LIFE)
    context = {"payment": payment, "shown": Shown(payment), "page_url": payment.page_url, "until": f"{until:%H:%M}"}
    return render(request, "payments/bank_page.html", context)


@login_required
@never_cache
@require_safe
def challenge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Подтверждение банка»: a plain form that takes the resident to his bank's own page."""
    payment = own_payment(request, uuid)
    waiting = authorisation.challenge_of(payment)
    if waiting is None:
        return see_other(request.path.removesuffix("challenge/"))
    response = render(
        request, "payments/challenge.html", {"payment": payment, "shown": Shown(payment), "bank": waiting}
    )
    address = urlsplit(waiting.url)
    # The page's policy lets forms go to this portal alone; here also to this payment's bank.
    response.form_action = f"{address.scheme}://{address.netloc}"  # type: ignore[attr-defined]
    return response
