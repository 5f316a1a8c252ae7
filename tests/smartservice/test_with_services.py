"""`tests/with_services.sh`: throwaway PostgreSQL and Redis around any command, and nothing left of them."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "with_services.sh"
HAS_POSTGRESQL = shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not (HAS_POSTGRESQL and shutil.which("redis-server")), reason="no PostgreSQL or no Redis here"),
]


def run(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SCRIPT, *words], capture_output=True, text=True, timeout=60, **options)  # type: ignore[call-overload,no-any-return]


def folder_in(output: str) -> Path:
    return Path(output.split("host=")[1].split()[0])


@pytest.fixture(scope="module")
def done() -> subprocess.CompletedProcess[str]:
    """One run of a command that asks everything at once: starting takes seconds."""
    sql = "SELECT upper('ё'), pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'smartservice'"
    psql = f'psql -tA -h "${{DATABASE_URL#*host=}}" smartservice -c "{sql}"'
    return run(
        "sh",
        "-c",
        f'echo "$DATABASE_URL $REDIS_URL"; redis-cli -u "$REDIS_URL" ping; {psql}; cat; exit 7',
        input="hello",
    )


def test_the_command_finds_both(done: subprocess.CompletedProcess[str]) -> None:
    assert "postgres:///smartservice?host=/tmp/smartservice." in done.stdout, done.stderr
    assert "redis://127.0.0.1:" in done.stdout
    assert "PONG" in done.stdout


def test_afterwards_they_are_gone(done: subprocess.CompletedProcess[str]) -> None:
    assert not folder_in(done.stdout).exists()


def test_the_database_speaks_russian(done: subprocess.CompletedProcess[str]) -> None:
    assert "Ё|UTF8" in done.stdout


def test_it_passes_on_the_exit_status_and_the_input(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 7
    assert done.stdout.endswith("hello")


def test_it_says_when_there_is_no_command() -> None:
    done = run()

    assert done.returncode == 69
    assert "which command?" in done.stderr


def test_a_signal_ends_the_command_and_cleans_up() -> None:
    process = subprocess.Popen([SCRIPT, "sh", "-c", 'echo "$DATABASE_URL"; exec sleep 300'], stdout=subprocess.PIPE)
    assert process.stdout
    folder = folder_in(process.stdout.readline().decode())
    started = time.monotonic()

    process.send_signal(signal.SIGTERM)
    status = process.wait(timeout=20)

    assert status == 143
    assert time.monotonic() - started < 10
    assert not folder.exists()
    process.stdout.close()


def test_it_is_a_program() -> None:
    assert os.access(SCRIPT, os.X_OK)
