"""«Скачать справку»: any period at once, frozen as it was made, for its owner alone."""

from datetime import date

import pytest
from django.urls import reverse

from payments import paper, statements
from payments.models import Payment, Statement
from payments.status import Status
from tests.payments.operations import make_operation, moscow
from tests.people import NOW

ADDRESS = reverse("payments:statement")
PERIOD = {"start": "2026-10-01", "end": "2026-10-31"}


def text(response):
    return response.content.decode().replace("\u00a0", " ")


def make(resident, *, start=date(2026, 1, 1), end=date(2026, 11, 20), now=NOW):
    return statements.make(resident=resident, start=start, end=end, now=now)


@pytest.fixture
def october(anna):
    return make_operation(anna, at=moscow("2026-10-31 23:59:59"), amount=12_970_24)


@pytest.mark.parametrize(
    "kind, begins, content_type",
    [
        ("pdf", b"%PDF", "application/pdf"),
        ("csv", b"\xef\xbb\xbf", "text/csv; charset=utf-8"),
        ("xlsx", b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_one_press_and_the_file_is_there(anna_client, october, kind, begins, content_type):
    answer = anna_client.post(ADDRESS, {**PERIOD, "kind": kind}, follow=True)

    made = Statement.objects.get()
    assert answer.redirect_chain[0][1] == 303
    assert answer.content.startswith(begins)
    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"] == f'attachment; filename="statement-{made.number}.{kind}"'


def test_the_form_offers_the_whole_time(anna_client, october):
    page = text(anna_client.get(ADDRESS))

    assert 'value="2026-10-31"' in page
    assert 'value="2026-11-20"' in page
    assert "Заказать справку по почте" in page


def test_the_history_leads_to_both_ways(anna_client, october):
    page = text(anna_client.get(reverse("payments:history")))

    assert f'href="{ADDRESS}">Скачать справку' in page
    assert f'href="{reverse("payments:statement-order")}">Заказать справку по почте' in page


def test_it_holds_the_operations_of_its_days_oldest_first(anna, october):
    make_operation(anna, at=moscow("2026-11-01 00:00:00"))
    make_operation(anna, at=moscow("2026-09-30 23:59:59"))
    first = make_operation(anna, at=moscow("2026-10-01 00:00:00"), status=Status.DECLINED)

    found = statements.lines(make(anna, start=date(2026, 10, 1), end=date(2026, 10, 31)))

    assert [line.number for line in found] == [first.number, october.number]
    assert [line.status for line in found] == ["не выполнена", "выполнена"]


def test_totals_count_what_was_taken_alone(anna):
    make_operation(anna, amount=100_00, fee=1_50)
    make_operation(anna, amount=200_00, status=Status.PARTLY_REFUNDED, refunded=50_00)
    for status in (Status.DECLINED, Status.EXPIRED, Status.SUBMITTED):
        make_operation(anna, amount=999_00, status=status)

    totals = statements.totals(make(anna))

    assert (totals.amount, totals.fee, totals.total, totals.returned) == (300_00, 1_50, 301_50, 50_00)


def test_what_happens_later_changes_nothing_in_it(anna_client, anna, october):
    made = make(anna)
    address = reverse("payments:statement-file", args=[made.uuid, "csv"])
    before = anna_client.get(address).content
    Payment.objects.update(status=Status.REFUNDED, refunded=12_970_24)

    assert anna_client.get(address).content == before


def test_the_same_one_again_is_the_same_row(anna, october):
    first = make(anna)
    assert make(anna).pk == first.pk

    Payment.objects.update(status=Status.REFUNDED)

    assert make(anna).pk != first.pk


def test_another_day_makes_another_one(anna, october):
    """A bank that asks for a fresh paper must not get one with last month's date."""
    assert make(anna).pk != make(anna, now=moscow("2026-11-21 10:00:00")).pk


def test_it_shows_no_operation_that_was_never_confirmed(anna, annas_payment):
    assert make(anna).lines == []


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"start": ""}, "Введите дату в виде 05.07.2017"),
        ({"end": "32.10.2026"}, "Введите дату в виде 05.07.2017"),
        ({"start": "2026-11-01"}, "Эта дата раньше начала периода"),
        ({"end": "2026-11-21"}, "Этот день ещё не наступил"),
        ({"start": "0001-01-01"}, "Введите дату с 1990 по 2100 год"),
        ({"kind": "exe"}, "Такого вида нет. Выберите из списка"),
        ({"kind": ""}, "Выберите вид файла"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_made(anna_client, october, changes, words):
    page = text(anna_client.post(ADDRESS, {**PERIOD, "kind": "pdf", **changes}))

    assert words in page
    assert not Statement.objects.exists()


def test_a_period_with_too_much_in_it_is_refused(anna_client, anna, october, monkeypatch):
    make_operation(anna, at=moscow("2026-10-05 10:00:00"))
    monkeypatch.setattr(statements, "LONGEST", 1)

    assert "Выберите период короче" in text(anna_client.post(ADDRESS, {**PERIOD, "kind": "csv"}))


def test_a_day_has_so_many_and_no_more(anna_client, anna, october):
    for _ in range(statements.A_DAY.times):
        make(anna)

    assert "Сегодня справок уже много" in text(anna_client.post(ADDRESS, {**PERIOD, "kind": "csv"}))


def test_without_the_library_of_pdfs_the_other_files_are_offered(anna_client, anna, october, monkeypatch):
    def missing(**_):
        raise paper.PdfUnavailable

    monkeypatch.setattr(paper, "pdf", missing)

    page = anna_client.get(reverse("payments:statement-file", args=[make(anna).uuid, "pdf"]), follow=True)

    assert "Скачайте справку как XLSX или CSV" in text(page)


def test_a_file_of_another_kind_does_not_exist(anna_client, anna, october):
    assert anna_client.get(reverse("payments:statement-file", args=[make(anna).uuid, "html"])).status_code == 404


@pytest.mark.parametrize("kind", ["pdf", "csv", "xlsx"])
def test_a_neighbour_gets_none_of_it(boris_client, boris, anna, october, kind):
    assert boris_client.get(reverse("payments:statement-file", args=[make(anna).uuid, kind])).status_code == 404
    assert make(boris).lines == []
