"""What tests of «Обратная связь» do more than once."""

from typing import Any

from django.urls import reverse

from accounts import feedback
from accounts.attachments import Attachment
from accounts.models import Feedback, User
from tests.people import NOW

FEEDBACK = reverse("accounts:feedback")
PDF = b"%PDF-1.7\n" + b"0" * 100
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
SCAN = Attachment("квитанция.pdf", "application/pdf", PDF)
OFTEN = "203.0.113.7"


def sent(resident: User | None, *, now: Any = NOW, ip: str = OFTEN, **changes: Any) -> Feedback:
    """A request that stands."""
    wanted = {"topic": "PAYMENT", "text": "Оплатил дважды", **changes}
    return feedback.send(resident=resident, request_of=feedback.Request(**wanted), ip=ip, now=now)


def detail_url(one: Feedback) -> str:
    return reverse("accounts:feedback-detail", args=[one.uuid])


def file_url(one: Feedback) -> str:
    return reverse("accounts:feedback-file", args=[one.uuid])
