"""The commands that the containers start, taken from their files and run as processes on loopback."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
import yaml

from tests.journeys.stack import free_port

pytestmark = [
    pytest.mark.processes,
    pytest.mark.postgres,
    pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="production has Redis"),
]
ROOT = Path(__file__).resolve().parent.parent.parent
NAME = "entry_commands"
PATIENCE = 60


def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]


def command_of(service: str) -> list[str]:
    """What the container of this service runs, with the defaults of its variables."""
    words = compose()[service].get("command") or web_command()
    return [re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", word) for word in words]


def web_command() -> list[str]:
    """CMD of the Dockerfile."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    (command,) = re.findall(r"^CMD (\[.*\])$", text, re.MULTILINE)
    return list(json.loads(command))


class Machine:
    """Environment, processes and log of one installation."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.folder, self.opened, self.port = folder, opened, free_port()
        self.log = folder / "log"
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "ENVIRONMENT": "demo",
            "VAR_DIR": str(folder / "var"),
            "BASE_URL": self.url,
            "DATABASE_URL": own_database(),
            # What other tests have put there is woken in vain: harmless.
            "REDIS_URL": os.environ["REDIS_URL"],
            "SANDBOX_PORT": str(free_port()),
        }

    def start(self, service: str, **changes: str) -> subprocess.Popen[bytes]:
        """Run the service's command; it is ended with the test."""
        words = [changes.get(word, word) for word in command_of(service)]
        with self.log.open("ab") as log:
            process = subprocess.Popen(words, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        self.opened.callback(stop, process)
        return process

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def own_database() -> str:
    url = os.environ["DATABASE_URL"]
    with closing(psycopg2.connect(url.replace("postgres:", "postgresql:", 1))) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"DROP DATABASE IF EXISTS {NAME}")
        connection.cursor().execute(f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
    return f"postgres://{urlsplit(url).netloc}/{NAME}?{urlsplit(url).query}"


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def until(is_so: Callable[[], object], machine: Machine) -> None:
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < PATIENCE, machine.log.read_text(encoding="utf-8")[-4000:]
        time.sleep(0.2)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with ExitStack() as opened:
        yield Machine(tmp_path, opened)


def test_set_up_then_served_by_web_worker_and_beat(machine):
    setup = machine.start("setup")
    assert setup.wait(PATIENCE * 2) == 0, machine.log.read_text(encoding="utf-8")
    machine.run("manage.py", "create_demo")
    machine.start("web", **{"0.0.0.0:8000": f"127.0.0.1:{machine.port}", "/dev/shm": str(machine.folder)})
    beat_file = str(machine.folder / "beat")
    machine.start("worker")
    machine.start("beat", **{"/tmp/beat": beat_file})
    until(lambda: machine.get("/healthz")[0] == 200, machine)

    assert machine.get("/readyz") == (200, '{"status": "ok", "troubles": [], "queue_lag_seconds": 0}')
    assert "Смарт Сервис" in machine.get("/")[1]
    assert machine.get("/admin/login/")[0] == 200
    machine.run("manage.py", "block", "--phone", "+79161234567", "--reason", "проба")
    until(lambda: list((machine.folder / "var" / "sms").glob("*+79161234567.txt")), machine)
    check = compose()["web"]["healthcheck"]["test"][-1].replace("127.0.0.1:8000", f"127.0.0.1:{machine.port}")
    machine.run("-c", check)
    lines = [line for line in machine.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    assert all(json.loads(line)["level"] for line in lines)


def test_the_commands_are_words_and_no_shell_but_where_two_follow_each_other():
    for service in ("web", "worker", "beat", "bank", "demo"):
        assert command_of(service)[0] in {"gunicorn", "celery", "python"}, shlex.join(command_of(service))
    assert command_of("setup")[:2] == ["sh", "-c"]
