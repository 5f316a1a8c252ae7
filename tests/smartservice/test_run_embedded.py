"""`manage.py run_embedded`: what it starts, where it looks, and what it says when it cannot."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from smartservice import embedded
from smartservice.management.commands import run_embedded


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[str]:
    """Neither database nor processes: what would have been done, in order."""
    done: list[str] = []
    settings.PORT = settings.SANDBOX_PORT = 0
    monkeypatch.setattr(run_embedded, "prepare", lambda: done.append("prepared"))

    def serve(parts: list[embedded.Part], **_: object) -> None:
        done.extend(part.name for part in parts)
        raise embedded.Stopped

    monkeypatch.setattr(embedded, "serve", serve)
    return done


def test_it_prepares_before_it_starts(quick: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("run_embedded")

    assert quick == ["prepared", "Учебный банк", "Обработчик", "Сайт"]
    assert capsys.readouterr().out == "Остановлено.\n"


@pytest.mark.parametrize("variable", ["PORT", "SANDBOX_PORT"])
def test_a_taken_port_is_named_before_anything_is_done(quick: list[str], settings: Any, variable: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        setattr(settings, variable, taken)

        with pytest.raises(CommandError, match=f"127.0.0.1:{taken} уже занят"):
            call_command("run_embedded")

    assert quick == []


def test_a_page_that_never_answers_is_named(quick: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def serve(*_: object, **__: object) -> None:
        raise embedded.NotServing("127.0.0.1:8000")

    monkeypatch.setattr(embedded, "serve", serve)

    with pytest.raises(CommandError, match=r"127\.0\.0\.1:8000 так и не ответила"):
        call_command("run_embedded")


@pytest.mark.django_db(transaction=True)
def test_preparing_again_changes_nothing(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    run_embedded.prepare()
    key = (tmp_path / "acquirer_public_key.pem").read_bytes()

    run_embedded.prepare()

    assert (tmp_path / "acquirer_public_key.pem").read_bytes() == key
    assert (tmp_path / "static" / "css" / "tokens.css").exists()


def test_the_site_answers_in_threads_at_the_launchers_socket() -> None:
    part = run_embedded.web(7)

    assert part.sockets == (7,)
    assert {"fd://7", "gthread", "--no-control-socket"} <= set(part.command)


def test_without_redis_the_rows_are_swept_by_a_worker_of_our_own(settings: Any) -> None:
    settings.REDIS_URL = ""

    assert run_embedded.worker().command[1:] == ["manage.py", "run_worker"]


def test_with_redis_celery_does_the_same_work(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:6379/0"

    part = run_embedded.worker()

    assert {"celery", "--beat"} <= set(part.command)


def test_every_part_has_the_data_folder_of_the_launcher(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path

    parts = [run_embedded.web(3), run_embedded.worker(), run_embedded.bank()]

    assert {part.environment["VAR_DIR"] for part in parts} == {str(tmp_path)}


@pytest.mark.parametrize(
    ("host", "reached_at"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("10.0.0.5", "10.0.0.5")]
)
def test_it_looks_at_the_page_under_the_name_that_visitors_use(settings: Any, host: str, reached_at: str) -> None:
    settings.HOST, settings.PORT, settings.BASE_URL = host, 8000, "https://portal.example"

    assert run_embedded.home_page() == embedded.Page(reached_at, 8000, "portal.example")


def test_a_closed_input_stays_nobodys_socket() -> None:
    spare = os.dup(0)
    os.close(0)
    try:
        run_embedded.keep_descriptors_open()

        with socket.socket() as door:
            assert door.fileno() > 2
        os.fstat(0)
    finally:
        os.dup2(spare, 0)
        os.close(spare)
