"""Real worker processes beside the test, on the test's own database."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
# By the clock of the processes, which does not stand still as the tests' own: long due, and not yet to be purged.
LONG_AGO = datetime.now(UTC).replace(microsecond=0) - timedelta(days=30)
WORKER = ("-m", "celery", "-A", "smartservice", "worker", "--pool", "solo", "--loglevel", "info")
# As in production: tasks run in a process of their own, and are acknowledged by another.
FORKING_WORKER = ("-m", "celery", "-A", "smartservice", "worker", "--concurrency", "1", "--loglevel", "info")
BEAT = ("-m", "celery", "-A", "smartservice", "beat", "--schedule", "{folder}/beat", "--loglevel", "warning")


def environment(var_dir: Path, **more: str) -> dict[str, str]:
    """The environment of a process that shares the test's database and keys, and writes into `var_dir`."""
    var_dir.mkdir(exist_ok=True)
    here = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    keys = {"VAR_DIR": str(var_dir), "SECRET_KEY": settings.SECRET_KEY, "FIELD_KEYS": settings.FIELD_KEYS}
    return {**here, **keys, **_database(var_dir), **more}


def _database(var_dir: Path) -> dict[str, str]:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        link = var_dir / "smartservice.sqlite3"
        if not link.is_symlink():
            link.symlink_to(database["NAME"])
        return {}
    owner = quote(database["USER"]) + (f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else "")
    address = f"{owner}@" if owner else ""
    return {"DATABASE_URL": f"postgres://{address}/{database['NAME']}?host={database['HOST']}"}


@contextmanager
def running(*words: str, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process of the project; killed at the end, with all that it has forked, if it still runs."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env=env, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End it as a power cut does, with all that it has forked."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(is_so: Callable[[], object], *, seconds: float = 20) -> float:
    """Wait until it is so; how long that took. Fails when it takes too long."""
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < seconds, "it did not happen"
        time.sleep(0.05)
    return time.monotonic() - started


def sms(var_dir: Path) -> list[str]:
    """The texts of the SMS written so far."""
    return [file.read_text(encoding="utf-8") for file in sorted((var_dir / "sms").glob("*.txt"))]


class Redis:
    """A Redis of this test's own, which it may kill; its address stays the same."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--appendonly", "yes"]
        self.process = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL)
        until(self.answers)

    def answers(self) -> bool:
        with socket.socket() as door:
            return door.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
