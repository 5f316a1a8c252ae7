"""«Житель»: the search, the card, the code word that opens it, and what an operator does for the caller.

Looking at a person's card is a deed: here GET writes one row, that of the journal.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import confirmations, durations, password_reset, registration
from accounts.client_ip import client_ip
from accounts.models import PendingRegistration, User
from payments import receipts
from payments.models import Payment
from payments.status import TAKEN
from safeguards import journal
from safeguards.journal import Action
from safeguards.staff_pages import actor_of, target_of
from smartservice.contact_centre import card, deeds, identification, search
from smartservice.contact_centre.forms import ReasonForm, SearchForm, WordForm
from smartservice.contact_centre.views.permission import needs
from smartservice.roles import SERVE

LOCKED = "Попыток больше нет, у коллег тоже. Снова можно через {}"


@sensitive_post_parameters("text")
@require_http_methods(["GET", "POST"])
@needs(SERVE)
def resident_search(request: HttpRequest) -> HttpResponse:
    """What the caller says of himself comes by POST, so that no address and no log keeps it."""
    form = SearchForm(request.POST or None)
    found = None
    if form.is_valid():
        now = timezone.now()
        found = search.find(text=form.cleaned_data["text"], now=now)
        for resident in found.residents:
            journal.record(actor=actor_of(request), action=Action.SEARCHED, whose=resident.uuid, now=now)
        if len(found.residents) == 1 and not found.pending:
            return redirect("admin:resident-card", found.residents[0].uuid)
    return _page(request, "contact_centre/resident_search.html", title="Житель", form=form, found=found)


@require_safe
@needs(SERVE)
def resident_card(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Before identification who is meant, after it everything."""
    resident, now = _resident(uuid), timezone.now()
    opened = identification.open_until(session=request.session, resident=resident, now=now)
    why = "опознан" if opened else "до опознания"
    journal.record(actor=actor_of(request), action=Action.LOOKED, whose=resident.uuid, why=why, now=now)
    return _card(request, resident, now)


