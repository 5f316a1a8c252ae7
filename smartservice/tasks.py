"""What Celery may be asked to do for the whole: only to sweep."""

import logging

from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone

from smartservice import purge
from smartservice.my_data import erasure

logger = logging.getLogger(__name__)


@shared_task(name="smartservice.erase")
def erase() -> None:
    """Erase who asked for it, where no money is under way; a database that stumbles costs one round."""
    try:
        erasure.finish_due(now=timezone.now())
    except DatabaseError as error:
        # Celery would log the text of it, which may quote the row.
        logger.error("the round failed: %s", type(error).__name__)


@shared_task(name="smartservice.purge")
def sweep_out() -> None:
    """Sweep out what has had its time; a database that stumbles costs one round."""
    try:
        purge.purge(now=timezone.now())
    except DatabaseError as error:
        logger.error("the round failed: %s", type(error).__name__)
