"""Celery as production needs it: pages never wait for the broker, workers do, and nothing killed is lost."""

from types import SimpleNamespace
from typing import Any

import pytest

from smartservice import startup
from smartservice.celery import app, prepare_worker


def test_a_page_gives_up_on_the_broker_at_once() -> None:
    options = app.conf.broker_transport_options

    assert options["socket_connect_timeout"] == options["socket_timeout"] == 0.5
    assert options["max_retries"] == 0


def test_a_worker_waits_for_work_longer_than_a_page_would() -> None:
    conf = SimpleNamespace(broker_transport_options={"socket_timeout": 0.5, "visibility_timeout": 10})

    prepare_worker(conf=conf)

    assert conf.broker_transport_options == {"socket_timeout": 30, "visibility_timeout": 10}


def test_a_worker_does_not_start_unfit(monkeypatch: pytest.MonkeyPatch) -> None:
    def unfit() -> None:
        raise startup.Unfit("smartservice.E002")

    monkeypatch.setattr(startup, "refuse_when_unfit", unfit)

    with pytest.raises(SystemExit, match="E002"):
        prepare_worker(conf=SimpleNamespace())


@pytest.mark.parametrize(
    "name, value",
    [
        ("task_acks_late", True),
        ("task_reject_on_worker_lost", True),
        ("worker_prefetch_multiplier", 1),
        ("task_ignore_result", True),
    ],
)
def test_a_task_counts_as_done_only_when_it_is(name: str, value: object) -> None:
    assert getattr(app.conf, name) == value


def test_the_connection_to_the_database_outlives_a_task(settings: Any) -> None:
    assert settings.CELERY_DB_REUSE_MAX > 1


def test_beat_wakes_tasks_that_exist_and_lets_old_wake_ups_go() -> None:
    app.loader.import_default_modules()

    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"] <= entry["schedule"]
