"""`/healthz` and `/readyz`: what the balancer asks, and what the night shift reads."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from notifications import messages, outbox
from smartservice import startup, vitals
from tests.clock import NOW

pytestmark = pytest.mark.django_db


def put(at):
    context = {"phone": "8 800 100-39-00"}
    outbox.put(messages.CABINET_BLOCKED, address="+79161234567", context=context, key=str(at), now=at)


def test_alive_asks_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_says_how_long_the_queue_waits(client):
    put(NOW - timedelta(seconds=60))

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert 60 <= answer.json()["queue_lag_seconds"] <= 90


def test_a_queue_that_waits_is_a_trouble(client):
    put(NOW - timedelta(minutes=6))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["troubles"] == ["message queue"]


def test_what_is_due_later_does_not_wait(client):
    put(NOW + timedelta(hours=1))

    assert client.get("/readyz").json()["queue_lag_seconds"] == 0


def test_tables_of_another_version_are_a_trouble(client, monkeypatch):
    monkeypatch.setattr(startup, "is_behind", lambda: True)

    assert client.get("/readyz").json()["troubles"] == ["migrations"]


def test_a_silent_database_is_a_trouble(client, monkeypatch):
    def fail(**_):
        raise DatabaseError

    monkeypatch.setattr(vitals, "queue_lag", fail)

    assert client.get("/readyz").json()["troubles"] == ["database"]
