"""`import_providers`: the catalogue from CSV, once however often, and the places of its mistakes."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from billing import provider_import
from billing.models import Provider, ProviderCategory
from billing.provider_format import read
from billing.register_text import Malformed
from smartservice.demo import catalogue
from tests.billing.make import make_category, make_provider

pytestmark = pytest.mark.django_db

HEADER = "code;category;short_name;full_name;account_example;account_pattern"
WATER = "water;utilities;Водоканал;Городской водоканал;123456;[0-9]{6}"


@pytest.fixture(autouse=True)
def categories():
    for code, title in catalogue.CATEGORIES.items():
        make_category(code, title)


def run(text: str | bytes, folder: Path) -> tuple[str, str, int]:
    """What it said, what it refused, its exit status."""
    file = folder / "providers.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    said = StringIO()
    try:
        call_command("import_providers", str(file), stdout=said)
    except CommandError as refusal:
        return said.getvalue(), str(refusal), refusal.returncode
    return said.getvalue(), "", 0


def refusal(text: str, folder: Path) -> str:
    said, refused, status = run(text, folder)
    assert (said, status) == ("", 1)
    assert not Provider.objects.exists()
    return refused.split("\n", 1)[1].strip()


def test_it_takes_a_provider_in(tmp_path):
    extra = ";account_label;account_kind;fee_percent;fee_minimum;fee_maximum;payment_minimum;payment_limit;shows_due"
    line = f"{WATER};Номер договора;PLAIN;1,5;10;500,50;1;15 000;yes"

    said, _, status = run(f"{HEADER}{extra}\n{line}\n", tmp_path)

    water = Provider.objects.get()
    assert (said, status) == ("Поставщиков: новых 1, изменённых 0, без изменений 0\n", 0)
    assert (water.code, water.category.code, water.account_label) == ("water", "utilities", "Номер договора")
    assert (water.fee_basis_points, water.fee_minimum, water.fee_maximum) == (150, 10_00, 500_50)
    assert (water.payment_minimum, water.payment_limit, water.shows_due) == (1_00, 15_000_00, True)
    assert water.folded_name == "водоканал городской водоканал"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_the_same_file_again_changes_nothing(tmp_path, encoding):
    data = f"{HEADER}\r\n{WATER}\r\n".encode(encoding)
    run(data, tmp_path)

    said, _, _ = run(data, tmp_path)

    assert said == "Поставщиков: новых 0, изменённых 0, без изменений 1\n"
    assert Provider.objects.get().short_name == "Водоканал"


def test_a_changed_line_changes_its_provider_and_no_other(tmp_path):
    make_provider("gas")
    run(f"{HEADER}\n{WATER}\n", tmp_path)

    said, _, _ = run(f"{HEADER}\n{WATER.replace(';Водоканал', ';Мосводоканал')}\n", tmp_path)

    assert said == "Поставщиков: новых 0, изменённых 1, без изменений 0\n"
    assert Provider.objects.get(code="water").folded_name.startswith("мосводоканал")
    assert Provider.objects.filter(code="gas").exists()


def test_a_column_that_the_file_lacks_stays_as_staff_set_it(tmp_path):
    run(f"{HEADER}\n{WATER}\n", tmp_path)
    Provider.objects.update(notice="Ремонт до 1 декабря", fee_basis_points=100)

    run(f"{HEADER}\n{WATER}\n", tmp_path)

    water = Provider.objects.get()
    assert (water.notice, water.fee_basis_points) == ("Ремонт до 1 декабря", 100)


def test_a_notice_may_hold_a_semicolon_in_quotes(tmp_path):
    run(f'{HEADER};notice\n{WATER};"Звоните; мы ответим"\n', tmp_path)

    assert Provider.objects.get().notice == "Звоните; мы ответим"


@pytest.mark.parametrize(
    "text, place",
    [
        ("", "строка 1, столбец 1: такого столбца нет"),
        (f"{HEADER};colour\n", "строка 1, столбец 7 («colour»): такого столбца нет"),
        (f"{HEADER};code\n", "строка 1, столбец 7 («code»): столбец повторяется"),
        (HEADER.replace(";full_name", ""), "строка 1, столбец 5 («full_name»): нет такого столбца"),
        (f"{HEADER}\n{WATER};1\n", "строка 2, столбец 6: полей 7, а столбцов 6"),
        (f"{HEADER}\n{WATER}\n{WATER}\n", "строка 3, столбец 1 («code»): уже был в строке 2"),
        (f"{HEADER}\n{WATER.replace('utilities', 'taxi')}\n", "строка 2, столбец 2 («category»): нет категории «taxi»"),
        (f"{HEADER}\n{WATER.replace('[0-9]{6}', '[0-9')}\n", "строка 2, столбец 6 («account_pattern»): Это не рег"),
        (f"{HEADER}\n{WATER.replace('123456', '12')}\n", "строка 2, столбец 5 («account_example»): Пример не под"),
        (f"{HEADER}\n{WATER.replace('water', 'вода')}\n", "строка 2, столбец 1 («code»): "),
        (f"{HEADER};is_active\n{WATER};да\n", "строка 2, столбец 7 («is_active»): «да» – не yes и не no"),
        (f"{HEADER};payment_limit\n{WATER};1e5\n", "строка 2, столбец 7 («payment_limit»): «1e5» – не сумма в рублях"),
        (f"{HEADER};fee_percent\n{WATER};1,555\n", "строка 2, столбец 7 («fee_percent»): «1,555» – не процент"),
        (f"{HEADER};fee_percent\n{WATER};101\n", "строка 2, столбец 7 («fee_percent»): больше 100 %"),
        (
            f"{HEADER};fee_minimum;fee_maximum\n{WATER};5;4\n",
            "строка 2, столбец 1 («code»): наибольшая комиссия меньше",
        ),
        (f"{HEADER};account_kind\n{WATER};ROUND\n", "строка 2, столбец 7 («account_kind»): "),
        (f"{HEADER};inn\n{WATER};77\n", "строка 2, столбец 7 («inn»): ИНН состоит из 10 цифр"),
        (f"{HEADER};bic\n{WATER};1\n", "строка 2, столбец 7 («bic»): БИК состоит из 9 цифр"),
        (f"{HEADER};settlement_account\n{WATER};12\n", "строка 2, столбец 7 («settlement_account»): Счёт состоит из"),
        (f'{HEADER}\nwater;"utilities;В\n', "строка 2, столбец 2: кавычки не закрыты"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_nothing_is_taken(tmp_path, text, place):
    assert refusal(text, tmp_path).startswith(place)


def test_one_mistake_keeps_the_good_lines_out_too(tmp_path):
    gas = WATER.replace("water", "gas").replace("123456;", "1;")

    assert "строка 3" in refusal(f"{HEADER}\n{WATER}\n{gas}\n", tmp_path)


def test_a_file_that_is_not_there_is_a_slip_of_usage(tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("import_providers", str(tmp_path / "none.csv"))

    assert refused.value.returncode == 2


def test_the_demos_catalogue_is_such_a_file(tmp_path):
    said, _, status = run(catalogue.FILE.read_bytes(), tmp_path)

    assert (said, status) == ("Поставщиков: новых 18, изменённых 0, без изменений 0\n", 0)
    assert run(catalogue.FILE.read_bytes(), tmp_path)[0].endswith("без изменений 18\n")


def test_a_category_of_staff_can_be_used(tmp_path):
    ProviderCategory.objects.create(code="taxi", title="Такси")

    assert run(f"{HEADER}\n{WATER.replace('utilities', 'taxi')}\n", tmp_path)[2] == 0


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), max_size=8))
def test_whatever_it_is_given_it_answers_with_rows_or_places(lines):
    data = "\n".join([f"{HEADER};notice;fee_percent", *lines]).encode()
    try:
        rows = read(data)
    except Malformed as error:
        places = [(mistake.line, mistake.column) for mistake in error.mistakes]
        assert min(min(place) for place in places) >= 1
    else:
        assert all(row.code is not None for row in rows)


def test_nothing_is_saved_when_the_database_refuses(tmp_path, monkeypatch):
    """Whole or nothing: the second provider fails to be saved."""
    saved = []

    def save(provider, **_):
        saved.append(provider)
        if len(saved) == 2:
            raise OSError
        usual(provider)

    usual = Provider.save
    monkeypatch.setattr(Provider, "save", save)
    with pytest.raises(OSError):
        provider_import.import_providers(data=f"{HEADER}\n{WATER}\n{WATER.replace('water', 'gas')}\n".encode())

    assert not Provider.objects.exists()
