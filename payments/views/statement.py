"""«Скачать справку» at once, and «Заказать справку по почте»."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import profile
from accounts.durations import in_words
from payments import history, paper, statement_files, statement_orders, statements
from payments.models import Statement, StatementOrder
from payments.shown import day
from payments.statement_forms import StatementForm, StatementOrderForm
from payments.views.steps import resident_of, see_other

TOO_LONG = f"За этот период больше {statements.LONGEST} операций. Выберите период короче"
LOOKS = {"NEW": "run", "SENT": "ok", "REFUSED": "due"}
ORDERS_SHOWN = 20


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: HttpRequest) -> HttpResponse:
    """The period and the kind of file; posted, it is made and the browser goes on to the file."""
    today = timezone.localdate()
    form = StatementForm(request.POST or None, today=today, initial=_period(request, today))
    if form.is_valid():
        made = _made(request, form)
        if made is not None:
            return see_other(reverse("payments:statement-file", args=[made.uuid, form.cleaned_data["kind"]]))
    return render(request, "payments/statement.html", {"form": form})


@login_required
@never_cache
@require_safe
def statement_file(request: HttpRequest, uuid: UUID, kind: str) -> HttpResponse:
    """His statement as a file; the same bytes however often it is downloaded."""
    made = get_object_or_404(Statement, uuid=uuid, resident=resident_of(request))
    if kind not in statement_files.FILES:
        raise Http404
    content_type, write = statement_files.FILES[kind]
    try:
        content = write(made)
    except paper.PdfUnavailable:
        messages.warning(request, "Файл PDF сейчас не создать. Скачайте справку как XLSX или CSV.")
        return see_other(reverse("payments:statement"))
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="statement-{made.number}.{kind}"'
    return response


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def statement_order(request: HttpRequest) -> HttpResponse:
    """Period and address become an order; below stand those that he made before, and what became of them."""
    today = timezone.localdate()
    known = _period(request, today) if request.method != "POST" else {}
    if request.method != "POST":
        known["address"] = _address(request)
    form = StatementOrderForm(request.POST or None, today=today, initial=known)
    if form.is_valid() and _ordered(request, form):
        return see_other(reverse("payments:statement-order"))
    return render(request, "payments/statement_order.html", {"form": form, "orders": _orders(request)})


def _period(request: HttpRequest, today: date) -> dict[str, object]:
    """From his first operation to today."""
    first_day = history.overview(resident=resident_of(request)).first_day
    return {"start": first_day or today, "end": today}


def _address(request: HttpRequest) -> str:
    """«Адрес для направления корреспонденции», else where he lives."""
    told = profile.values_of(resident_of(request))
    return told["postal_address"] or told["address"]


def _made(request: HttpRequest, form: StatementForm) -> Statement | None:
    """The statement, or None with the reason at the field."""
    start, end = form.cleaned_data["start"], form.cleaned_data["end"]
    try:
        return statements.make(resident=resident_of(request), start=start, end=end, now=timezone.now())
    except statements.TooLong:
        form.add_error("start", TOO_LONG)
    except statements.TooMany as refusal:
        form.add_error(None, f"Сегодня справок уже много. Следующая – через {in_words(refusal.retry_after)}")
    return None


def _ordered(request: HttpRequest, form: StatementOrderForm) -> bool:
    """Order it and say its number; False with the reason at the field."""
    try:
        made = statement_orders.order(resident=resident_of(request), **form.cleaned_data, now=timezone.now())
    except statements.TooLong:
        form.add_error("start", TOO_LONG)
        return False
    except (statements.TooMany, statement_orders.TooMany) as refusal:
        form.add_error(None, f"Сегодня заказов уже много. Следующий – через {in_words(refusal.retry_after)}")
        return False
    messages.success(request, f"Заказ № {made.number} принят. Назовите этот номер, если позвоните нам.")
    return True


def _orders(request: HttpRequest) -> list[dict[str, object]]:
    orders = StatementOrder.objects.filter(resident=resident_of(request)).select_related("statement")
    shown = orders.defer("address", "statement__lines").order_by("-id")[:ORDERS_SHOWN]
    return [
        {
            "number": one.number,
            "ordered": day(timezone.localdate(one.created_at)),
            "period": f"{day(one.statement.start)} – {day(one.statement.end)}",
            "look": LOOKS[one.status],
            "status": one.get_status_display(),
            "ended": day(timezone.localdate(one.ended_at)) if one.ended_at else "",
            "answer": one.answer,
        }
        for one in shown
    ]
