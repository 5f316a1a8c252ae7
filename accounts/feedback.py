"""«Обратная связь» (screens 7): sending a request, and what the staff do with it; each deed has one winner."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from accounts import feedback_links, letters
from accounts.attachments import Attachment
from accounts.client_ip import subscriber
from accounts.models import OPEN_FEEDBACK, Feedback, FeedbackFile, FeedbackStatus, User
from notifications import messages, outbox
from safeguards import throttle
from safeguards.throttle import Limit

PER_RESIDENT = Limit("feedback.resident", 10, timedelta(days=1))
PER_ADDRESS = Limit("feedback.ip", 10, timedelta(hours=1))
# Each may bring a file, and these come from anywhere.
STRANGERS = Limit("feedback.strangers", 200, timedelta(days=1))


class TooMany(Exception):
    """Nothing is taken now; `retry_after` says when the next request is."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("too much feedback")
        self.retry_after = retry_after


class NotOpen(Exception):
    """A colleague was faster: the request is taken, answered or closed."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the form asks for; `name` and `contact` are those of a visitor who is not logged in."""

    topic: str
    text: str = field(repr=False)
    operation_number: str = ""
    account_number: str = ""
    name: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)
    attachment: Attachment | None = None


def send(*, resident: User | None, request_of: Request, ip: str, now: datetime) -> Feedback:
    """Keep the request and give it a number; raises TooMany. Never call it inside a transaction."""
    _take_places(resident, ip, now)
    with transaction.atomic():
        feedback = Feedback.objects.create(
            resident=resident,
            name=request_of.name or None,
            contact=request_of.contact or None,
            topic=request_of.topic,
            text=request_of.text,
            operation_number=request_of.operation_number,
            account_number=request_of.account_number,
            created_at=now,
        )
        if request_of.attachment is not None:
            _keep(feedback, request_of.attachment)
    return feedback


def take(*, feedback: Feedback, who: User, now: datetime) -> None:
    """«В работе»: this colleague answers it; raises NotOpen unless it is new."""
    fresh = Feedback.objects.filter(pk=feedback.pk, status=FeedbackStatus.NEW)
    if not fresh.update(status=FeedbackStatus.IN_WORK, taken_by=who, taken_at=now):
        raise NotOpen


@transaction.atomic
def answer(*, feedback: Feedback, text: str, who: User, now: datetime) -> None:
    """Show the answer in the cabinet and write it to a confirmed, or a visitor's, address; raises NotOpen.

    To a visitor's telephone goes the link that shows it.
    """
    _end(feedback, FeedbackStatus.ANSWERED, who, now)
    feedback.answer = text
    feedback.save(update_fields=["answer"])
    _write(feedback, text, now)


def close(*, feedback: Feedback, who: User, now: datetime) -> None:
    """End it without an answer: a double, or answered on the phone; raises NotOpen."""
    _end(feedback, FeedbackStatus.CLOSED, who, now)


def _end(feedback: Feedback, status: FeedbackStatus, who: User, now: datetime) -> None:
    still_open = Feedback.objects.filter(pk=feedback.pk, status__in=OPEN_FEEDBACK)
    if not still_open.update(status=status, ended_by=who, ended_at=now):
        raise NotOpen
    feedback.refresh_from_db()


def _keep(feedback: Feedback, attachment: Attachment) -> None:
    FeedbackFile.objects.create(
        feedback=feedback,
        name=attachment.name,
        content_type=attachment.content_type,
        content=attachment.content,
    )


def _write(feedback: Feedback, text: str, now: datetime) -> None:
    context = {"number": str(feedback.number), "text": text}
    key = f"feedback:{feedback.uuid}"
    if feedback.resident is not None:
        letters.send(messages.FEEDBACK_ANSWER, resident=feedback.resident, context=context, key=key, now=now)
    elif "@" in (feedback.contact or ""):
        outbox.put(messages.FEEDBACK_ANSWER, address=feedback.contact or "", context=context, key=key, now=now)
    elif feedback.contact:
        told = {"number": str(feedback.number), "link": feedback_links.make(feedback)}
        outbox.put(messages.FEEDBACK_ANSWERED, address=feedback.contact, context=told, key=key, now=now)


def _take_places(resident: User | None, ip: str, now: datetime) -> None:
    address = (PER_ADDRESS, subscriber(ip))
    wait = throttle.take_all([(PER_RESIDENT, str(resident.uuid))] if resident else [address, (STRANGERS, "")], now)
    if wait:
        raise TooMany(wait)
