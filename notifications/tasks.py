"""The door of Celery: one task, which empties the queue."""

import logging

from celery import shared_task
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from kombu.exceptions import OperationalError

from notifications import delivery

logger = logging.getLogger(__name__)

# Seconds; by then the sweep has come by several times.
WAKE_UP_LIVES = 60


@shared_task(name="notifications.deliver")
def deliver() -> None:
    """Send what is due; a database that stumbles costs one round, the next sweep comes in seconds."""
    try:
        delivery.deliver_due(now=timezone.now())
    except DatabaseError as error:
        # Celery would log the text of it, which may quote the row, and the row a phone.
        logger.error("the round failed: %s", type(error).__name__)


def wake() -> None:
    """Tell a worker that there is something to do; a broker that does not answer is no trouble, the sweep comes."""
    if not settings.REDIS_URL:
        return
    try:
        deliver.apply_async(retry=False, expires=WAKE_UP_LIVES)
    except OperationalError:
        logger.warning("the broker does not answer: the sweep will deliver")
