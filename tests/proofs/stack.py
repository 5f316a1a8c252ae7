"""A portal for the proofs: bank, post and web as processes of their own, so that each can be killed by itself."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx2
import psycopg2
from django.test import override_settings

from smartservice import embedded
from smartservice.management.commands import run_embedded

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCT = "smartservice.wsgi"
# Told to the stack by name, or left to its defaults: nothing of the tests' own environment leaks in.
OWN_VARIABLES = {"VAR_DIR", "PORT", "SANDBOX_PORT", "BASE_URL", "ENVIRONMENT", "DATABASE_URL", "REDIS_URL"}
# Longer than any drill waits: whoever meets the fault `slow` hangs until he is killed.
SLOW_SECONDS = 60
PASSWORD = "Smart2017"


@dataclass(frozen=True)
class Resident:
    """Somebody with one unpaid bill; `shared_bill` is his neighbour's, whose account he has added too."""

    phone: str
    bill: str
    shared_bill: str


class Stack:
    """One portal on free ports, a fresh VAR_DIR and a database of its own; `number` keeps stacks apart in Redis."""

    def __init__(self, folder: Path, *, number: int, residents: int) -> None:
        self.folder, self.var_dir = folder, folder / "var"
        self.door = embedded.listen(host="127.0.0.1", port=0)
        self.port, self.bank_port = self.door.getsockname()[1], free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database_url = own_database(number)
        self.environment = self._environment(number)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.started = 0
        self.opened = ExitStack()
        self.serving: tuple[str, bool] | None = None
        self._read: set[str] = set()
        people = json.loads(self.run("-m", "tests.proofs.prepare", str(residents)))
        self.residents = deque(Resident(*person) for person in people)
        self.start("bank", "-m", "smartservice.sandbox")
        self.start_post()
        until(lambda: is_open(self.bank_port))

    def _environment(self, number: int) -> dict[str, str]:
        environment = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES} | {
            "VAR_DIR": str(self.var_dir),
            "PORT": str(self.port),
            "SANDBOX_PORT": str(self.bank_port),
            "SANDBOX_SLOW_SECONDS": str(SLOW_SECONDS),
            "DJANGO_SETTINGS_MODULE": "smartservice.settings",
        }
        if self.database_url:
            environment["DATABASE_URL"] = self.database_url
        if url := os.environ.get("REDIS_URL"):
            environment["REDIS_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{15 - number % 4}"))
        return environment

    def start(self, name: str, *words: str, sockets: tuple[int, ...] = (), **environment: str) -> Path:
        """A process in a group of its own; where it writes what it says."""
        self.started += 1
        log = self.folder / "logs" / f"{self.started:03}-{name}.log"
        log.parent.mkdir(exist_ok=True)
        with log.open("wb") as output:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env=self.environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=sockets,
                process_group=0,
                preexec_fn=embedded._die_with_parent(),
            )
        return log

    def serve(self, application: str = PRODUCT, *, hears_bank: bool = True) -> None:
        """Web as `make run` starts it, unless just this runs already; deaf to notifications where a drill wants so."""
        if self.serving == (application, hears_bank) and "web" in self.processes:
            return
        if "web" in self.processes:
            self.kill("web")
        words = [
            word.replace(f"{PRODUCT}:", f"{application}:") for word in run_embedded.web(self.door.fileno()).command[1:]
        ]
        # Nobody listens at the port 9 of this machine.
        deaf = {} if hears_bank else {"BASE_URL": "http://127.0.0.1:9"}
        self.start("web", *words, sockets=(self.door.fileno(),), **deaf)
        self.serving = (application, hears_bank)
        until(self.answers)

    def start_post(self) -> None:
        """Messages are delivered, and the bank is asked nothing."""
        self.start("post", "-m", "tests.proofs.post")

    def start_worker(self) -> None:
        """The worker of `make run`: its own, or Celery where there is Redis."""
        with override_settings(VAR_DIR=self.var_dir, REDIS_URL=self.environment.get("REDIS_URL", "")):
            part = run_embedded.worker()
        self.start("worker", *part.command[1:], **part.environment)

    def answers(self) -> bool:
        """Whether web is up; one that died while starting fails at once."""
        assert self.processes["web"].poll() is None, self.said("web")
        try:
            return httpx2.get(f"{self.url}/healthz", timeout=10, trust_env=False).status_code == 200
        except httpx2.HTTPError:
            return False

    def kill(self, name: str) -> None:
        """`kill -9` of all its processes at once."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes.pop(name).wait()

    def end(self, name: str) -> None:
        """Ask it to stop; nothing of it may stay."""
        process = self.processes.get(name)
        if process is None:
            return
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            pass
        try:
            self.kill(name)
        except ProcessLookupError:
            self.processes.pop(name).wait()

    def close(self) -> None:
        """End everything and drop the database."""
        for name in [*self.processes]:
            self.end(name)
        self.door.close()
        if self.database_url:
            drop_database(self.database_url)

    def run(self, *words: str) -> str:
        """What `python …` prints in the stack's environment."""
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def settle(self, *, minutes_later: int = 0) -> None:
        """One sweep, now or by a clock that has gone on."""
        if not minutes_later:
            self.run("manage.py", "settle_payments")
            return
        self.run(
            *("manage.py", "shell", "-c"),
            "from datetime import timedelta; from django.utils import timezone; from payments import settlement; "
            f"now = timezone.now() + timedelta(minutes={minutes_later}); "
            "settlement.settle_due(now=now, everything=True)",
        )

    def fault(self, name: str, *, method: str = "", times: int = 1) -> None:
        """Order the bank to misbehave."""
        order = {"name": name, "method": method, "times": times}
        httpx2.post(f"http://127.0.0.1:{self.bank_port}/sandbox/faults", json=order, trust_env=False).raise_for_status()

    def said(self, name: str) -> str:
        """Everything that processes of this name have said."""
        files = sorted((self.folder / "logs").glob(f"*-{name}.log"))
        return "".join(file.read_text(encoding="utf-8") for file in files)

    def journal(self) -> list[dict[str, Any]]:
        """What the bank did, in order; a line that is just being written waits."""
        file = self.var_dir / "bank" / "journal.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def calls(self) -> list[dict[str, Any]]:
        """What the bank was asked, refused or not."""
        file = self.var_dir / "bank" / "calls.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the portal's database, read from outside."""
        with closing(self.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(sql if self.database_url is None else sql.replace("?", "%s"), values)
            return list(cursor.fetchall())

    def forget_limits(self) -> None:
        """Caps on codes and logins are not what the proofs are about."""
        with closing(self.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute("DELETE FROM safeguards_throttle")
            connection.commit()

    def checkpoint(self) -> None:
        """PostgreSQL writes down what it has in memory."""
        with closing(self.connect()) as connection, closing(connection.cursor()) as cursor:
            connection.autocommit = True
            cursor.execute("CHECKPOINT")

    def connect(self) -> Any:
        """A connection of the test's own to the portal's database."""
        if self.database_url:
            return psycopg2.connect(self.database_url.replace("postgres:", "postgresql:", 1))
        return sqlite3.connect(self.var_dir / "smartservice.sqlite3", timeout=20)

    def next_code(self, phone: str) -> str:
        """The six digits of the SMS that nobody has read yet; waits for it, whatever else comes before."""
        found: list[str] = []

        def read() -> bool:
            for file in sorted((self.var_dir / "sms").glob(f"*-{phone}.txt")):
                if file.name not in self._read:
                    self._read.add(file.name)
                    found.extend(re.findall(r"(?<!\d)\d{6}(?!\d)", file.read_text(encoding="utf-8")))
            return bool(found)

        until(read)
        return found[-1]


def until(is_so: Callable[[], object], *, seconds: float = 60, pause: float = 0.02) -> None:
    """Wait for it, or fail."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(pause)


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def is_open(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


def own_database(number: int) -> str | None:
    """A new database beside the one of DATABASE_URL; None where the stack keeps a file."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return None
    name = f"proofs_{os.getpid()}_{number}"
    _beside(url, [f"CREATE DATABASE {name}"])
    address, question, options = url.partition("?")
    return f"{address.rpartition('/')[0]}/{name}{question}{options}"


def drop_database(url: str) -> None:
    """The database of a stack, whoever is still connected."""
    _beside(os.environ["DATABASE_URL"], [f"DROP DATABASE {urlsplit(url).path.lstrip('/')} WITH (FORCE)"])


def _beside(url: str, statements: Iterable[str]) -> None:
    with closing(psycopg2.connect(url.replace("postgres:", "postgresql:", 1))) as connection:
        connection.autocommit = True
        for statement in statements:
            connection.cursor().execute(statement)
