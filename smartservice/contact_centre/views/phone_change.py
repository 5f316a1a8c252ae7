"""«Сменить номер входа»: the new number and why, then the code that the caller reads out of the new phone."""

from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import confirmations, durations, phones
from accounts import phone_change as rules
from accounts.forms import OneTimePasswordForm
from accounts.models import PhoneChange, User
from safeguards.staff_pages import actor_of
from smartservice.contact_centre import identification
from smartservice.contact_centre import phone_change as deeds
from smartservice.contact_centre.forms import PhoneChangeForm
from smartservice.contact_centre.views.permission import needs
from smartservice.roles import SERVE

TOO_LATE = "Эта смена номера устарела. Начните заново."


@sensitive_post_parameters("phone")
@require_http_methods(["GET", "POST"])
@needs(SERVE)
def phone_change(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The number and the reason; a code goes to the new phone."""
    resident, now = _identified(request, uuid), timezone.now()
    form = PhoneChangeForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            change = deeds.start(
                resident=resident, phone=data["phone"], reason=data["reason"], actor=actor_of(request), now=now
            )
        except rules.SamePhone:
            form.add_error("phone", "С этим номером житель входит и сейчас")
        except rules.PhoneTaken:
            form.add_error("phone", "У этого номера уже есть свой кабинет")
        except confirmations.TooManyCodes as many:
            form.add_error("phone", f"На этот номер уже отправляли. Снова через {durations.in_words(many.retry_after)}")
        else:
            return redirect("admin:phone-change-confirm", uuid, change.uuid)
    return _page(request, resident, form, says="На новый номер придёт код: звонящий прочитает его Вам.")


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@needs(SERVE)
def phone_change_confirm(request: HttpRequest, uuid: UUID, change_uuid: UUID) -> HttpResponse:
    """The code; with the right one the number is the login, and every session of the resident is over."""
    resident, now = _identified(request, uuid), timezone.now()
    change = get_object_or_404(PhoneChange, uuid=change_uuid, resident=resident)
    form = OneTimePasswordForm(request.POST or None)
    if form.is_valid():
        try:
            deeds.finish(change=change, code=form.cleaned_data["code"], actor=actor_of(request), now=now)
        except confirmations.WrongCode as refusal:
            form.add_error("code", f"Неверный код. Осталось попыток: {refusal.tries_left}")
        except (confirmations.NoTriesLeft, confirmations.CodeExpired, confirmations.DigestChanged, rules.OutOfTime):
            form.add_error("code", TOO_LATE)
        except rules.PhoneTaken:
            form.add_error("code", "У этого номера уже есть свой кабинет")
        else:
            messages.success(request, "Номер входа изменён, житель узнал об этом на обоих номерах.")
            return redirect("admin:resident-card", uuid)
    return _page(request, resident, form, says=f"Код отправлен на {phones.spaced(change.phone)}.")


def _identified(request: HttpRequest, uuid: UUID) -> User:
    """The resident, if the caller has named the word."""
    resident = get_object_or_404(User, uuid=uuid, is_staff=False, is_active=True, phone__isnull=False)
    if identification.open_until(session=request.session, resident=resident, now=timezone.now()) is None:
        raise PermissionDenied(identification.SHUT)
    return resident


def _page(
    request: HttpRequest, resident: User, form: PhoneChangeForm | OneTimePasswordForm, *, says: str
) -> HttpResponse:
    context = {"title": "Смена номера входа", "resident": resident, "form": form, "says": says}
    return render(request, "contact_centre/phone_change.html", {**admin.site.each_context(request), **context})
