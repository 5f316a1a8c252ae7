"""`manage.py sandbox_fault`: orders, lists and clears; 0 done, 1 refused, 2 usage."""

import io
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.core.management.base import CommandParser

from smartservice.management.commands.sandbox_fault import Command
from tests.sandbox.merchant import Merchant


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(Command(stdout=out), *words)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _port(settings: Any, merchant: Merchant) -> None:
    settings.SANDBOX_PORT = merchant.port


def test_it_orders_a_fault_and_says_so(merchant: Merchant) -> None:
    said = run("error-500", "--method", "Init", "--times", "2")

    assert said == "error-500: метод Init, раз: 2\n"
    assert merchant.send("/v2/Init", "{}")[0] == 500


def test_without_more_it_happens_once_anywhere() -> None:
    assert run("slow") == "slow: метод любой, раз: 1\n"


def test_nought_times_means_until_cleared() -> None:
    assert run("garbage", "--times", "0") == "garbage: метод любой, пока не снимут\n"


def test_it_lists_and_clears() -> None:
    run("late")

    assert run("list") == "late: метод любой, раз: 1\n"
    assert run("clear") == "Сбоев больше нет.\n"
    assert run("list") == ""


def test_a_bank_that_is_not_there_is_said(settings: Any) -> None:
    settings.SANDBOX_PORT = 9

    with pytest.raises(CommandError, match="Банк-песочница не отвечает на порту 9") as refused:
        run("late")

    assert refused.value.returncode == 1


@pytest.mark.parametrize("words", [["fire"], [], ["slow", "--times", "-1"], ["slow", "--method", "GetQr"]])
def test_a_wrong_use_is_a_wrong_use(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    parser: CommandParser = Command().create_parser("manage.py", "sandbox_fault")
    parser.called_from_command_line = True

    with pytest.raises(SystemExit) as ended:
        parser.parse_args(words)

    assert ended.value.code == 2
    assert "sandbox_fault" in capsys.readouterr().err


def test_the_settings_know_the_port() -> None:
    assert isinstance(django_settings.SANDBOX_PORT, int)
