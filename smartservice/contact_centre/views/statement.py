"""«Справки почтой»: the orders of residents, sent or answered; an address is read only on the order's own page."""

from uuid import UUID

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import durations
from payments import paper, statement_files, statement_orders
from payments.models import StatementOrder
from safeguards import journal
from safeguards.journal import Action
from safeguards.staff_pages import actor_of
from smartservice.contact_centre.forms import RefusalForm
from smartservice.contact_centre.views.permission import member, needs
from smartservice.roles import SERVE

ON_A_PAGE = 50


@require_safe
@needs(SERVE)
def statement_list(request: HttpRequest) -> HttpResponse:
    """Those that wait, the oldest first."""
    waiting = StatementOrder.objects.filter(status=StatementOrder.Status.NEW).order_by("created_at", "pk")
    now = timezone.now()
    rows = [(order, durations.in_words(now - order.created_at)) for order in waiting.defer("address")[:ON_A_PAGE]]
    context = {"title": "Справки почтой", "rows": rows}
    return render(request, "contact_centre/statement_list.html", {**admin.site.each_context(request), **context})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(SERVE)
def statement_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The address to write on the envelope; «Отправлено», or why not."""
    order = get_object_or_404(StatementOrder.objects.select_related("statement", "resident"), uuid=uuid)
    form = RefusalForm(request.POST if "refuse" in request.POST else None)
    if request.method == "POST" and ("sent" in request.POST or form.is_valid()):
        return _end(request, order, form)
    _record(request, order, Action.STATEMENT_READ)
    context = {"title": f"Заказ справки № {order.number}", "order": order, "form": form}
    return render(request, "contact_centre/statement_detail.html", {**admin.site.each_context(request), **context})


@require_safe
@needs(SERVE)
def statement_file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The paper for the envelope, the very one that the resident downloads; who has been erased has none any more."""
    orders = StatementOrder.objects.select_related("statement", "resident")
    order = get_object_or_404(orders, uuid=uuid, resident__isnull=False)
    try:
        content = statement_files.pdf(order.statement)
    except paper.PdfUnavailable:
        messages.warning(request, "Файл PDF сейчас не создать. Скажите администратору.")
        return redirect("admin:statement-detail", uuid)
    _record(request, order, Action.STATEMENT_OPENED)
    headers = {"Content-Disposition": f'attachment; filename="statement-{order.statement.number}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@transaction.atomic
def _end(request: HttpRequest, order: StatementOrder, form: RefusalForm) -> HttpResponse:
    who, now = member(request), timezone.now()
    if "sent" in request.POST:
        done, action = statement_orders.mark_sent(order=order, staff=who, now=now), Action.STATEMENT_SENT
    else:
        answer = form.cleaned_data["answer"]
        done = statement_orders.refuse(order=order, staff=who, answer=answer, now=now)
        action = Action.STATEMENT_REFUSED
    if done:
        _record(request, order, action)
        messages.success(request, "Готово: житель видит это в кабинете.")
    else:
        messages.warning(request, "Этот заказ уже закончил кто-то другой.")
    return redirect("admin:statement-list")


def _record(request: HttpRequest, order: StatementOrder, action: Action) -> None:
    whose = order.resident.uuid if order.resident else None
    target = f"StatementOrder {order.pk}"
    journal.record(actor=actor_of(request), action=action, whose=whose, target=target, now=timezone.now())
