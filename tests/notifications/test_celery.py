"""The production way: Celery wakes workers over Redis, and when Redis is gone the rows are delivered all the same."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from notifications import tasks
from notifications.models import Message, State
from tests.notifications.conftest import broker_url
from tests.notifications.make import LETTER, queue
from tests.notifications.processes import (
    BEAT,
    FORKING_WORKER,
    LONG_AGO,
    WORKER,
    Redis,
    environment,
    kill,
    running,
    sms,
    until,
)

pytestmark = [
    pytest.mark.processes,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="the stack without Redis has no Celery"),
]


@pytest.fixture
def redis(tmp_path: Path, settings: Any) -> Iterator[Redis]:
    """Celery in this process publishes to it."""
    redis = Redis(tmp_path)
    redis.start()
    settings.REDIS_URL = redis.url
    with broker_url(redis.url):
        yield redis
    redis.kill()


@pytest.fixture
def start(tmp_path: Path, redis: Redis) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts processes of the project on this test's Redis; all are gone at the end."""
    with ExitStack() as stack:

        def start(words: tuple[str, ...], **more: str) -> subprocess.Popen[bytes]:
            env = environment(tmp_path / "var", REDIS_URL=redis.url, **more)
            filled = [word.format(folder=tmp_path) for word in words]
            process: AbstractContextManager[subprocess.Popen[bytes]] = running(*filled, env=env, log=tmp_path / "log")
            return stack.enter_context(process)

        yield start


def is_ready(folder: Path) -> Callable[[], bool]:
    return lambda: " ready." in (folder / "log").read_text()


def test_a_worker_delivers_as_soon_as_the_message_is_committed(
    tmp_path: Path, start: Callable[..., Any], redis: Redis
) -> None:
    start(WORKER)
    until(is_ready(tmp_path))

    with transaction.atomic():
        queue(code="4821", now=LONG_AGO)
    took = until(lambda: sms(tmp_path / "var"))

    assert took < 3
    until(lambda: Message.objects.get().state == State.SENT)
    log = (tmp_path / "log").read_text()
    assert "notifications.deliver" in log
    assert "4821" not in log.replace(str(Message.objects.get().uuid), "")


def test_beat_delivers_what_nobody_woke_a_worker_for(
    tmp_path: Path, settings: Any, start: Callable[..., Any], redis: Redis
) -> None:
    settings.REDIS_URL = ""
    queue(now=LONG_AGO)
    start(WORKER)
    start(BEAT)

    until(lambda: sms(tmp_path / "var"), seconds=30)


def test_with_redis_dead_the_sweep_delivers(tmp_path: Path, redis: Redis) -> None:
    redis.kill()
    queue(code="4821", now=LONG_AGO)

    env = environment(tmp_path / "var", REDIS_URL=redis.url)
    done = subprocess.run([sys.executable, "manage.py", "deliver_messages"], env=env, capture_output=True, check=True)

    assert "Отправлено сообщений: 1" in done.stdout.decode()
    assert sms(tmp_path / "var")[0].startswith("Код 4821")


def test_a_worker_comes_back_after_redis_did(tmp_path: Path, start: Callable[..., Any], redis: Redis) -> None:
    start(WORKER)
    until(is_ready(tmp_path))
    redis.kill()
    until(lambda: "Connection to broker lost" in (tmp_path / "log").read_text())
    queue(code="1111", now=LONG_AGO)
    redis.start()

    until(lambda: (tmp_path / "log").read_text().count("Connected to redis") > 1, seconds=30)
    queue(code="2222", now=LONG_AGO)

    until(lambda: len(sms(tmp_path / "var")) == 2)


def test_a_task_of_a_killed_worker_comes_back(
    tmp_path: Path, settings: Any, start: Callable[..., Any], redis: Redis, letter_templates: None
) -> None:
    settings.REDIS_URL = ""
    with socket.create_server(("127.0.0.1", 0)) as silent_mail_server:
        port = silent_mail_server.getsockname()[1]
        queue(LETTER, address="a@example.com", context={"payee": "А", "amount": "1"}, now=LONG_AGO)
        first = start(FORKING_WORKER, EMAIL_URL=f"smtp://127.0.0.1:{port}")
        tasks.deliver.delay()
        until(lambda: Message.objects.exclude(lease_until=None).exists())
        kill(first)

    # Nobody is woken for it: only the task that the dead worker had in hand can find it.
    queue(code="4821", now=LONG_AGO)
    start(FORKING_WORKER)
    took = until(lambda: sms(tmp_path / "var"), seconds=40)

    assert took < 25
