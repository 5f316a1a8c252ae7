"""What Celery may be asked to do for bills: to tell of them."""

import logging

from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone

from billing import bill_news

logger = logging.getLogger(__name__)


@shared_task(name="billing.announce")
def announce() -> None:
    """Tell of the registers that came in; a database that stumbles costs one round."""
    try:
        bill_news.announce_due(now=timezone.now())
    except DatabaseError as error:
        # Celery would log the text of it, which may quote the row.
        logger.error("the round failed: %s", type(error).__name__)


@shared_task(name="billing.remind")
def remind() -> None:
    """Remind of tomorrow's last day; what was sent stands, the next round does the rest."""
    try:
        bill_news.remind(now=timezone.now())
    except DatabaseError as error:
        logger.error("the round failed: %s", type(error).__name__)
