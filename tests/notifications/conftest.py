"""What the tests of messages share."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest

from notifications.channels import choice
from smartservice.celery import app as celery_app
from tests.notifications.make import LETTER_TEMPLATES, Carrier

CLOSED_PORT = 1


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> Carrier:
    """All messages go here instead of a file or a server."""
    carrier = Carrier()
    monkeypatch.setattr(choice, "carrier", lambda channel: carrier)
    return carrier


@pytest.fixture
def letter_templates(settings: Any) -> None:
    """Templates of the test's own e-mail."""
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["APP_DIRS"] = False
    templates[0]["OPTIONS"]["loaders"] = [
        ("django.template.loaders.locmem.Loader", LETTER_TEMPLATES),
        "django.template.loaders.filesystem.Loader",
    ]
    settings.TEMPLATES = templates


@pytest.fixture(params=["refuses", "says nothing"])
def dead_broker(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    """A broker whose port is closed, or open with nobody behind it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1] if request.param == "says nothing" else CLOSED_PORT
        settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
        with broker_url(settings.REDIS_URL):
            yield


@contextmanager
def broker_url(url: str) -> Iterator[None]:
    """Celery's idea of where the broker is, and no connection left over from the idea before."""
    before = celery_app.conf.broker_url
    celery_app.conf.broker_url = url
    forget_connections()
    try:
        yield
    finally:
        celery_app.conf.broker_url = before
        forget_connections()


def forget_connections() -> None:
    """Celery keeps pools of connections for the address it had when it made them."""
    celery_app._pool = None
    celery_app.amqp._producer_pool = None
