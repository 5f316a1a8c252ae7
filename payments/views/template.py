"""«Шаблоны операций»: the list, and one of them made, changed, deleted and paid by."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from billing import personal_accounts
from billing.models import AddedAccount
from billing.money import Kopecks
from billing.views.accounts import NOT_FOUND
from billing.views.requests import waiting_time
from payments import pay_links, payment_templates
from payments.models import Payment, PaymentTemplate
from payments.template_forms import TemplateByHandForm, TemplateForm
from payments.views.steps import own_payment, resident_of, see_other

TITLE_TAKEN = "Шаблон с таким названием уже есть. Введите другое"
TOO_MANY = f"Больше {payment_templates.MOST} шаблонов сохранить нельзя. Удалите ненужные"


@login_required
@never_cache
@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    """His templates with what is to be paid now."""
    rows = payment_templates.rows(resident=resident_of(request), today=timezone.localdate())
    return render(request, "payments/template_list.html", {"rows": rows})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def template_new(request: HttpRequest) -> HttpResponse:
    """A template by hand: provider, number, name and sum."""
    form = TemplateByHandForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _is_made(request, form):
        return redirect("payments:template-list")
    return render(request, "payments/template_new.html", {"form": form})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def template_save(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Сохранить как шаблон»: the account of an operation of his under a name."""
    payment = own_payment(request, uuid)
    if not payment.is_submitted:
        return redirect("payments:detail", payment.uuid)
    known = {"title": _title_of(request, payment), "amount": "" if payment.bill_id else _typed(payment.amount)}
    form = TemplateForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        try:
            payment_templates.save(
                resident=resident_of(request),
                account=payment.account,
                saved_card=payment.saved_card,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except payment_templates.TitleTaken:
            form.add_error("title", TITLE_TAKEN)
        except payment_templates.TooManyTemplates:
            form.add_error(None, TOO_MANY)
        else:
            return _saved(request, form)
    return render(request, "payments/template_save.html", {"payment": payment, "form": form})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def template_edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Another name, another sum."""
    template = _own(request, uuid)
    known = {"title": template.title, "amount": _typed(template.amount)}
    form = TemplateForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        try:
            payment_templates.change(template=template, **form.cleaned_data)
        except payment_templates.TitleTaken:
            form.add_error("title", TITLE_TAKEN)
        else:
            return _saved(request, form)
    return render(request, "payments/template_edit.html", {"template": template, "form": form})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def template_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask whether to delete it, and say what stays."""
    template = _own(request, uuid)
    if request.method == "POST":
        payment_templates.forget(template=template)
        messages.success(request, f"Шаблон «{template.title}» удалён")
        return redirect("payments:template-list")
    return render(request, "payments/template_delete.html", {"template": template})


@login_required
@never_cache
@require_safe
def template_pay(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """On to the bill that is current, or to the sum; what stands in the way is said in the list."""
    template = _own(request, uuid)
    try:
        address = payment_templates.pay_url(template=template, resident=resident_of(request))
        return see_other(pay_links.with_card(address, template.saved_card))
    except payment_templates.NotPayable as reason:
        messages.warning(request, f"«{template.title}»: {reason}")
        return redirect("payments:template-list")


def _own(request: HttpRequest, uuid: UUID) -> PaymentTemplate:
    return get_object_or_404(PaymentTemplate.objects.of(resident_of(request)), uuid=uuid)


def _title_of(request: HttpRequest, payment: Payment) -> str:
    """What he calls the account, else the provider."""
    added = AddedAccount.objects.filter(resident=resident_of(request), account=payment.account_id).first()
    return added.title if added else payment.snapshot.provider_short_name[:60]


def _typed(amount: int | None) -> str:
    return pay_links.typed(Kopecks(amount)) if amount else ""


def _saved(request: HttpRequest, form: TemplateForm) -> HttpResponse:
    messages.success(request, f"Шаблон «{form.cleaned_data['title']}» сохранён")
    return redirect("payments:template-list")


def _is_made(request: HttpRequest, form: TemplateByHandForm) -> bool:
    """Make it and say so; False with the reason at the field."""
    try:
        payment_templates.save_by_hand(resident=resident_of(request), now=timezone.now(), **form.cleaned_data)
    except personal_accounts.UnknownAccount:
        form.add_error("number", NOT_FOUND)
    except personal_accounts.TooManyTries as refusal:
        form.add_error("number", f"Слишком много номеров подряд. Попробуйте через {waiting_time(refusal.retry_after)}")
    except payment_templates.TitleTaken:
        form.add_error("title", TITLE_TAKEN)
    except payment_templates.TooManyTemplates:
        form.add_error(None, TOO_MANY)
    else:
        messages.success(request, f"Шаблон «{form.cleaned_data['title']}» сохранён")
        return True
    return False
