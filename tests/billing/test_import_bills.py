"""`import_bills`: its words and its exit status."""

import io
import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from billing import register_import
from billing.models import Bill, BillRegister, RegisterImport
from tests.billing.make import make_provider
from tests.billing.registers import SAMPLE, register_text, row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def provider():
    return make_provider()


@pytest.fixture
def june(tmp_path):
    path = tmp_path / "june.csv"
    path.write_text(SAMPLE, encoding="utf-8")
    return path


def run(*arguments) -> tuple[str, str, int]:
    """What it said, what it complained of, and its exit status."""
    said, complained = StringIO(), StringIO()
    try:
        call_command("import_bills", *map(str, arguments), stdout=said, stderr=complained)
    except CommandError as refusal:
        return said.getvalue(), f"{complained.getvalue()}{refusal}", refusal.returncode
    return said.getvalue(), complained.getvalue(), 0


def test_it_prints_what_came_in(june):
    said, _, status = run(june)

    assert status == 0
    assert said.replace("\u00a0", " ") == (
        f"{june}: smart-zhku, 06.2017: счетов 1, строк 2, сумма 3 786,48 ₽; новых 1, изменённых 0, без изменений 0; "
        "новых лицевых счетов 1\n"
    )


def test_the_same_file_again_changes_nothing_and_is_no_error(june):
    run(june)

    said, _, status = run(june)

    assert status == 0
    assert "этот файл уже загружен, ничего не изменилось" in said
    assert Bill.objects.count() == 1


def test_a_dry_run_counts_and_writes_nothing(june):
    said, _, status = run(june, "--dry-run")

    assert status == 0
    assert "новых 1" in said
    assert "ничего не записано" in said
    assert not BillRegister.objects.exists()


def test_a_dry_run_tells_nobody_of_bills_that_came_before(june, tmp_path):
    with june.open("rb") as file:
        register_import.import_register(file=file, file_name="june.csv", now=timezone.now())
    july = tmp_path / "july.csv"
    july.write_text(SAMPLE.replace("06.2017", "07.2017").replace("05.07.2017", "05.08.2017"))

    run("--dry-run", july)

    assert BillRegister.objects.get().announced_at is None


def test_a_file_named_in_another_encoding_is_taken(tmp_path, june):
    named = june.rename(tmp_path / os.fsdecode("реестр.csv".encode("cp1251")))

    said, _, status = run(named)

    assert (status, Bill.objects.count()) == (0, 1)
    assert said.encode()
    assert RegisterImport.objects.get().file_name.endswith(".csv")


def test_it_tells_line_and_column_of_the_first_mistakes(tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text(SAMPLE.replace("66,06;;66,06", "66,06;;NaN"), encoding="utf-8")

    said, complained, status = run(bad)

    assert status == 1
    assert said == ""
    assert f"{bad}: файл не принят\n  строка 7, столбец 8 («К оплате»): «NaN» – не сумма в рублях" in complained
    assert not Bill.objects.exists()


def test_each_file_stands_for_itself(tmp_path, june):
    bad, july = tmp_path / "bad.csv", tmp_path / "july.csv"
    bad.write_text("чепуха", encoding="utf-8")
    july.write_text(register_text(row("1234567890", 5), period="07.2017", issued="05.08.2017"), encoding="utf-8")

    said, complained, status = run(june, bad, july)

    assert status == 1
    assert "Не загружено файлов: 1 из 3" in complained
    assert "строка 1, столбец 1" in complained
    assert said.count("новых 1") == 2


def test_it_names_the_date_that_is_in_already(tmp_path, june):
    run(june)
    older = tmp_path / "older.csv"
    older.write_text(SAMPLE.replace("05.07.2017", "04.07.2017"), encoding="utf-8")

    _, complained, status = run(older)

    assert status == 1
    assert "уже загружен реестр от 05.07.2017" in complained


def test_it_reads_the_standard_input(monkeypatch):
    class Input:
        buffer = io.BytesIO(SAMPLE.encode())

    monkeypatch.setattr(sys, "stdin", Input)

    said, _, status = run("-")

    assert (status, Bill.objects.count()) == (0, 1)
    assert "новых 1" in said


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path, june):
    _, complained, status = run(june, tmp_path / "absent.csv")

    assert status == 2
    assert "файл не читается" in complained
    assert not Bill.objects.exists()


