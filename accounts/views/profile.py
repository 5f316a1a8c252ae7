"""«Личные данные»: the page, its documents one by one, and the one-time password before anything is done or shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import confirmations, number_plan, phones
from accounts import profile as rules
from accounts.client_ip import client_ip
from accounts.forms import CODE_IS_DEAD, OneTimePasswordForm
from accounts.models import Confirmation, ProfileAction, ProfileChange, Purpose, User
from accounts.profile import DOCUMENTS, Document
from accounts.profile_forms import DocumentForm, ProfileForm
from accounts.views import code_page

TIME_IS_OVER = "Это действие уже выполнено, или время на него вышло. Проверьте личные данные."
NOTHING_NEW = "Ничего не изменилось."


@dataclass(frozen=True)
class DocumentRow:
    """A document as the page shows it: what is kept of it, masked, or the fields for it."""

    document: Document
    masked: str
    fields: list[BoundField]


@dataclass(frozen=True)
class Line:
    """A field and what it will be, or is."""

    label: str
    value: str


@sensitive_post_parameters()
@sensitive_variables()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Everything the resident has told, documents masked; «Сохранить» leads to the one-time password."""
    resident = cast(User, request.user)
    values = rules.values_of(resident)
    kept = {name for document in _kept(values) for name in document.fields}
    only, needed = {*rules.OPEN_FIELDS, *rules.DOCUMENT_FIELDS} - kept, ("last_name", "first_name", "email")
    form = ProfileForm(request.POST or None, initial=values, only=only, needed=needed)
    if not form.is_valid():
        return _profile_page(request, form, values)
    return _save(request, form.cleaned_data)


@sensitive_post_parameters()
@sensitive_variables()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def profile_document(request: HttpRequest, kind: str) -> HttpResponse:
    """«Изменить»: a document typed anew; what is kept is not on the page."""
    document = _document(kind)
    form = DocumentForm(request.POST or None, document=document)
    if not form.is_valid():
        masked = rules.masked(document, rules.values_of(cast(User, request.user)))
        return render(request, "accounts/profile_document.html", {"form": form, "document": document, "masked": masked})
    return _save(request, form.cleaned_data, document)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def profile_reveal(request: HttpRequest, kind: str) -> HttpResponse:
    """«Показать» of a document; after a login in between there is only the way back."""
    document = _document(kind)
    if request.method == "GET" or not _is_kept(request, document):
        return redirect("accounts:profile")
    return _propose(request, ProfileAction.REVEAL, document.kind, {})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def profile_delete(request: HttpRequest, kind: str) -> HttpResponse:
    """«Удалить» of a document, unless registration itself needs it."""
    document = _document(kind)
    if not document.is_optional:
        raise Http404
    if request.method == "GET" or not _is_kept(request, document):
        return redirect("accounts:profile")
    return _propose(request, ProfileAction.DELETE, document.kind, dict.fromkeys(document.fields, ""))


