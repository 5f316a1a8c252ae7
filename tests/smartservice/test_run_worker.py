"""`run_worker`: delivers and settles for ever, stops when told, survives a database that stumbles."""

import logging
import signal
import subprocess
import time
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from django.db import OperationalError

from notifications import claims
from notifications.models import Message, State
from smartservice.management.commands.run_worker import Sweep, Worker
from tests.notifications.make import queue
from tests.notifications.processes import LONG_AGO, environment, running, sms, until

PAUSE = 0.01


def run(*sweeps: Sweep) -> Worker:
    worker = Worker(sweeps, Event())
    worker.run()
    return worker


def test_it_goes_round_until_told_to_stop() -> None:
    rounds: list[datetime] = []
    stopping = Event()

    def work(now: datetime) -> None:
        rounds.append(now)
        if len(rounds) == 3:
            stopping.set()

    worker = Worker((Sweep("messages", work, PAUSE),), stopping)
    worker.run()

    assert len(rounds) == 3
    assert not worker.is_broken


def test_a_slow_sweep_does_not_hold_up_the_other() -> None:
    stopping, bank = Event(), Event()
    sent: list[datetime] = []

    def deliver(now: datetime) -> None:
        sent.append(now)
        if len(sent) == 5:
            stopping.set()
            bank.set()

    worker = Worker(
        (Sweep("settlement", lambda now: bank.wait(10), PAUSE), Sweep("messages", deliver, PAUSE)), stopping
    )
    worker.run()

    assert len(sent) == 5


def test_it_does_not_wait_long_for_a_sweep_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartservice.management.commands.run_worker.STOPPING_TAKES_AT_MOST", 0.2)
    stopping, hang = Event(), Event()
    stopping.set()
    started = time.monotonic()

    worker = Worker((Sweep("settlement", lambda now: hang.wait(10), PAUSE),), stopping)
    worker.run()
    hang.set()

    assert time.monotonic() - started < 2


def test_a_database_that_stumbles_is_logged_without_its_words_and_survived(caplog: pytest.LogCaptureFixture) -> None:
    stopping = Event()
    tries: list[datetime] = []

    def work(now: datetime) -> None:
        tries.append(now)
        if len(tries) == 2:
            stopping.set()
            return
        raise OperationalError("DETAIL: Failing row contains (+79161234567, 4821)")

    with caplog.at_level(logging.ERROR):
        worker = Worker((Sweep("messages", work, PAUSE),), stopping)
        worker.run()

    assert len(tries) == 2
    assert not worker.is_broken
    assert "messages: the round failed: OperationalError" in caplog.text
    assert "4821" not in caplog.text


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_it_ends_when_a_sweep_dies_of_something_else() -> None:
    def work(now: datetime) -> None:
        raise ZeroDivisionError

    worker = run(Sweep("messages", work, PAUSE), Sweep("settlement", lambda now: None, PAUSE))

    assert worker.is_broken


# --- as a process ---------------------------------------------------------------------------------------------------
@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_the_process_delivers_within_a_second_and_stops_when_told(tmp_path: Path) -> None:
    var_dir = tmp_path / "var"
    env = environment(var_dir)
    with running("manage.py", "run_worker", env=env, log=tmp_path / "log") as worker:
        queue(code="1111", now=LONG_AGO)
        until(lambda: len(sms(var_dir)) == 1)

        queue(code="2222", now=LONG_AGO)
        took = until(lambda: len(sms(var_dir)) == 2)
        worker.send_signal(signal.SIGTERM)
        status = worker.wait(timeout=4)

    assert took < 3
    assert status == 0
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}
    assert "4821" not in (tmp_path / "log").read_text()


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_two_processes_and_a_kill_lose_nothing(tmp_path: Path) -> None:
    var_dir = tmp_path / "var"
    env = environment(var_dir)
    for number in range(60):
        queue(code=f"{number:04}", now=LONG_AGO + timedelta(seconds=number))

    with running("manage.py", "run_worker", env=env, log=tmp_path / "log") as first:
        until(lambda: len(sms(var_dir)) > 5)
        first.kill()
        with running("manage.py", "run_worker", env=env, log=tmp_path / "log"):
            # What was in the killed one's hands waits for its lease; the rest must be through at once.
            until(lambda: Message.objects.exclude(state=State.SENT).count() <= claims.FEW)

    assert len({text[4:8] for text in sms(var_dir)}) >= 60 - claims.FEW
    assert Message.objects.filter(attempts__gt=1).count() == 0


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_an_interrupt_ends_it_as_well(tmp_path: Path) -> None:
    env = environment(tmp_path / "var")
    with running("manage.py", "run_worker", env=env, log=tmp_path / "log") as worker:
        queue(now=LONG_AGO)
        until(lambda: sms(tmp_path / "var"))

        worker.send_signal(signal.SIGINT)

        assert worker.wait(timeout=4) == 0


@pytest.mark.processes
def test_it_refuses_an_unfit_production(tmp_path: Path) -> None:
    env = {**environment(tmp_path / "var"), "ENVIRONMENT": "production"}
    with running("manage.py", "run_worker", env=env, log=tmp_path / "log") as worker:
        status = worker.wait(timeout=30)

    assert isinstance(worker, subprocess.Popen)
    assert status == 1
    assert "smartservice.E002" in (tmp_path / "log").read_text()
