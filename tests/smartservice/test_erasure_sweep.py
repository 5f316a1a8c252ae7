"""Who asked to be erased is erased by whichever worker comes by: Celery's task, or the worker without Celery."""

import logging
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError

from accounts.models import User
from notifications import delivery
from smartservice import tasks
from smartservice.my_data import erasure
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_task_erases_who_asked(anna, boris):
    erasure.ask(person=anna, now=NOW)
    delivery.deliver_due(now=NOW + timedelta(seconds=1))

    tasks.erase()

    assert User.objects.get(pk=anna.pk).phone is None
    assert User.objects.get(pk=boris.pk).phone is not None


def test_nobody_is_erased_who_did_not_ask(anna):
    tasks.erase()

    assert User.objects.get().phone == ANNAS_PHONE


def test_a_database_that_stumbles_costs_one_round_and_quotes_nobody(anna, monkeypatch, caplog):
    def stumble(**_):
        raise DatabaseError(f"row with {ANNAS_PHONE}")

    monkeypatch.setattr(erasure, "finish_due", stumble)

    with caplog.at_level(logging.ERROR):
        tasks.erase()

    assert "DatabaseError" in caplog.text
    assert ANNAS_PHONE not in caplog.text


def test_beat_calls_it():
    assert tasks.erase.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
