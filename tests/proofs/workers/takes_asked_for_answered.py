"""The saboteur of the killed worker: a payment that was asked about is not asked about again."""

from datetime import timedelta

import django

django.setup()

from payments import settlement  # noqa: E402
from smartservice.celery import app  # noqa: E402

__all__ = ["app"]

settlement._next_question = lambda _payment, now: now + timedelta(days=3650)
