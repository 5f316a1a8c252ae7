"""«Журнал» on the staff site: for senior staff, to be read."""

import pytest
from django.urls import reverse

from payments.models import FIRST_NUMBER
from safeguards import journal
from safeguards.journal import Action, Actor
from smartservice.contact_centre import card
from smartservice.roles import Role
from tests.clock import NOW
from tests.contact_centre.staff import client_of, make_staff

pytestmark = pytest.mark.django_db
LIST = reverse("admin:safeguards_journalentry_changelist")


@pytest.fixture
def senior_client(db):
    return client_of(make_staff(Role.SENIOR))


@pytest.fixture
def row(anna):
    return journal.record(
        actor=Actor(name="root", ip="203.0.113.7"), action=Action.UNBLOCKED, whose=anna.uuid, why="звонок", now=NOW
    )


def test_it_shows_who_what_whose_and_why(senior_client, row, anna):
    page = senior_client.get(LIST).content.decode()

    for words in ("разблокировка", "root", str(anna.uuid), "звонок", "203.0.113.7"):
        assert words in page


def test_it_finds_what_was_done_to_one_person(senior_client, row, anna, boris):
    journal.record(actor=Actor(name="root"), action=Action.LOOKED, whose=boris.uuid, now=NOW)

    page = senior_client.get(LIST, {"q": str(anna.uuid)}).content.decode()

    assert str(anna.uuid) in page
    assert "просмотр карточки" not in page


def test_it_cannot_be_touched(senior_client, row):
    change = reverse("admin:safeguards_journalentry_change", args=[row.pk])

    assert senior_client.post(change, {"why": "иное"}).status_code == 403
    assert senior_client.post(reverse("admin:safeguards_journalentry_delete", args=[row.pk])).status_code == 403
    assert senior_client.get(reverse("admin:safeguards_journalentry_add")).status_code == 403


def test_an_operator_does_not_read_it(operator_client, row):
    assert operator_client.get(LIST).status_code == 403


def test_colleagues_stand_there_by_name_and_residents_do_not(senior_client, anna):
    operator = make_staff(Role.OPERATOR, phone="+79000000012")
    journal.record(actor=Actor(uuid=operator.uuid), action=Action.LOOKED, whose=anna.uuid, now=NOW)

    page = senior_client.get(LIST).content.decode()

    assert operator.full_name in page
    assert anna.full_name not in page


def test_an_operation_is_named_and_found_by_the_number_that_people_see(senior_client):
    for key in (6, 7):
        journal.record(actor=Actor(name="root"), action=Action.BANK_ASKED, target=f"Payment {key}", now=NOW)
    number = 6 + FIRST_NUMBER

    for wanted in (f"Операция № {number}", "операция 6", "Payment 6"):
        page = senior_client.get(LIST, {"q": wanted}).content.decode()
        assert f"операция № {number}" in page
        assert f"операция № {number + 1}" not in page


def test_the_card_of_a_resident_names_an_operation_likewise(anna):
    journal.record(actor=Actor(name="root"), action=Action.BANK_ASKED, whose=anna.uuid, target="Payment 6", now=NOW)

    (row,) = next(table.rows for table in card.tables(anna) if table.title.startswith("Журнал"))

    assert row[-1] == f"операция № {6 + FIRST_NUMBER}"


@pytest.mark.parametrize("wanted", ["операция № x", "№", "№ 7", "операция №", "нечто 7"])
def test_what_names_no_row_finds_none(senior_client, row, wanted):
    assert senior_client.get(LIST, {"q": wanted}).context["cl"].result_list == []


def test_a_row_is_named_and_found_in_the_words_of_its_page(senior_client):
    journal.record(actor=Actor(name="root"), action=Action.CHANGED, target="Term 7", now=NOW)
    journal.record(actor=Actor(name="root"), action=Action.CHANGED, target="Term 8", now=NOW)

    for wanted in ("Слово счетов 7", "Term 7"):
        page = senior_client.get(LIST, {"q": wanted}).content.decode()
        assert "слово счетов 7" in page
        assert "слово счетов 8" not in page
