"""What Celery may be asked to do for payments and cards: only to sweep, and to lay out registers."""

import logging

from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone

from payments import autopay_runs, card_list, register_delivery, settlement

logger = logging.getLogger(__name__)


# Beat repeats the sweep anyway: handed out again while it waits for a bank, it would take every worker.
@shared_task(name="payments.settle", acks_late=False)
def settle() -> None:
    """Ask the bank about what is due; a database that stumbles costs one round."""
    try:
        settlement.settle_due(now=timezone.now())
    except DatabaseError as error:
        # Celery would log the text of it, which may quote the row.
        logger.error("the round failed: %s", type(error).__name__)


@shared_task(name="payments.deliver_registers", acks_late=False)
def deliver_registers() -> None:
    """Lay out the registers of the days that are over; what fails comes again in an hour."""
    try:
        register_delivery.deliver_due(now=timezone.now())
    except DatabaseError as error:
        logger.error("the round failed: %s", type(error).__name__)


@shared_task(name="payments.cards", acks_late=False)
def settle_cards() -> None:
    """Go on with cards being added or deleted, and keep the bank's lists and ours equal."""
    try:
        card_list.sweep_all(now=timezone.now())
    except DatabaseError as error:
        logger.error("the round failed: %s", type(error).__name__)


@shared_task(name="payments.autopay", acks_late=False)
def run_autopay() -> None:
    """One round of autopay: what was not done in it comes with the next."""
    try:
        autopay_runs.run_due(now=timezone.now())
    except DatabaseError as error:
        logger.error("the round failed: %s", type(error).__name__)
