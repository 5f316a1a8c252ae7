"""The doors of Celery: two tasks, which empty the queue."""

import logging
from collections.abc import Collection

from celery import shared_task
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from kombu.exceptions import OperationalError

from notifications import delivery, reports
from notifications.models import PATIENT, URGENT, Category

logger = logging.getLogger(__name__)

# Seconds; by then the sweep has come by several times.
WAKE_UP_LIVES = 60


@shared_task(name="notifications.deliver")
def deliver() -> None:
    """Send what somebody waits for."""
    _round(URGENT)


@shared_task(name="notifications.deliver_news")
def deliver_news() -> None:
    """Send what can wait, apart: a million bills must not stand before a code."""
    _round(PATIENT)


@shared_task(name="notifications.ask_for_reports")
def ask_for_reports() -> None:
    """Ask providers what became of what they took."""
    try:
        reports.ask_due(now=timezone.now())
    except DatabaseError as error:
        logger.error("the round failed: %s", type(error).__name__)


def _round(categories: Collection[Category]) -> None:
    """A database that stumbles costs one round, the next sweep comes in seconds."""
    try:
        delivery.deliver_due(now=timezone.now(), categories=categories)
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
