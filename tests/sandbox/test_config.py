"""What the environment tells the bank."""

from pathlib import Path

import pytest

from smartservice.env import Wrong
from smartservice.sandbox.config import PROJECT_DIR, from_environment

NAMES = ("PORT", "SANDBOX_PORT", "VAR_DIR", "ACQUIRER_TERMINAL", "ACQUIRER_PASSWORD", "ACQUIRER_PASSWORD_FILE")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*NAMES, "SANDBOX_SLOW_SECONDS", "SANDBOX_LATE_SECONDS"):
        monkeypatch.delenv(name, raising=False)


def test_an_empty_environment_has_the_agreed_defaults() -> None:
    config = from_environment()

    assert (config.port, config.terminal, config.password) == (8001, "SmartServiceDEMO", "sandbox-password")
    assert config.var_dir == PROJECT_DIR / "var"
    assert config.folder == PROJECT_DIR / "var" / "bank"
    assert (config.slow_seconds, config.late_seconds) == (25, 8)
    assert config.origin == "http://localhost:8001"


def test_the_port_follows_the_portals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9100")
    followed = from_environment().port
    monkeypatch.setenv("SANDBOX_PORT", "9500")

    assert (followed, from_environment().port) == (9101, 9500)


def test_everything_can_be_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("from a file\n")
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("ACQUIRER_TERMINAL", "Other")
    monkeypatch.setenv("ACQUIRER_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("SANDBOX_SLOW_SECONDS", "0.5")
    monkeypatch.setenv("SANDBOX_LATE_SECONDS", "3")

    config = from_environment()

    assert (config.var_dir, config.terminal, config.password) == (tmp_path, "Other", "from a file")
    assert (config.slow_seconds, config.late_seconds) == (0.5, 3)


@pytest.mark.parametrize("name", ["SANDBOX_PORT", "SANDBOX_SLOW_SECONDS"])
def test_a_number_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "many")

    with pytest.raises(Wrong, match=f"{name}=many"):
        from_environment()


def test_the_password_is_not_shown_with_the_rest() -> None:
    assert "sandbox-password" not in repr(from_environment())
