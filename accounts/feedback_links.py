"""The link to an answer, for a visitor who left only his telephone: an SMS has no room for what was answered."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from accounts.models import Feedback, FeedbackStatus

LIFE = timedelta(days=30)
# 80 bits: the row's own number is no secret, this is.
SIGNATURE_LENGTH = 20


def make(feedback: Feedback) -> str:
    """Signed, so that nothing is kept for it."""
    return settings.BASE_URL + reverse("accounts:feedback-answer", args=[_token(feedback)])


def find(*, token: str, now: datetime) -> Feedback | None:
    """The visitor's request that this link opens, for a month after its answer."""
    try:
        number = base36_to_int(token.partition("-")[0])
    except ValueError:
        return None
    answered = Feedback.objects.filter(resident=None, status=FeedbackStatus.ANSWERED, ended_at__gt=now - LIFE)
    found = answered.filter(pk=number).first()
    return found if found and constant_time_compare(token, _token(found)) else None


def _token(feedback: Feedback) -> str:
    signature = salted_hmac("accounts.feedback_answer", str(feedback.uuid), algorithm="sha256").hexdigest()
    return f"{int_to_base36(feedback.pk)}-{signature[:SIGNATURE_LENGTH]}"
