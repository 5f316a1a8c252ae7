"""`deliver_messages`: sends what is due, once, and says how many."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError

from notifications import delivery, tasks
from notifications.models import Message, State
from tests.clock import NOW
from tests.notifications.make import Carrier, queue

pytestmark = pytest.mark.django_db


def run() -> str:
    output = StringIO()
    call_command("deliver_messages", stdout=output)
    return output.getvalue()


def test_it_sends_everything_due_and_prints_the_number(tmp_path: Path) -> None:
    for _ in range(3):
        queue()

    assert run() == "Отправлено сообщений: 3\n"
    assert len(list((tmp_path / "sms").iterdir())) == 3


def test_it_has_nothing_to_do_the_second_time() -> None:
    queue()

    assert [run(), run()] == ["Отправлено сообщений: 1\n", "Отправлено сообщений: 0\n"]


def test_it_counts_only_what_left(carrier: Carrier) -> None:
    carrier.fails = 1
    queue(expires_at=NOW)
    queue()
    queue()

    assert run() == "Отправлено сообщений: 1\n"


def test_it_knows_no_limit(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "BATCH", 5)
    for seconds in range(12):
        queue(now=NOW - timedelta(seconds=seconds))

    assert run() == "Отправлено сообщений: 12\n"


def test_the_celery_task_does_the_same(carrier: Carrier) -> None:
    message = queue()

    tasks.deliver()

    message.refresh_from_db()
    assert (message.state, len(carrier.texts)) == (State.SENT, 1)


def test_the_celery_task_logs_a_stumbling_database_without_its_words(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(**_: object) -> int:
        raise OperationalError("DETAIL: Failing row contains (+79161234567, 4821)")

    monkeypatch.setattr(delivery, "deliver_due", stumble)

    tasks.deliver()

    assert "the round failed: OperationalError" in caplog.text
    assert "4821" not in caplog.text


def test_the_celery_task_is_known_by_the_name_that_beat_calls() -> None:
    assert tasks.deliver.name == "notifications.deliver"
    assert not Message.objects.exists()
