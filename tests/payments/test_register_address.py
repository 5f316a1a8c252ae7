"""Where registers go by e-mail takes two people: one types the address, another approves it on «Деньги»."""

import pytest
from django.urls import reverse

from notifications.models import Message
from payments import register_address, register_delivery
from payments.models import PaymentRegister, RegisterDelivery
from safeguards.models import JournalEntry
from smartservice.roles import Role
from tests.billing.make import make_provider
from tests.contact_centre.staff import client_of, make_staff
from tests.payments.test_registers_by_email import ADD, ADDRESS, DAY, want
from tests.people import NOW

pytestmark = pytest.mark.django_db
THIEF = "thief@elsewhere.example"
QUEUES = reverse("admin:money-queues")


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.REGISTER_DIR = str(tmp_path / "registers")


@pytest.fixture
def asking_client(db):
    return client_of(make_staff(Role.FINANCE, phone="+79000000041"))


@pytest.fixture
def approving_client(db):
    return client_of(make_staff(Role.FINANCE, phone="+79000000042"))


def type_address(client, delivery, address, **changes):
    """On the page of the delivery."""
    where = reverse("admin:payments_registerdelivery_change", args=[delivery.pk])
    usual = {"format": delivery.format, "since_date": f"{delivery.since_date:%d.%m.%Y}", "address": address}
    page = client.post(where, {**usual, **changes}, follow=True)
    delivery.refresh_from_db()
    return page.content.decode()


def decide(client, delivery, deed, address=THIEF):
    where = reverse("admin:address-decide", args=[delivery.pk])
    page = client.post(where, {"deed": deed, "address": address}, follow=True).content.decode()
    delivery.refresh_from_db()
    return page


def sent_to() -> list[str]:
    register_delivery.deliver_due(now=NOW + DAY)
    return list(Message.objects.filter(kind="payment_register").values_list("address", flat=True))


def test_until_another_approves_it_registers_go_where_they_went(asking_client):
    wanted = want()

    page = type_address(asking_client, wanted, THIEF)

    assert "ждёт второго сотрудника" in page
    assert (wanted.address, wanted.next_address) == (ADDRESS, THIEF)
    assert sent_to() == [ADDRESS]


def test_one_asks_and_another_approves(asking_client, approving_client):
    wanted = want()
    type_address(asking_client, wanted, "buh@zhku.example")
    assert f"{ADDRESS} → buh@zhku.example" in approving_client.get(QUEUES).content.decode()

    assert "Сделано" in decide(approving_client, wanted, "approve", "buh@zhku.example")

    assert (wanted.address, wanted.next_address, wanted.asked_by) == ("buh@zhku.example", "", None)
    assert sent_to() == ["buh@zhku.example"]
    journal = JournalEntry.objects.order_by("number")
    assert list(journal.values_list("action", flat=True)) == ["row.changed", "register-address.approved"]
    assert {entry.target for entry in journal} == {f"RegisterDelivery {wanted.pk}"}


def test_who_typed_it_does_not_approve_it(asking_client):
    wanted = want()
    type_address(asking_client, wanted, THIEF)

    assert "нужен второй сотрудник" in decide(asking_client, wanted, "approve")

    assert (wanted.address, wanted.next_address) == (ADDRESS, THIEF)


def test_saboteur_without_the_second_person_one_alone_would_redirect_them(asking_client, monkeypatch):
    wanted = want()
    monkeypatch.setattr(register_address, "ask", lambda **_: False)

    type_address(asking_client, wanted, THIEF)

    assert sent_to() == [THIEF]


def test_another_address_than_the_one_that_was_read_is_not_approved(asking_client, approving_client):
    wanted = want()
    type_address(asking_client, wanted, "buh@zhku.example")
    type_address(asking_client, wanted, THIEF)

    assert "заменён" in decide(approving_client, wanted, "approve", "buh@zhku.example")

    assert (wanted.address, wanted.next_address) == (ADDRESS, THIEF)


def test_whoever_replaces_it_becomes_the_one_who_asked(asking_client, approving_client):
    wanted = want()
    type_address(asking_client, wanted, "buh@zhku.example")
    type_address(approving_client, wanted, THIEF)

    assert "нужен второй сотрудник" in decide(approving_client, wanted, "approve")


def test_who_types_the_same_address_after_it_was_read_does_not_approve_his_own(asking_client, approving_client):
    """His page named another who asked, and still he is alone with it."""
    wanted = want()
    type_address(asking_client, wanted, THIEF)
    read = RegisterDelivery.objects.get()
    type_address(approving_client, wanted, THIEF)

    with pytest.raises(register_address.NotWaiting):
        register_address.approve(delivery=read, address=THIEF, by=wanted.asked_by)

    assert sent_to() == [ADDRESS]


def test_withdrawn_it_is_gone(asking_client, approving_client):
    wanted = want()
    type_address(asking_client, wanted, THIEF)

    decide(approving_client, wanted, "withdraw")
    assert (wanted.address, wanted.next_address) == (ADDRESS, "")

    assert "отозван" in decide(approving_client, wanted, "approve")
    assert wanted.address == ADDRESS


def test_saving_other_fields_keeps_what_waits(asking_client, approving_client):
    wanted = want()
    type_address(asking_client, wanted, "buh@zhku.example")
    type_address(approving_client, wanted, ADDRESS, format="sber")

    assert (wanted.format, wanted.address, wanted.next_address) == ("sber", ADDRESS, "buh@zhku.example")
    assert "Сделано" in decide(approving_client, wanted, "approve", "buh@zhku.example")


def test_a_new_provider_hears_nothing_until_its_address_is_approved(asking_client, approving_client, tmp_path):
    typed = {"provider": make_provider().pk, "format": "smart", "since_date": "20.11.2026", "address": ADDRESS}
    asking_client.post(ADD, typed)
    assert sent_to() == []
    assert not (tmp_path / "registers").exists()
    assert not PaymentRegister.objects.exclude(delivered_at=None).exists()

    decide(approving_client, RegisterDelivery.objects.get(), "approve", ADDRESS)

    assert sent_to() == [ADDRESS]


def test_our_own_folder_needs_nobody(asking_client, tmp_path):
    wanted = want()

    type_address(asking_client, wanted, "")

    assert (wanted.address, sent_to()) == ("", [])
    assert (tmp_path / "registers").exists()


def test_an_approved_address_is_not_moved_to_another_provider(asking_client):
    wanted = want()
    other = make_provider(code="other", short_name="Другой")

    type_address(asking_client, wanted, ADDRESS, provider=other.pk)

    assert wanted.provider != other


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SENIOR, Role.EDITOR, Role.ADMINISTRATOR])
def test_nobody_but_finance_decides(asking_client, role):
    wanted = want()
    type_address(asking_client, wanted, THIEF)
    stranger = client_of(make_staff(role, phone="+79000000043"))

    answer = stranger.post(reverse("admin:address-decide", args=[wanted.pk]), {"deed": "approve", "address": THIEF})

    wanted.refresh_from_db()
    assert (answer.status_code, wanted.address) == (403, ADDRESS)


def test_what_no_address_can_be_approves_nothing_and_breaks_nothing(asking_client, approving_client):
    wanted = want()
    type_address(asking_client, wanted, THIEF)

    assert "посмотрите ещё раз" in decide(approving_client, wanted, "approve", f"x\0{THIEF}")
    assert wanted.address == ADDRESS
