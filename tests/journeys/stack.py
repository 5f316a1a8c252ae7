"""The portal as `make run` starts it, on free ports and a fresh VAR_DIR, with what a tester may look into."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from tests.journeys.people import RESIDENTS, STRANGERS

ROOT = Path(__file__).resolve().parent.parent.parent
# Told to the stack by name, or left to its defaults: nothing of the tests' own environment leaks in.
OWN_VARIABLES = ("VAR_DIR", "PORT", "SANDBOX_PORT", "BASE_URL", "ENVIRONMENT", "DJANGO_ALLOW_ASYNC_UNSAFE")
# PostgreSQL's own name for a new database as it comes.
EMPTY = "template1"


@dataclass(frozen=True)
class Prepared:
    """A portal that nobody has started yet: its files, and its database where that is not one of them.

    `seen` remembers for all its copies which pages were looked at thoroughly.
    """

    var_dir: Path
    database: str
    seen: Path


def prepare(folder: Path) -> Prepared:
    """Make ready what stacks start from, once for all test processes that name the same folder."""
    folder.mkdir(exist_ok=True)
    var_dir, done, seen = folder / "var", folder / "done", folder / "seen"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            services, database = {}, ""
            if os.environ.get("DATABASE_URL"):
                database = f"journeys_{os.getpid()}"
                services["DATABASE_URL"] = create_database(database)
            run("-m", "tests.journeys.prepared", environment=environment(VAR_DIR=str(var_dir), **services))
            seen.mkdir()
            done.write_text(database)
    return Prepared(var_dir, done.read_text(), seen)


class Stack:
    """One running portal; `log` is everything its processes have said.

    With `prepared` it starts from a copy of that, and knows the people of tests/journeys/people.py.
    """

    def __init__(self, folder: Path, *, number: int, prepared: Prepared | None = None, **variables: str) -> None:
        self.var_dir = folder / "var"
        self.port, self.bank_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.bank_url = f"http://localhost:{self.bank_port}"
        self.residents, self.strangers = iter(RESIDENTS), iter(STRANGERS)
        self._seen = prepared.seen if prepared else folder
        if prepared:
            shutil.copytree(prepared.var_dir, self.var_dir)
        self.environment = environment(
            VAR_DIR=str(self.var_dir),
            PORT=str(self.port),
            SANDBOX_PORT=str(self.bank_port),
            # The windows say where they come from, each person from an address of their own.
            TRUSTED_PROXIES="127.0.0.1",
            **own_services(number, prepared.database if prepared else ""),
            **variables,
        )
        self.log_file = folder / "stack.log"
        self._read_messages: set[str] = set()
        self._journal_lines_before = 0
        self.start()

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8")

    def start(self) -> None:
        """Start it and wait for its own word that it serves."""
        with self.log_file.open("w") as log:
            self.launcher = subprocess.Popen(
                [sys.executable, "manage.py", "run_embedded"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(lambda: "Остановить: Ctrl-C" in self.log or self.launcher.poll() is not None, seconds=90)
        assert self.launcher.poll() is None, self.log

    def stop(self) -> None:
        """End it as Ctrl-C would."""
        self.launcher.send_signal(signal.SIGTERM)
        assert self.launcher.wait(timeout=30) == 0, self.log

    def command(self, *words: str) -> str:
        """What `manage.py …` prints."""
        return run("manage.py", *words, environment=self.environment)

    def is_first_look(self, page: str) -> bool:
        """Whether no test process of this run has looked at it yet; it counts as looked at from now on."""
        try:
            (self._seen / hashlib.sha256(page.encode()).hexdigest()).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def captcha_answer(self, key: str) -> str:
        """What the picture shows, from the captcha library's own table."""
        return str(self.ask("SELECT response FROM captcha_captchastore WHERE hashkey = ?", key)[0][0])

    def ask(self, question: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of the portal's database, read from outside."""
        url = self.environment.get("DATABASE_URL")
        if not url:
            with closing(sqlite3.connect(self.var_dir / "smartservice.sqlite3")) as connection:
                return connection.execute(question, values).fetchall()
        with (
            closing(psycopg2.connect(url.replace("postgres:", "postgresql:", 1))) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(question.replace("?", "%s"), values)
            return cursor.fetchall()

    def next_sms(self, phone: str, *, seconds: float = 15) -> str:
        """The newest SMS of the phone that was not read yet; waits for it."""
        until(lambda: self._unread(phone), seconds=seconds)
        newest = self._unread(phone)[-1]
        self._read_messages.update(path.name for path in self._unread(phone))
        return newest.read_text(encoding="utf-8")

    def next_code(self, phone: str, *, digits: int) -> str:
        """The only run of exactly so many digits in the newest unread SMS."""
        text = self.next_sms(phone)
        codes = re.findall(rf"(?<!\d)\d{{{digits}}}(?!\d)", text)
        assert len(codes) == 1, text
        return codes[0]

    def letters(self, address: str) -> list[EmailMessage]:
        """What was written to an address, oldest first."""
        files = sorted((self.var_dir / "mail").glob("*.eml"))
        mail = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [letter for letter in mail if letter["To"] == address]

    def journal(self) -> list[dict[str, object]]:
        """What the bank has seen since the journey began, in order."""
        return self._whole_journal()[self._journal_lines_before :]

    def begin_journey(self) -> None:
        """What the bank saw before was of other journeys."""
        self._journal_lines_before = len(self._whole_journal())

    def charges(self) -> list[dict[str, object]]:
        """What the bank has taken: one line for each payment."""
        return [line for line in self.journal() if line["status"] == "CONFIRMED" and line["method"] != "GetState"]

    def _whole_journal(self) -> list[dict[str, object]]:
        file = self.var_dir / "bank" / "journal.jsonl"
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []

    def _unread(self, phone: str) -> list[Path]:
        return sorted(
            path for path in (self.var_dir / "sms").glob(f"*-{phone}.txt") if path.name not in self._read_messages
        )


def until(true: Callable[[], object], *, seconds: float) -> None:
    """Wait for it, or fail."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(**variables: str) -> dict[str, str]:
    """Of a stack's processes: this process's own, less what is the tests', with these variables."""
    return {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES} | variables


def run(*words: str, environment: dict[str, str]) -> str:
    """What Python prints when it runs this in the project's folder."""
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def own_services(number: int, template: str) -> dict[str, str]:
    """Where the tests run beside PostgreSQL and Redis: a database and a Redis number of this stack alone."""
    services: dict[str, str] = {}
    if os.environ.get("DATABASE_URL"):
        services["DATABASE_URL"] = create_database(f"journey_{os.getpid()}_{number}", template=template or EMPTY)
    if url := os.environ.get("REDIS_URL"):
        services["REDIS_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{1 + number % 15}"))
    return services


def create_database(name: str, *, template: str = EMPTY) -> str:
    """Create a database beside that of the tests; returns its URL."""
    url = os.environ["DATABASE_URL"]
    with closing(psycopg2.connect(url.replace("postgres:", "postgresql:", 1))) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return f"postgres://{urlsplit(url).netloc}/{name}?{urlsplit(url).query}"
