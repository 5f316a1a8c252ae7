"""«Обратная связь»: the form with the resident's own requests below it, one of them, and its file."""

from datetime import datetime
from io import BytesIO
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import durations, feedback_links
from accounts import feedback as rules
from accounts.captcha import REFRESH_BUTTON
from accounts.client_ip import client_ip
from accounts.feedback_forms import FeedbackForm
from accounts.models import Feedback, FeedbackFile, FeedbackStatus, User
from accounts.views.requests import ResidentRequest

ON_A_PAGE = 10
LOOKS = {
    FeedbackStatus.NEW: "due",
    FeedbackStatus.IN_WORK: "run",
    FeedbackStatus.ANSWERED: "ok",
    FeedbackStatus.CLOSED: "mute",
}


@never_cache
@require_http_methods(["GET", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """The form for everybody; a resident also sees what he has written before."""
    resident = request.user if isinstance(request.user, User) else None
    if request.method == "GET" or REFRESH_BUTTON in request.POST:
        asked = {"operation_number": request.GET.get("operation", ""), "topic": request.GET.get("topic", "")}
        known = request.POST.dict() or asked
        return _page(request, FeedbackForm(initial=known, is_visitor=resident is None))
    form = FeedbackForm(request.POST, request.FILES, is_visitor=resident is None)
    if not form.is_valid():
        return _page(request, form)
    try:
        sent = _send(request, resident, form)
    except rules.TooMany as refusal:
        form.add_error(None, f"Слишком много обращений. Следующее – через {durations.in_words(refusal.retry_after)}")
        return _page(request, form)
    messages.success(request, f"Обращение № {sent.number} принято. Назовите этот номер, если позвоните нам.")
    return redirect("accounts:feedback-detail", sent.uuid) if resident else redirect("accounts:feedback")


@login_required
@never_cache
@require_safe
def feedback_detail(request: ResidentRequest, uuid: UUID) -> HttpResponse:
    """One's own request and its answer."""
    rows = Feedback.objects.select_related("file").defer("file__content")
    one = get_object_or_404(rows, uuid=uuid, resident=request.user)
    context = {
        "one": one,
        "topic": one.get_topic_display(),
        "file": getattr(one, "file", None),
        "sent_at": _moment(one.created_at),
        "ended_at": _moment(one.ended_at) if one.ended_at else "",
        "status": one.get_status_display(),
        "look": LOOKS[FeedbackStatus(one.status)],
    }
    return render(request, "accounts/feedback_detail.html", context)


@login_required
@never_cache
@require_safe
def feedback_file(request: ResidentRequest, uuid: UUID) -> FileResponse:
    """One's own file, always as a download: a browser must not open what somebody else made."""
    file = get_object_or_404(FeedbackFile, feedback__uuid=uuid, feedback__resident=request.user)
    return FileResponse(BytesIO(file.content), as_attachment=True, filename=file.name, content_type=file.content_type)


@never_cache
@require_safe
def feedback_answer(request: HttpRequest, token: str) -> HttpResponse:
    """The answer to a visitor, by the link of his SMS."""
    one = feedback_links.find(token=token, now=timezone.now())
    title = f"Ответ на обращение № {one.number}" if one else "Ссылка не действует"
    answered_at = _moment(one.ended_at) if one and one.ended_at else ""
    context = {"one": one, "title": title, "answered_at": answered_at}
    return render(request, "accounts/feedback_answer.html", context, status=200 if one else 404)


def _page(request: HttpRequest, form: FeedbackForm) -> HttpResponse:
    context = {"form": form, **_own(request)}
    return render(request, "accounts/feedback.html", context)


def _own(request: HttpRequest) -> dict[str, object]:
    """The resident's requests, newest first, a page of them."""
    if not isinstance(request.user, User):
        return {"rows": [], "page": None}
    rows = (
        Feedback.objects.filter(resident=request.user)
        .only("id", "uuid", "topic", "status", "created_at")
        .order_by("-id")
    )
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    return {"rows": [_shown(one) for one in page], "page": page}


def _shown(one: Feedback) -> dict[str, object]:
    return {
        "uuid": one.uuid,
        "number": one.number,
        "topic": one.get_topic_display(),
        "sent_at": _moment(one.created_at),
        "status": one.get_status_display(),
        "look": LOOKS[FeedbackStatus(one.status)],
    }


def _send(request: HttpRequest, resident: User | None, form: FeedbackForm) -> Feedback:
    data = form.cleaned_data
    wanted = rules.Request(
        topic=data["topic"],
        text=data["text"],
        operation_number=data["operation_number"],
        account_number=data["account_number"],
        name=data.get("name", ""),
        contact=data.get("contact", ""),
        attachment=data["file"],
    )
    return rules.send(resident=resident, request_of=wanted, ip=client_ip(request), now=timezone.now())


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%d.%m.%Y %H:%M")