@sensitive_post_parameters("said")
@require_POST
@needs(SERVE)
def resident_identify(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Совпало» opens the card for fifteen minutes, «не совпало» costs a try."""
    resident, now = _resident(uuid), timezone.now()
    form = WordForm(request.POST)
    if not form.is_valid():
        return _card(request, resident, now, word_form=form)
    try:
        is_right = identification.is_word(
            resident=resident, said=form.cleaned_data["said"], actor=actor_of(request), now=now
        )
    except identification.NoTriesLeft as none_left:
        messages.error(request, LOCKED.format(durations.in_words(none_left.retry_after)))
    else:
        if is_right:
            identification.open_card(session=request.session, resident=resident, now=now)
        _say(request, is_right, "Совпало: карточка открыта на 15 минут.", "Не совпало.")
    return redirect("admin:resident-card", uuid)


@require_POST
@needs(SERVE)
def resident_close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The call is over: the card closes at once."""
    identification.close_card(session=request.session, uuid=uuid)
    return redirect("admin:resident-search")


@require_POST
@needs(SERVE)
def resident_unblock(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open the cabinet again, with the rule that `unblock` has."""
    said = "Кабинет разблокирован, жителю отправлено SMS.", "Кабинет уже открыт."
    return _with_reason(request, uuid, deeds.unblock, said)


@require_POST
@needs(SERVE)
def resident_block(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Close the cabinet, with the rule that the resident's own page has."""
    said = "Кабинет заблокирован, все сеансы завершены.", "Кабинет уже заблокирован."
    return _with_reason(request, uuid, deeds.block, said)


@require_POST
@needs(SERVE)
def resident_reset(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write the resident where he chooses a new password; the code is between him and his phone."""
    resident = _identified(request, uuid)
    try:
        deeds.invite_to_reset(resident=resident, actor=actor_of(request), now=timezone.now())
    except password_reset.TooManyInvitations as many:
        messages.error(request, f"Сегодня уже отправляли. Снова можно через {durations.in_words(many.retry_after)}.")
    else:
        messages.success(request, "Жителю отправлено SMS со ссылкой на смену пароля.")
    return redirect("admin:resident-card", uuid)


@require_POST
@needs(SERVE)
def resident_receipt(request: HttpRequest, uuid: UUID, payment_uuid: UUID) -> HttpResponse:
    """«Отправить квитанцию ещё раз»: to the address that the resident has confirmed."""
    resident = _identified(request, uuid)
    payment = get_object_or_404(Payment.objects.of(resident).submitted(), uuid=payment_uuid, status__in=sorted(TAKEN))
    try:
        deeds.send_receipt(payment=payment, resident=resident, actor=actor_of(request), now=timezone.now())
    except receipts.EmailNotConfirmed:
        messages.error(request, "E-mail не подтверждён: квитанцию отправить некуда.")
    except receipts.TooManyLetters as many:
        messages.error(request, f"Сегодня уже отправляли. Снова можно через {durations.in_words(many.retry_after)}.")
    else:
        messages.success(request, "Квитанция отправлена на подтверждённый e-mail жителя.")
    return redirect("admin:resident-card", uuid)


@require_POST
@needs(SERVE)
def registration_code(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send the activation code anew to the phone that asked for it."""
    pending, now = get_object_or_404(PendingRegistration, uuid=uuid), timezone.now()
    try:
        registration.send_code(pending=pending, ip=client_ip(request), now=now)
    except confirmations.TooManyCodes as many:
        messages.error(request, f"Код уже отправляли. Снова можно через {durations.in_words(many.retry_after)}.")
    else:
        journal.record(actor=actor_of(request), action=Action.CODE_SENT, target=target_of(pending), now=now)
        messages.success(request, "Код активации отправлен ещё раз: он придёт на телефон звонящего.")
    return redirect("admin:resident-search")


def _resident(uuid: UUID) -> User:
    return get_object_or_404(User, uuid=uuid, is_staff=False, phone__isnull=False)


def _identified(request: HttpRequest, uuid: UUID) -> User:
    """The resident, if the caller has named the word; what is done for a stranger is refused."""
    resident = _resident(uuid)
    if identification.open_until(session=request.session, resident=resident, now=timezone.now()) is None:
        raise PermissionDenied(identification.SHUT)
    return resident


def _with_reason(request: HttpRequest, uuid: UUID, deed: Callable[..., bool], said: tuple[str, str]) -> HttpResponse:
    resident, now = _identified(request, uuid), timezone.now()
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _card(request, resident, now, reason_form=form)
    done = deed(resident=resident, reason=form.cleaned_data["reason"], actor=actor_of(request), now=now)
    _say(request, done, *said)
    return redirect("admin:resident-card", uuid)


def _card(request: HttpRequest, resident: User, now: datetime, **forms: Any) -> HttpResponse:
    opened = identification.open_until(session=request.session, resident=resident, now=now)
    context = {
        "title": resident.full_name or resident.masked_phone,
        "resident": resident,
        "open_until": timezone.localtime(opened).strftime("%H:%M") if opened else "",
        "tries_left": identification.tries_left(resident=resident, now=now),
        "tries_again": durations.in_words(identification.retry_after(resident=resident, now=now)),
        "word_form": WordForm(),
        "reason_form": ReasonForm(is_first=bool(resident.blocked_at)),
        **forms,
    }
    if opened:
        context |= {
            "state": card.state(resident, now),
            "bills": card.bills(resident),
            "operations": card.operations(resident),
            "tables": card.tables(resident),
        }
    return _page(request, "contact_centre/resident_card.html", **context)


def _page(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context})


def _say(request: HttpRequest, done: bool, yes: str, no: str) -> None:
    (messages.success if done else messages.warning)(request, yes if done else no)
