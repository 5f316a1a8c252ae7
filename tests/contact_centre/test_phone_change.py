"""«Сменить номер входа» on the staff site: only for a caller who was identified, each step in the journal."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import PhoneChange, User
from payments import saved_cards
from safeguards import journal
from safeguards.models import JournalEntry
from smartservice.roles import Role
from tests.accounts.make import code_sent_to, wrong
from tests.contact_centre.staff import client_of, make_staff
from tests.people import ANNAS_PHONE, BORISS_PHONE, NOW

pytestmark = pytest.mark.django_db
NEW = "+79265550011"


@pytest.fixture
def identified(operator_client, anna):
    operator_client.post(reverse("admin:resident-identify", args=[anna.uuid]), {"said": "Ромашка"})
    return operator_client


def address(resident):
    return reverse("admin:phone-change", args=[resident.uuid])


def begin(client, resident, phone="8 926 555-00-11", reason="сменил SIM"):
    return client.post(address(resident), {"phone": phone, "reason": reason})


def test_the_whole_way(identified, anna):
    led = begin(identified, anna)
    done = identified.post(led["Location"], {"code": code_sent_to(NEW, digits=6)}, follow=True)

    assert "Номер входа изменён" in done.content.decode()
    assert User.objects.get(pk=anna.pk).phone == NEW
    rows = JournalEntry.objects.filter(action__startswith="resident.phone").order_by("number")
    assert [(row.action, row.why, row.after) for row in rows] == [
        ("resident.phone-change-begun", "сменил SIM", {"phone": "…11"}),
        ("resident.phone-changed", "", {"phone": "…11"}),
    ]
    assert list(journal.verify()) == []


def test_saved_cards_rest_for_a_day(identified, anna, boris):
    led = begin(identified, anna)
    identified.post(led["Location"], {"code": code_sent_to(NEW, digits=6)})

    until = saved_cards.frozen_until(resident=anna, now=NOW)
    assert timedelta(hours=24) <= until - NOW < timedelta(hours=24, minutes=1)
    assert saved_cards.frozen_until(resident=anna, now=NOW + timedelta(hours=25)) is None
    assert saved_cards.frozen_until(resident=boris, now=NOW) is None


def test_a_wrong_code_freezes_nothing(identified, anna):
    led = begin(identified, anna)
    identified.post(led["Location"], {"code": wrong(code_sent_to(NEW, digits=6))})

    assert saved_cards.frozen_until(resident=anna, now=NOW) is None


def test_a_caller_who_was_not_identified_changes_nothing(operator_client, anna):
    assert begin(operator_client, anna).status_code == 403
    assert not PhoneChange.objects.exists()


def test_who_may_not_serve_residents_has_no_such_page(anna):
    client = client_of(make_staff(Role.EDITOR))

    assert client.get(address(anna)).status_code == 403


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"phone": "123"}, "Это не номер российского мобильного телефона"),
        ({"phone": ANNAS_PHONE}, "С этим номером житель входит и сейчас"),
        ({"phone": BORISS_PHONE}, "У этого номера уже есть свой кабинет"),
        ({"reason": ""}, "Назовите причину"),
    ],
)
def test_bad_input_is_told_at_its_field(identified, anna, boris, changes, says):
    assert says in begin(identified, anna, **changes).content.decode()
    assert not PhoneChange.objects.exists()


def test_a_wrong_code_says_how_many_tries_are_left(identified, anna):
    led = begin(identified, anna)

    page = identified.post(led["Location"], {"code": wrong(code_sent_to(NEW, digits=6))})

    assert "Осталось попыток: 4" in page.content.decode()
    assert User.objects.get(pk=anna.pk).phone == ANNAS_PHONE


def test_the_change_of_another_resident_is_not_found(identified, anna, boris):
    led = begin(identified, anna)
    identified.post(reverse("admin:resident-identify", args=[boris.uuid]), {"said": "Ромашка"})
    uuid = PhoneChange.objects.get().uuid

    assert identified.post(reverse("admin:phone-change-confirm", args=[boris.uuid, uuid])).status_code == 404
    assert led.status_code == 302