@pytest.mark.parametrize("arguments", [["--format", "sber", "x.csv"], [], ["--unknown", "x.csv"]])
def test_a_wrong_call_ends_with_two(arguments):
    command = [sys.executable, "manage.py", "import_bills", *arguments]

    ended = subprocess.run(command, cwd=settings.PROJECT_DIR, capture_output=True, check=False)

    assert ended.returncode == 2


def test_the_format_can_be_named(june):
    assert run(june, "--format", "smart")[2] == 0


def test_the_errors_can_be_sent_to_the_provider(tmp_path, june):
    rows = [row(f"x{number}", 5) for number in range(50)]
    bad, errors = tmp_path / "bad.csv", tmp_path / "errors.csv"
    bad.write_text(register_text(*rows), encoding="utf-8")

    _, complained, status = run(june, bad, "--errors", errors)

    lines = errors.read_text(encoding="utf-8-sig").splitlines()
    assert status == 1
    assert complained.count("строка") == 20
    assert lines[0] == "Файл;Строка;Столбец;Поле;Ошибка"
    assert lines[1].startswith("bad.csv;6;1;Лицевой счёт;номер «x0» не похож")
    assert len(lines) == 51


def test_errors_that_have_nowhere_to_go_are_said_before_anything_is_done(tmp_path, june):
    _, complained, status = run(june, "--errors", tmp_path / "nowhere" / "errors.csv")

    assert (status, Bill.objects.count()) == (2, 0)
    assert "errors.csv: не записывается: " in complained


def test_a_refusal_of_the_whole_file_is_one_error(tmp_path, june):
    run(june)
    older, errors = tmp_path / "older.csv", tmp_path / "errors.csv"
    older.write_text(SAMPLE.replace("05.07.2017", "04.07.2017"), encoding="utf-8")

    run(older, "--errors", errors)

    assert errors.read_text(encoding="utf-8-sig").splitlines()[1:] == [
        "older.csv;1;1;;за этот период уже загружен реестр от 05.07.2017"
    ]


def test_it_tells_what_a_correction_changes(tmp_path, june):
    run(june)
    later = tmp_path / "later.csv"
    later.write_text(register_text(row("1234567890", 5), issued="12.07.2017"), encoding="utf-8")

    said, _, _ = run(later, "--dry-run")

    assert "изменённых 1, без изменений 0; сумма изменённых: было 3 786,48 ₽, стало 5,00 ₽" in said.replace(
        "\u00a0", " "
    )


def test_a_known_file_that_was_corrected_says_what_is_in_force(tmp_path, june):
    run(june)
    later = tmp_path / "later.csv"
    later.write_text(register_text(row("1234567890", 5), issued="12.07.2017"), encoding="utf-8")
    run(later)

    said, _, status = run(june)

    assert status == 0
    assert said.replace("\u00a0", " ") == (
        f"{june}: этот файл уже загружен, ничего не изменилось (smart-zhku, 06.2017: счетов 1, строк 2, "
        "сумма 3 786,48 ₽). Позже за этот период загружен реестр от 12.07.2017: счетов 1, сумма 5,00 ₽ – для его "
        "лицевых счетов действует он. Если верны суммы этого файла, нужен новый реестр от поставщика с датой "
        "не раньше 12.07.2017\n"
    )
    assert Bill.objects.get().total == 500


def test_a_known_file_that_is_in_force_names_no_other(tmp_path, june):
    run(june)
    july = tmp_path / "july.csv"
    july.write_text(register_text(row("1234567890", 5), period="07.2017", issued="12.08.2017"), encoding="utf-8")
    run(july)

    assert "Позже" not in run(june)[0]


def test_who_looks_on_sees_how_far_it_is(june):
    class Terminal(StringIO):
        def isatty(self):
            return True

    shown = Terminal()
    call_command("import_bills", str(june), stdout=StringIO(), stderr=shown)

    assert "прочитано 50 %" in shown.getvalue()
    assert "записываю" in shown.getvalue()


def test_the_journal_names_who_did_it(june):
    run(june)

    assert RegisterImport.objects.get().by.startswith("import_bills: ")
