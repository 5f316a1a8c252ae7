"""The short word by SMS: providers are asked what residents answered, and each answer works once."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts import subscriptions
from accounts.models import User
from notifications import stop_word
from notifications.channels import choice
from notifications.channels.base import Answer, Answering, NotDelivered
from notifications.models import SmsAnswer

logger = logging.getLogger(__name__)


def read_due(*, now: datetime) -> int:
    """Ask each provider for what came since; answers how many residents were unsubscribed."""
    return sum(_read(provider, now) for provider in choice.answering().values())


def _read(provider: Answering, now: datetime) -> int:
    last = SmsAnswer.objects.filter(carrier=provider.name).aggregate(last=Max("number"))["last"]
    try:
        answers = provider.answers(last)
    except NotDelivered as error:
        logger.warning("%s gives no answers: %s", provider.name, error)
        return 0
    return sum(_heed(provider.name, answer, now) for answer in sorted(answers, key=lambda answer: answer.number))


@transaction.atomic
def _heed(carrier: str, answer: Answer, now: datetime) -> bool:
    """Its number and what it does stand or fall together."""
    _, is_new = SmsAnswer.objects.get_or_create(carrier=carrier, number=answer.number, defaults={"read_at": now})
    if not is_new or not stop_word.is_it(answer.text):
        return False
    resident = User.objects.filter(phone=answer.phone, is_staff=False).first()
    return resident is not None and subscriptions.stop_sms(resident=resident, carrier=carrier, now=now)
