"""Erasure: nothing of the person is left anywhere, no kopeck is moved, and money that is under way is waited for."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from billing.models import Bill, BillEntry
from notifications import delivery
from notifications.models import BlacklistedAddress, Message
from payments import verification
from payments.acquirer.base import Word
from payments.models import CardBinding, Payment, PaymentEvent, Refund, SavedCard, Statement, StatementOrder
from payments.status import Status
from safeguards import journal
from safeguards.journal import Action, Actor
from smartservice.my_data import erasure
from smartservice.my_data.erasure import NotErasable
from tests import dump
from tests.accounts.make import log_in, registered
from tests.billing.make import add_account, make_manual_bill
from tests.my_data.lived_in import TRACES, live_in, unused_link
from tests.payments.make import open_payment, pay, save_card, submit
from tests.people import ANNAS_PHONE, NOW, make_resident

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(hours=1)


def traces(text: str) -> list[str]:
    return [trace for trace in TRACES if trace in text]


def everything(folder) -> str:
    names = "\n".join(path.name for path in folder.rglob("*"))
    content = b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return names + content.decode("utf-8", "replace")


def money() -> list:
    return [
        list(Payment.objects.values_list("pk", "amount", "fee", "status", "refunded", "resident_id")),
        list(PaymentEvent.objects.values_list("pk", "kopecks", "status")),
        list(BillEntry.objects.values_list("pk", "kopecks", "kind", "resident_id")),
        list(Bill.objects.values_list("pk", "paid", "held", "total")),
    ]


@pytest.fixture
def lived(bank, anna):
    live_in(anna, make_manual_bill(anna))
    journal.record(actor=Actor(name="ops"), action=Action.LOOKED, whose=anna.uuid, now=NOW)
    unused_link(anna)
    return anna


def erase(person, *, now=LATER):
    erasure.ask(person=person, now=now, is_told=False)
    return erasure.finish(person=person, now=now)


def test_before_it_every_trace_is_somewhere(lived, settings):
    """Otherwise the next test would look for what never was."""
    found = traces(dump.database() + everything(settings.VAR_DIR))

    # Documents, code word and what she wrote are encrypted.
    assert set(TRACES[:4]) | {"203.0.113.", "квитанция.pdf", "Firefox", "Центральная"} <= set(found)


def test_nothing_of_her_is_left_in_the_database_nor_in_the_files(lived, settings):
    assert not erase(lived)

    assert traces(dump.database()) == []
    assert traces(everything(settings.VAR_DIR)) == []


def test_the_bank_forgets_her_cards_first(lived, bank):
    card = save_card(lived, bank_card_id=bank.keep(str(lived.uuid)))
    Payment.objects.filter(resident=lived).update(saved_card=card, keeps_card=True)
    bank.lose["remove_customer"] = "before"

    assert erase(lived).cards == 1

    bank.lose.clear()
    assert not erasure.finish(person=lived, now=LATER)
    assert bank.kept == {}
    assert not SavedCard.objects.exists()
    assert not Payment.objects.exclude(saved_card=None).exists()


def test_not_even_in_the_pages_that_sqlite_has_let_go(lived):
    erase(lived)

    assert traces(dump.database_files().decode("utf-8", "replace")) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a pragma of SQLite")
def test_without_secure_delete_they_would_be_there(lived):
    """The saboteur."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=OFF")

    erase(lived)

    assert traces(dump.database_files().decode("utf-8", "replace"))


def test_no_sum_moves_and_the_journal_holds(lived):
    before = money()

    erase(lived)

    assert money() == before
    assert list(verification.troubles()) == []
    assert list(journal.verify()) == []
    assert journal.head()[0] == 1


def test_the_money_records_belong_to_nobody_who_can_be_named(lived):
    erase(lived)

    row = User.objects.get(pk=lived.pk)
    assert (row.phone, row.full_name, row.email, row.code_word) == (None, "", "", None)
    assert row.erased_at == LATER
    assert Payment.objects.get().resident == row


def test_her_number_is_free_for_a_new_cabinet(lived):
    erase(lived)

    assert registered(Client(), ANNAS_PHONE).pk != lived.pk


def test_the_neighbour_keeps_everything(lived):
    boris = make_resident("+79031112233", last_name="Чужой", email="anna@example.com")
    add_account(boris, title="Дача")
    Message.objects.create(
        key="his", kind="x", channel="EMAIL", address="anna@example.com", resident_uuid=boris.uuid,
        created_at=LATER, due_at=LATER,
    )  # fmt: skip

    erase(lived)

    boris.refresh_from_db()
    assert boris.full_name == "Чужой Анна"
    assert Message.objects.filter(resident_uuid=boris.uuid).exists()
    assert boris.added_accounts.count() == 1