@sensitive_post_parameters()
@sensitive_variables()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def profile_confirm(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The one-time password of a change: it is made, or the document shown, when the password is right."""
    now = timezone.now()
    change = get_object_or_404(ProfileChange, uuid=uuid, resident=cast(User, request.user))
    if change.is_over(now):
        return _over(request)
    if "resend" in request.POST:
        _send(request, change, now)
        return redirect("accounts:profile-confirm", change.uuid)
    form = OneTimePasswordForm(request.POST or None)
    if form.is_valid():
        done = _confirm(request, change, form, now)
        if done is not None:
            return done
    return _confirm_page(request, change, form, now)


@sensitive_variables()
def _profile_page(request: HttpRequest, form: ProfileForm, values: dict[str, str]) -> HttpResponse:
    phone = cast(User, request.user).phone or ""
    rows = [
        DocumentRow(
            document, rules.masked(document, values), [form[name] for name in document.fields if name in form.fields]
        )
        for document in DOCUMENTS.values()
    ]
    context = {"form": form, "rows": rows, "login": phones.spaced(phone), "operator": number_plan.operator_of(phone)}
    return render(request, "accounts/profile.html", context)


@sensitive_variables()
def _confirm(
    request: HttpRequest, change: ProfileChange, form: OneTimePasswordForm, now: datetime
) -> HttpResponse | None:
    confirmation = _current(change, now)
    if confirmation is None:
        form.add_error("code", CODE_IS_DEAD)
        return None
    try:
        shown = rules.confirm(change=change, confirmation=confirmation, code=form.cleaned_data["code"], now=now)
    except (confirmations.CodeExpired, confirmations.DigestChanged) as refusal:
        change.refresh_from_db()
        if change.is_over(now):
            return _over(request)
        form.refuse(refusal)
    except confirmations.CodeRefused as refusal:
        form.refuse(refusal)
    else:
        return _done(request, change, shown)
    return None


def _over(request: HttpRequest) -> HttpResponse:
    messages.info(request, TIME_IS_OVER)
    return redirect("accounts:profile")


@sensitive_variables()
def _done(request: HttpRequest, change: ProfileChange, shown: dict[str, str]) -> HttpResponse:
    if change.action == ProfileAction.REVEAL:
        context = {"document": DOCUMENTS[change.document], "lines": _lines(shown)}
        return render(request, "accounts/profile_reveal.html", context)
    messages.success(request, "Личные данные сохранены.")
    if change.resident.email_confirmed_at is None:
        messages.info(request, f"Подтвердите e-mail: откройте ссылку в письме на {change.resident.email}.")
    return redirect("accounts:profile")


@sensitive_variables()
def _confirm_page(
    request: HttpRequest, change: ProfileChange, form: OneTimePasswordForm, now: datetime
) -> HttpResponse:
    confirmation = _current(change, now)
    phone = change.resident.phone or ""
    context = code_page.context(form=form, confirmation=confirmation, purpose=Purpose.PROFILE, phone=phone, now=now)
    more = {
        "title": rules.title_of(change),
        "lines": _lines(rules.covered(rules.proposed_values(change))),
        "phone": change.resident.masked_phone,
    }
    return render(request, "accounts/profile_confirm.html", {**context, **more})


@sensitive_variables()
def _save(request: HttpRequest, values: dict[str, str], document: Document | None = None) -> HttpResponse:
    fresh = rules.changed(resident=cast(User, request.user), values=values)
    if not fresh:
        messages.info(request, NOTHING_NEW)
        return redirect("accounts:profile")
    return _propose(request, ProfileAction.SAVE, document.kind if document else "", fresh)


@sensitive_variables()
def _propose(request: HttpRequest, action: ProfileAction, kind: str, values: dict[str, str]) -> HttpResponse:
    now = timezone.now()
    resident = cast(User, request.user)
    change = rules.propose(resident=resident, action=action, document=kind, values=values, now=now)
    _send(request, change, now)
    return redirect("accounts:profile-confirm", change.uuid)


def _send(request: HttpRequest, change: ProfileChange, now: datetime) -> None:
    """Where no code may be sent now, the page says so itself and counts the time."""
    try:
        rules.send_code(change=change, ip=client_ip(request), now=now)
    except confirmations.TooManyCodes:
        return


def _current(change: ProfileChange, now: datetime) -> Confirmation | None:
    return confirmations.current(purpose=Purpose.PROFILE, subject=change.uuid, now=now)


def _document(kind: str) -> Document:
    if kind not in DOCUMENTS:
        raise Http404
    return DOCUMENTS[kind]


def _kept(values: dict[str, str]) -> list[Document]:
    return [document for document in DOCUMENTS.values() if rules.masked(document, values)]


def _is_kept(request: HttpRequest, document: Document) -> bool:
    return document in _kept(rules.values_of(cast(User, request.user)))


def _lines(values: dict[str, str]) -> list[Line]:
    """In the order of the page."""
    fields = ProfileForm.base_fields
    return [Line(str(fields[name].label), values[name]) for name in fields if name in values]
