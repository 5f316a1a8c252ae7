"""Real workers under kill -9, beside a Redis that is killed as well: each message is one file, none lost, none late.

A provider that fails, and deaths between its answer and the record, are in test_killed_delivery.py.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from notifications.models import Bundle, Category, Channel, Message, State
from tests.notifications.make import tie_news
from tests.notifications.processes import BEAT, LONG_AGO, ROOT, WORKER, Redis, environment, running, sms

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
# `make proofs` sends ten thousand.
MESSAGES = int(os.environ.get("PROOFS_MESSAGES", "80"))
KILLS = int(os.environ.get("PROOFS_MESSAGE_KILLS", "1"))
# Workers of one round; none of them outlives it.
WORKERS = 2
NEEDS_REDIS = pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="the stack without Redis has no Celery")


def fill(messages: int = MESSAGES) -> None:
    """Codes that live, every tenth one whose time is over, notices, and half of all news in bundles.

    Each has a phone of its own.
    """
    now = timezone.now()
    ends = {0: now - timedelta(seconds=1), 1: now + timedelta(hours=2)}
    news = [number for number in range(messages) if number % 10 > 4]
    tie_news(news, a_shelf=10, due_at=LONG_AGO)
    for number in set(range(messages)).difference(news):
        Message(
            key=f"storm:{number}", kind="phone_already_registered", channel=Channel.SMS, category=Category.CODE,
            address=f"+7900{number:07}", secret_text=f"Код {number}", created_at=LONG_AGO, due_at=LONG_AGO,
            expires_at=ends.get(number % 10),
        ).save()  # fmt: skip


def time_passes() -> None:
    """Nobody lives who could hold a lease: what would come after it, and after the pauses, comes now."""
    Message.objects.waiting().update(due_at=LONG_AGO)
    for queue in (Message, Bundle):
        queue.objects.exclude(lease_until=None).update(lease_until=LONG_AGO)


def left() -> int:
    return Message.objects.waiting().count()


def storm(commands: list[tuple[str, ...]], env: dict[str, str], folder: Path, *, redis: Redis | None = None) -> int:
    """Start workers, kill them amid their work, again and again, until nothing waits; how many were killed at work."""
    luck, deaths = random.Random(3), 0
    # Not a measure: only that a test which hangs says so.
    deadline = time.monotonic() + 300 + MESSAGES
    while left():
        time_passes()
        # Where they die: at a random message of their share of what waits; after the last death, when all is done.
        to_come = KILLS * WORKERS - deaths
        share = max(2, 2 * left() * WORKERS // to_come) if to_come > 0 else 0
        goal = max(0, left() - luck.randrange(1, share)) if share else 0
        with ExitStack() as stack:
            team = [stack.enter_context(running(*words, env=env, log=folder / "log")) for words in commands]
            while left() > goal:
                assert time.monotonic() < deadline, "it did not end"
                time.sleep(0.01)
            deaths += sum(worker.poll() is None for worker in team[:WORKERS])
            for worker in team:
                worker.send_signal(signal.SIGKILL)
            if redis:
                redis.kill()
        if redis:
            redis.start()
    return deaths


def check(arrived: Counter[str]) -> None:
    """Each phone once, but for the codes whose time was over: those never."""
    late = {f"+7900{number:07}" for number in range(0, MESSAGES, 10)}
    everybody = {f"+790{int(number % 10 > 4)}{number:07}" for number in range(MESSAGES)}
    states = Counter(Message.objects.values_list("state", flat=True))
    assert set(arrived) == everybody - late
    assert set(arrived.values()) == {1}
    assert states == {State.SENT: MESSAGES - len(late), State.DROPPED: len(late)}
    assert not Message.objects.exclude(secret_text=None).exists()


def files(var_dir: Path) -> Counter[str]:
    assert all(text.startswith("Код ") for text in sms(var_dir))
    return Counter(path.stem.rpartition("-")[2] for path in (var_dir / "sms").glob("*.txt"))


def test_each_message_is_one_file_however_often_workers_are_killed(tmp_path: Path) -> None:
    fill()

    deaths = storm([("manage.py", "run_worker")] * WORKERS, environment(tmp_path / "var"), tmp_path)

    assert deaths >= KILLS
    check(files(tmp_path / "var"))


@NEEDS_REDIS
@pytest.mark.postgres
def test_celery_and_a_redis_that_restarts_lose_and_double_nothing(tmp_path: Path) -> None:
    fill()
    redis = Redis(tmp_path)
    redis.start()
    beat = tuple(word.format(folder=tmp_path) for word in BEAT)
    try:
        env = environment(tmp_path / "var", REDIS_URL=redis.url)
        deaths = storm([*[WORKER] * WORKERS, beat], env, tmp_path, redis=redis)
    finally:
        redis.kill()

    assert deaths >= KILLS
    check(files(tmp_path / "var"))


@pytest.mark.parametrize(("naming", "doubled"), [("careful", 0), ("careless", 3)])
def test_saboteur_that_names_files_by_the_time_of_sending_doubles_what_a_killed_worker_wrote(
    tmp_path: Path, naming: str, doubled: int
) -> None:
    fill(10)
    env = environment(tmp_path / "var")
    for death, ends in ((3, -signal.SIGKILL), (0, 0)):
        time_passes()
        worker = [sys.executable, "-m", "tests.notifications.mortal", str(death), naming]
        assert subprocess.run(worker, cwd=ROOT, env=env, check=False).returncode == ends

    assert sorted(files(tmp_path / "var").values(), reverse=True) == [2] * doubled + [1] * (9 - doubled)