def test_an_address_that_was_not_to_be_written_to_is_forgotten_too(anna):
    for address in (ANNAS_PHONE, "anna@example.com", "boris@example.com"):
        BlacklistedAddress.objects.create(channel="SMS", address=address, reason="просила Анна")

    erase(anna)

    assert [row.address for row in BlacklistedAddress.objects.all()] == ["boris@example.com"]


def test_the_cabinet_is_closed_at_once(lived):
    client = Client()
    log_in(client, ANNAS_PHONE)

    erasure.ask(person=lived, now=LATER)

    assert client.get(reverse("billing:bill-list")).status_code == 302
    assert "Неверный номер" in log_in(Client(), ANNAS_PHONE).content.decode()


def test_what_the_bank_has_not_begun_is_taken_back(anna, annas_bill, bank):
    payment = open_payment(annas_bill, anna)

    assert not erase(anna)

    payment.refresh_from_db()
    assert payment.status == Status.EXPIRED


def test_money_under_way_is_waited_for(anna, annas_bill, bank):
    payment = open_payment(annas_bill, anna)
    submit(payment, anna)

    waiting = erase(anna)

    assert waiting.payments == 1
    assert User.objects.get(pk=anna.pk).phone == ANNAS_PHONE
    Payment.objects.filter(pk=payment.pk).update(status=Status.DECLINED)
    assert erasure.finish_due(now=LATER) == 1
    assert User.objects.get(pk=anna.pk).phone is None


def test_a_bank_page_that_nobody_comes_back_from_is_given_up(anna, annas_bill, bank):
    bank.challenges = True
    payment = open_payment(annas_bill, anna)
    submit(payment, anna)
    Payment.objects.filter(pk=payment.pk).update(status=Status.CHALLENGED)

    assert not erase(anna)

    annas_bill.refresh_from_db()
    assert (Payment.objects.get().status, annas_bill.held) == (Status.EXPIRED, 0)


def test_money_that_staff_must_decide_about_is_waited_for(anna, annas_bill, bank):
    payment = open_payment(annas_bill, anna)
    Payment.objects.filter(pk=payment.pk).update(status=Status.EXPIRED, attention_at=NOW)

    assert erase(anna).payments == 1


@pytest.mark.parametrize("state", ["REQUESTED", "APPROVED"])
def test_a_refund_under_way_is_waited_for(anna, annas_bill, bank, state):
    payment = pay(annas_bill, anna)
    Refund.objects.create(payment=payment, amount=100, origin="STAFF", state=state, reason="для Анны", created_at=NOW)

    assert erase(anna).payments == 1
    Refund.objects.update(state="WITHDRAWN")
    assert erasure.finish_due(now=LATER) == 1
    assert Refund.objects.get().reason == ""


@pytest.mark.parametrize("status", ["SUBMITTED", "CHALLENGED"])
def test_a_card_that_is_being_added_is_waited_for(anna, bank, status):
    CardBinding.objects.create(resident=anna, status=status, return_token="x", created_at=NOW, moved_at=NOW)

    assert erase(anna).cards == 1
    CardBinding.objects.update(status="EXPIRED")
    assert erasure.finish_due(now=LATER) == 1
    assert not CardBinding.objects.exists()


def test_a_paper_that_she_has_can_still_be_confirmed_but_names_nobody(lived):
    erase(lived)

    assert Statement.objects.get().resident is None
    assert not StatementOrder.objects.exists()


def test_the_last_message_leaves_before_the_number_does(anna):
    erasure.ask(person=anna, now=LATER)

    assert erasure.finish(person=anna, now=LATER).messages == 1
    delivery.deliver_due(now=LATER)
    assert not erasure.finish(person=anna, now=LATER)
    assert not Message.objects.exists()


def test_it_can_be_asked_for_once(anna):
    erase(anna)

    with pytest.raises(NotErasable):
        erasure.ask(person=anna, now=LATER)
    with pytest.raises(NotErasable):
        erasure.finish(person=anna, now=LATER)


def test_staff_are_not_erased_here():
    with pytest.raises(NotErasable):
        erasure.ask(person=make_resident("+79000000001", is_staff=True), now=LATER)


def test_a_late_word_of_the_bank_finds_its_payment(anna, annas_bill, bank):
    bank.outcome = Word.CONFIRMED
    payment = open_payment(annas_bill, anna)
    submit(payment, anna)
    Payment.objects.filter(pk=payment.pk).update(status=Status.DECLINED)
    erase(anna)

    assert Payment.objects.get(pk=payment.pk).resident_id == anna.pk
