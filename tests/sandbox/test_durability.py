"""The process: starts with one line, stops at once when told, and forgets nothing when killed."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.sandbox.merchant import DECLINED, STRANGER, Listener, Merchant

PROJECT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.processes


@contextmanager
def bank_process(var_dir: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`python -m smartservice.sandbox` on a free port; the port is in the line it prints."""
    environment = {**os.environ, "VAR_DIR": str(var_dir), "SANDBOX_PORT": "0", "PYTHONPATH": str(PROJECT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "smartservice.sandbox"],
        env=environment,
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        found = re.search(r"http://localhost:(\d+)/", line)
        assert found, process.communicate()
        yield process, int(found[1])
    finally:
        process.kill()
        process.communicate()


def test_it_says_where_it_listens_and_answers_there(var_dir: Path) -> None:
    with bank_process(var_dir) as (_, port):
        merchant = Merchant(port, var_dir)

        assert merchant.get("/healthz") == (200, "ok")
        assert merchant.pay()["Status"] == "CONFIRMED"


def test_it_stops_at_once_when_told(var_dir: Path) -> None:
    with bank_process(var_dir) as (process, port):
        Merchant(port, var_dir).init()
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)

        assert time.monotonic() - started < 3
        assert (process.returncode, errors) == (0, "")


def test_a_taken_port_is_said_in_one_line(var_dir: Path) -> None:
    with bank_process(var_dir) as (_, port):
        environment = {**os.environ, "VAR_DIR": str(var_dir), "SANDBOX_PORT": str(port)}
        second = subprocess.run(
            [sys.executable, "-m", "smartservice.sandbox"],
            env=environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    assert second.returncode == 1
    assert second.stderr.startswith("Банк-песочница не запустилась:")
    assert "Traceback" not in second.stderr


def test_a_kill_loses_nothing_that_was_answered(var_dir: Path, listener: Listener) -> None:
    told = {}
    for round_number in range(3):
        with bank_process(var_dir) as (process, port):
            merchant = Merchant(port, var_dir, notification_url="http://127.0.0.1:9/")
            for number in range(4):
                pan = DECLINED if number == 3 else STRANGER
                answer = merchant.pay(pan, OrderId=f"{round_number}-{number}")
                told[answer["PaymentId"]] = answer["Status"]
            process.kill()
            process.wait()

    with bank_process(var_dir) as (_, port):
        merchant = Merchant(port, var_dir)
        found = {payment_id: merchant.state(payment_id) for payment_id in told}
        journal = {line["payment_id"]: line["status"] for line in merchant.journal()}

    assert len(told) == 12
    assert found == told
    assert journal == told


def test_what_was_not_told_is_told_after_a_kill(var_dir: Path, listener: Listener) -> None:
    with bank_process(var_dir) as (process, port):
        listener.answers = [(503, b"")] * 2
        Merchant(port, var_dir, notification_url=listener.url).pay()
        wait_for(lambda: len(listener.heard) >= 2)
        process.kill()
        process.wait()
    before = len(listener.heard)

    with bank_process(var_dir):
        wait_for(lambda: len(listener.heard) >= before + 2)

    assert sorted(listener.statuses[before:]) == ["AUTHORIZED", "CONFIRMED"]


def test_a_bank_that_promises_before_it_writes_forgets(var_dir: Path) -> None:
    """The saboteur: answers given from inside an open transaction do not survive, so the test above bites."""
    script = (
        "import os\n"
        "from smartservice.sandbox.config import from_environment\n"
        "from smartservice.sandbox.server import Server\n"
        "bank = Server(from_environment()).bank\n"
        "with bank.step() as step:\n"
        "    from smartservice.sandbox.fields import Fields\n"
        "    from smartservice.sandbox.operations import init\n"
        "    print(init(step, Fields({'OrderId': 'one', 'Amount': 5}))['PaymentId'], flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    environment = {**os.environ, "VAR_DIR": str(var_dir), "SANDBOX_PORT": "0"}
    killed = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=PROJECT, capture_output=True, text=True, check=False
    )

    with bank_process(var_dir) as (_, port):
        _, body = Merchant(port, var_dir).send(
            "/v2/CheckOrder", json.dumps(Merchant(port, var_dir).signed(OrderId="one"))
        )

    assert killed.stdout.strip().isdecimal()
    assert json.loads(body)["Payments"] == []


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()
