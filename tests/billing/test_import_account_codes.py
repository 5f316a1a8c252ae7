"""`import_account_codes`: the codes that a provider prints on its bills."""

import pytest
from django.core.management import CommandError, call_command

from billing import printed_codes
from billing.models import PrintedCode
from tests.billing.make import make_account, make_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path):
    make_provider()

    def load(text: str, *options: str) -> None:
        path = tmp_path / "codes.csv"
        path.write_bytes(text.encode())
        call_command("import_account_codes", str(path), *(options or ("--provider=smart-zhku",)))

    return load


def codes() -> dict[str, str]:
    return dict(PrintedCode.objects.values_list("account__number", "code"))


def test_codes_are_kept_folded_and_unknown_numbers_counted(load, capsys):
    make_account("1234567890")
    make_account("2234567890")

    load('\ufeff1234567890;ав 12-34\r\n\r\n2234567890;"77001"\r\n9999999999;55555\r\n')

    assert codes() == {"1234567890": "AB12-34", "2234567890": "77001"}
    assert "загружено кодов 2, неизвестных лицевых счетов 1" in capsys.readouterr().out


def test_a_code_sent_anew_replaces_the_old_one(load):
    make_account("1234567890")
    load("1234567890;11111")

    load("1234567890;22222")

    assert codes() == {"1234567890": "22222"}


def test_more_lines_than_one_set_of_queries_takes(load, monkeypatch):
    monkeypatch.setattr(printed_codes, "BATCH", 3)
    numbers = [make_account().number for _ in range(10)]

    load("\n".join(f"{number};code{number}" for number in numbers))

    assert len(codes()) == 10


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("2234567890;12", "строка 2, столбец 2"),
        ("2234567890", "строка 2, столбец 2"),
        (";12345", "строка 2, столбец 1"),
        ("1234567890;54321", "строка 2, столбец 1"),
        ('2234567890;"12345', "строка 2, столбец 2"),
        ("2234567890;" + "1" * 41, "строка 2, столбец 2"),
    ],
)
def test_one_wrong_line_refuses_the_file(load, line, place):
    make_account("1234567890")
    make_account("2234567890")

    with pytest.raises(CommandError, match=place) as refusal:
        load(f"1234567890;11111\n{line}\n")

    assert refusal.value.returncode == 1
    assert codes() == {}


def test_a_provider_or_a_file_that_is_not_there_is_said(load, tmp_path):
    with pytest.raises(CommandError, match="нет в каталоге") as refusal:
        load("1;2", "--provider=nobody")
    assert refusal.value.returncode == 1
    with pytest.raises(CommandError, match="не читается"):
        call_command("import_account_codes", str(tmp_path / "none"), "--provider=smart-zhku")
