"""Production refuses what would harm; every other stack is told what is missing."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import run_checks

from smartservice import checks, startup

ROOT = Path(__file__).resolve().parent.parent.parent
# What a production has; each test breaks one thing.
GOOD = {
    "ENVIRONMENT": "production",
    "DEBUG": False,
    "BASE_URL": "https://smart-service.example",
    "ACQUIRER_URL": "https://bank.example/v2/",
    "ACQUIRER_PASSWORD": "from the bank",
    "SMS_URL": "smsc://login:password@smsc.ru/ smsru://KEY@sms.ru/",
    "EMAIL_URL": "smtp://user:password@mail.example/?tls=1",
}


@pytest.fixture
def production(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in GOOD.items():
        setattr(settings, name, value)
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="postgresql"))
    monkeypatch.setenv("SECRET_KEY", "long and random")
    monkeypatch.setenv("FIELD_KEYS", "k1:AAAA")
    monkeypatch.setenv("JOURNAL_KEY", "long and random too")
    return settings


def numbers(found: list[Any]) -> list[str]:
    return [message.id for message in found]


def test_a_good_production_is_let_through(production: Any) -> None:
    assert checks.production(None) == []
    assert checks.channels(None) == []


@pytest.mark.parametrize(
    "name, value, number",
    [
        ("ACQUIRER_URL", "http://127.0.0.1:8001/v2/", "E001"),
        ("ACQUIRER_URL", "http://bank.example/v2/", "E001"),
        ("ACQUIRER_URL", "https://localhost/v2/", "E001"),
        ("ACQUIRER_PASSWORD", "sandbox-password", "E001"),
        ("SMS_URL", "file:", "E002"),
        ("SMS_URL", "smsc://login:password@smsc.ru/ file:", "E002"),
        ("EMAIL_URL", "file:", "E003"),
        ("DEBUG", True, "E005"),
        ("BASE_URL", "http://smart-service.example", "E006"),
    ],
)
def test_production_refuses(production: Any, name: str, value: object, number: str) -> None:
    setattr(production, name, value)

    found = checks.production(None)

    assert numbers(found) == [f"smartservice.{number}"]
    assert found[0].is_serious()
    assert found[0].hint


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEYS", "JOURNAL_KEY"])
def test_production_refuses_keys_of_its_own_making(production: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name)

    assert numbers(checks.production(None)) == ["smartservice.E004"]


def test_production_takes_keys_from_files(production: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("long and random\n")
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))

    assert checks.production(None) == []


def test_production_refuses_sqlite(production: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="sqlite"))

    assert numbers(checks.production(None)) == ["smartservice.E007"]


@pytest.mark.parametrize("environment", ["embedded", "demo"])
def test_other_stacks_may_have_all_of_it(settings: Any, environment: str) -> None:
    settings.ENVIRONMENT = environment

    assert checks.production(None) == []


def test_the_default_password_is_the_one_that_settings_have(settings: Any) -> None:
    assert settings.ACQUIRER_PASSWORD == checks.SANDBOX_PASSWORD


@pytest.mark.parametrize(
    "name, url", [("SMS_URL", "pigeon://user:secret@loft"), ("EMAIL_URL", "imap://user:secret@mail.example")]
)
def test_a_url_that_no_channel_knows_is_an_error_without_its_password(settings: Any, name: str, url: str) -> None:
    setattr(settings, name, url)

    (found,) = checks.channels(None)

    assert found.id == "smartservice.E008"
    assert name in found.msg
    assert "secret" not in str(found)


def test_the_channels_of_a_first_look_are_fine() -> None:
    assert checks.channels(None) == []


def test_missing_pango_is_a_warning_with_the_line_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "PANGO", {sys.platform: ("libno-such-thing.so.0",)})

    (found,) = checks.pango(None)

    assert (found.id, found.is_serious()) == ("smartservice.W001", False)
    assert found.hint.startswith("apt-get install libpango-1.0-0 ")


def test_pango_that_is_here_is_not_spoken_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "PANGO", {sys.platform: ("libc.so.6",)} if sys.platform == "linux" else {})

    assert checks.pango(None) == []


@pytest.mark.parametrize("answer, warned", [("DejaVu Sans\n", []), ("", ["smartservice.W002"])])
def test_a_font_needs_cyrillic_and_the_rouble(monkeypatch: pytest.MonkeyPatch, answer: str, warned: list[str]) -> None:
    asked: list[list[str]] = []

    def fonts(question: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        asked.append(question)
        return subprocess.CompletedProcess(question, 0, answer, "")

    monkeypatch.setattr(checks.sys, "platform", "linux")
    monkeypatch.setattr(checks.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(checks.subprocess, "run", fonts)

    assert numbers(checks.font(None)) == warned
    assert asked == [["/usr/bin/fc-list", f":charset={ord('Ж'):04x} {ord('₽'):x}", "family"]]


def test_no_fontconfig_is_no_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks.sys, "platform", "linux")
    monkeypatch.setattr(checks.shutil, "which", lambda name: None)

    assert numbers(checks.font(None)) == ["smartservice.W002"]


# --- the doors that system checks do not guard by themselves ----------------------------------------------------------
def test_our_questions_are_among_those_that_every_command_asks(production: Any) -> None:
    production.SMS_URL = "file:"

    assert "smartservice.E002" in numbers(run_checks(tags=[startup.CONFIGURATION]))


def test_starting_names_everything_that_is_wrong(production: Any) -> None:
    production.SMS_URL = production.EMAIL_URL = "file:"

    with pytest.raises(startup.Unfit) as raised:
        startup.refuse_when_unfit()

    assert "smartservice.E002" in str(raised.value)
    assert "smartservice.E003" in str(raised.value)


def test_a_first_look_may_start() -> None:
    startup.refuse_when_unfit()


@pytest.mark.processes
@pytest.mark.parametrize(
    "words",
    [
        ("-m", "gunicorn", "smartservice.wsgi", "--bind", "127.0.0.1:0", "--no-control-socket"),
        ("-m", "celery", "-A", "smartservice", "worker", "--pool", "solo"),
        ("manage.py", "deliver_messages"),
    ],
    ids=["web", "worker", "command"],
)
def test_no_door_of_an_unfit_production_opens(words: tuple[str, ...], tmp_path: Path) -> None:
    env = {"PATH": "/usr/bin:/bin", "VAR_DIR": str(tmp_path), "ENVIRONMENT": "production"}

    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)

    assert done.returncode != 0
    for number in ("E001", "E002", "E003", "E004", "E006", "E007"):
        assert f"smartservice.{number}" in done.stderr, done.stderr


def test_an_address_too_long_for_the_banks_return_is_refused(settings: Any) -> None:
    settings.BASE_URL = "https://pay.smart-service.example"
    assert checks.return_address(None) == []

    settings.BASE_URL = "https://" + "a" * 60 + ".example"

    assert [found.id for found in checks.return_address(None)] == ["smartservice.E009"]


def test_an_address_too_long_for_the_link_of_an_sms_is_refused(settings: Any) -> None:
    settings.BASE_URL = "https://www.uk-smart-service.example"
    assert checks.block_link(None) == []

    settings.BASE_URL = "https://" + "a" * 40 + ".example"

    assert [found.id for found in checks.block_link(None)] == ["smartservice.E010"]


def test_a_production_has_nothing_left_to_deploy_better(tmp_path: Path) -> None:
    """`manage.py check --deploy --fail-level WARNING`, with what docs/OPERATIONS.md says to set."""
    keys = dict.fromkeys(("SECRET_KEY", "JOURNAL_KEY"), "k1:" + "QUJD" * 10 + "QUI=")
    environment = {
        "PATH": str(tmp_path),
        **{name: str(value) for name, value in GOOD.items() if name != "DEBUG"},
        **{name: f"{value}{name}{value[::-1]}" for name, value in keys.items()},
        "FIELD_KEYS": "k1:" + "QUJD" * 10 + "QUI=",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": "postgres://name:password@127.0.0.1/name",
        "SMS_URL": "smsc://login:password@smsc.ru/",
        "ACQUIRER_TERMINAL": "terminal",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    without_libraries = {line for line in done.stderr.splitlines() if "smartservice.W00" in line}
    assert done.returncode == 0 or without_libraries, done.stdout + done.stderr
    assert "security." not in done.stderr
