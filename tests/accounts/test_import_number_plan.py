"""The public numbering plan: taken in as a whole, asked for one number, never more than a guess."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains

from accounts import number_plan
from accounts.models import NumberRange
from tests.accounts.profile_steps import PROFILE

pytestmark = pytest.mark.django_db

HEADER = "АВС/ DEF;От;До;Емкость;Оператор;Регион;ИНН"
ROWS = (
    '916;0000000;9999999;10000000;ПАО "Мобильные ТелеСистемы";г. Москва и Московская область;7740000076',
    '903;1000000;1999999;1000000;ПАО "Вымпел-Коммуникации";г. Москва;7713076301',
    '926;0000000;0000000;1;ПАО "МегаФон";г. Москва;7812014560',
    '495;0000000;9999999;10000000;ПАО "МГТС";г. Москва;7710016640',
    '958;4010000;4010999;1000;ООО "Скартел";Тверская область;1',
)


def plan(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join([header, *(rows or ROWS), ""]).encode()


def load(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    out = StringIO()
    call_command("import_number_plan", str(path), stdout=out)
    return out.getvalue()


def test_it_takes_the_mobile_ranges(tmp_path):
    said = load(tmp_path / "plan.csv", plan())

    assert said == "Загружено диапазонов: 4\n"
    assert number_plan.operator_of("+79161234567") == "МТС"
    assert number_plan.operator_of("+79031112233") == "Билайн"
    assert number_plan.operator_of("+79584010000") == "Скартел"
    assert number_plan.operator_of("+79584010999") == "Скартел"


@pytest.mark.parametrize("phone", ["+79584009999", "+79584011000", "+79260000001", "+79000000001", ""])
def test_a_number_beside_a_range_belongs_to_nobody(phone):
    number_plan.load(plan())

    assert number_plan.operator_of(phone) == ""


def test_without_the_plan_nothing_is_said(anna_client):
    assertNotContains(anna_client.get(PROFILE), "возможно,")


def test_the_page_says_it_as_a_guess(anna_client):
    number_plan.load(plan())

    assertContains(anna_client.get(PROFILE), "возможно, МТС")


@pytest.mark.parametrize(
    "data", [plan().decode().encode("cp1251"), b"\xef\xbb\xbf" + plan(), plan().replace(b"\r", b"")]
)
def test_it_reads_the_usual_encodings(data):
    assert number_plan.load(data) == 4
    assert number_plan.operator_of("+79161234567") == "МТС"


def test_a_new_file_takes_the_place_of_the_former():
    number_plan.load(plan())

    number_plan.load(plan("903;0000000;9999999;10000000;ООО Новый;Тверь"))

    assert number_plan.operator_of("+79161234567") == ""
    assert number_plan.operator_of("+79031112233") == "Новый"


def test_the_narrower_of_two_ranges_speaks():
    number_plan.load(plan(ROWS[0], '916;1230000;1239999;10000;АО "Узкий";Москва'))

    assert number_plan.operator_of("+79161234567") == "Узкий"
    assert number_plan.operator_of("+79161240000") == "МТС"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "строка 1: ожидались столбцы"),
        (plan(header="Код;От;До"), "строка 1: ожидались столбцы"),
        (plan(ROWS[3]), "нет ни одного мобильного"),
        (plan(ROWS[0], "91б;0000000;0000000;1;ООО;Москва"), "строка 3: код"),
        (plan("916;000000;0000000;1;ООО;Москва"), "строка 2: номер"),
        (plan("916;0000000;0000009;9;ООО;Москва"), "строка 2: ёмкость"),
        (plan("916;0000009;0000000;1;ООО;Москва"), "строка 2: ёмкость"),
        (plan("916;0000000;0000000;1"), "строка 2: не хватает"),
    ],
)
def test_a_wrong_file_changes_nothing(tmp_path, data, said):
    number_plan.load(plan())

    with pytest.raises(CommandError, match=said) as refusal:
        load(tmp_path / "wrong.csv", data)

    assert refusal.value.returncode == 1
    assert NumberRange.objects.count() == 4


def test_a_missing_file_is_a_wrong_call(tmp_path):
    with pytest.raises(CommandError, match="не читается") as refusal:
        call_command("import_number_plan", str(tmp_path / "none.csv"))

    assert refusal.value.returncode == 2


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data):
    with pytest.raises(number_plan.MalformedPlan):
        number_plan.load(data)
