"""What Celery costs by itself: a task that does nothing."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartservice.settings")
django.setup()

from smartservice.celery import app  # noqa: E402 — after the set-up


@app.task(name="bench.noop", ignore_result=True)
def noop() -> None:
    """Nothing."""
