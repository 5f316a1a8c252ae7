"""«Обращения»: take, answer, close; reading one is a row of the journal."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import feedback as rules
from accounts.models import OPEN_FEEDBACK, AnswerTemplate, Feedback, FeedbackFile
from safeguards.staff_pages import LONGEST_KEY, actor_of
from smartservice.contact_centre import feedback_queue
from smartservice.contact_centre.forms import AnswerForm
from smartservice.contact_centre.views.permission import member, needs
from smartservice.roles import SERVE

FASTER = "Обращение уже взял или закончил кто-то другой."


@require_safe
@needs(SERVE)
def feedback_list(request: HttpRequest) -> HttpResponse:
    """The oldest first, fifty on a page."""
    after = request.GET.get("after", "")
    is_key = after.isascii() and after.isdigit() and len(after) <= LONGEST_KEY
    rows = feedback_queue.waiting(after=int(after) if is_key else 0, now=timezone.now())
    shown = rows[: feedback_queue.ON_A_PAGE]
    last = shown[-1].request_of.pk if len(rows) > len(shown) else None
    return _page(request, "contact_centre/feedback_list.html", title="Обращения", rows=shown, last=last)


@require_safe
@needs(SERVE)
def feedback_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One request, with a ready answer when one was chosen."""
    found = _feedback(uuid)
    feedback_queue.note_reading(request_of=found, actor=actor_of(request), now=timezone.now())
    chosen = AnswerTemplate.objects.filter(title=request.GET.get("template", "").replace("\0", "")).first()
    return _detail(request, found, AnswerForm(initial={"text": chosen.text if chosen else ""}))


@require_safe
@needs(SERVE)
def feedback_file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The file as a download: it is never shown inside our pages."""
    file = get_object_or_404(FeedbackFile, feedback__uuid=uuid)
    feedback_queue.note_reading(request_of=file.feedback, actor=actor_of(request), now=timezone.now())
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(file.content), content_type=file.content_type, headers=headers)


@require_POST
@needs(SERVE)
def feedback_take(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """«Взять в работу»."""
    return _deed(request, _feedback(uuid), feedback_queue.take, "Обращение у Вас в работе.")


@require_POST
@needs(SERVE)
def feedback_answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Shown in the cabinet, and written where people can be written to."""
    found, form = _feedback(uuid), AnswerForm(request.POST)
    if not form.is_valid():
        return _detail(request, found, form)
    return _deed(request, found, feedback_queue.answer, "Ответ отправлен.", text=form.cleaned_data["text"])


@require_POST
@needs(SERVE)
def feedback_close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A double, or answered on the phone."""
    return _deed(request, _feedback(uuid), feedback_queue.close, "Обращение закрыто без ответа.")


def _feedback(uuid: UUID) -> Feedback:
    return get_object_or_404(Feedback.objects.select_related("resident", "taken_by", "ended_by"), uuid=uuid)


def _deed(request: HttpRequest, found: Feedback, deed: Callable[..., None], said: str, **more: Any) -> HttpResponse:
    who = member(request)
    try:
        deed(request_of=found, who=who, actor=actor_of(request), now=timezone.now(), **more)
    except rules.NotOpen:
        messages.warning(request, FASTER)
    else:
        messages.success(request, said)
    return redirect("admin:feedback-detail", found.uuid)


def _detail(request: HttpRequest, found: Feedback, form: AnswerForm) -> HttpResponse:
    whose = found.ended_by or found.taken_by
    return _page(
        request,
        "contact_centre/feedback_detail.html",
        title=f"Обращение № {found.number}",
        found=found,
        whose=whose.full_name if whose else "",
        is_anothers=whose is not None and whose.pk != request.user.pk,
        is_open=found.status in OPEN_FEEDBACK,
        has_file=FeedbackFile.objects.filter(feedback=found).exists(),
        templates=AnswerTemplate.objects.values_list("title", flat=True),
        form=form,
    )


def _page(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context})
