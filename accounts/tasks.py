"""What Celery may be asked to do for residents: to read what they answered."""

import logging

from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone

from accounts import sms_answers

logger = logging.getLogger(__name__)


@shared_task(name="accounts.read_sms_answers")
def read_sms_answers() -> None:
    """Ask the providers; a database that stumbles costs one round."""
    try:
        sms_answers.read_due(now=timezone.now())
    except DatabaseError as error:
        # Celery would log the text of it, which may quote the row.
        logger.error("the round failed: %s", type(error).__name__)
