"""«Деньги»: a refund takes two people, a late payment a decision; every one of them is a row of the journal."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.urls import reverse

from payments import reconciliation, refunds, settlement
from payments.acquirer.base import Answer, Word
from payments.models import Difference, Payment, Refund
from payments.status import LIVE, Status
from safeguards import journal
from safeguards.models import JournalEntry
from smartservice.roles import Role
from tests.contact_centre.staff import client_of, make_staff
from tests.payments.bank_register import credit, debit, written
from tests.payments.make import authorise, pay
from tests.people import NOW

pytestmark = pytest.mark.django_db
QUEUES, ASK = reverse("admin:money-queues"), reverse("admin:refund-request")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def asking_client(db):
    return client_of(make_staff(Role.FINANCE, phone="+79000000041"))


@pytest.fixture
def approving_client(db):
    return client_of(make_staff(Role.FINANCE, phone="+79000000042"))


@pytest.fixture
def paid(anna, annas_bill, bank) -> Payment:
    return pay(annas_bill, anna)


@pytest.fixture
def late(submitted, bank) -> Payment:
    """Given up by us, and then the bank says that it has taken the money."""
    bank.lose = {"authorise": "after", "query": "before"}
    authorise(submitted)
    bank.lose = {}
    settlement.give_up(submitted, now=NOW, source="test", only=LIVE)
    settlement.apply(payment=submitted, answer=bank.answer_about(submitted.uuid), source="notification", now=LATER)
    return submitted


def ask(client, payment, total="100,00", why="ошибочный платёж"):
    return client.post(ASK, {"number": payment.number, "total": total, "why": why}, follow=True).content.decode()


def decide(client, name, row, deed, **more):
    where = reverse(f"admin:{name}-decide", args=[row.uuid])
    return client.post(where, {"deed": deed, **more}, follow=True).content.decode()


def actions():
    return list(JournalEntry.objects.order_by("number").values_list("action", flat=True))


def test_one_asks_and_another_approves(asking_client, approving_client, paid, anna):
    assert "ждёт одобрения" in ask(asking_client, paid)
    refund = Refund.objects.get()

    page = decide(approving_client, "refund", refund, "approve")

    refund.refresh_from_db()
    assert "Сделано" in page
    assert refund.state == Refund.State.DONE
    assert actions() == ["refund.requested", "refund.approved"]
    assert set(JournalEntry.objects.values_list("whose_uuid", flat=True)) == {anna.uuid}


def test_who_asked_does_not_approve(asking_client, paid):
    ask(asking_client, paid)
    refund = Refund.objects.get()

    assert "нужен второй сотрудник" in decide(asking_client, "refund", refund, "approve")
    refund.refresh_from_db()
    assert refund.state == Refund.State.REQUESTED
    assert actions() == ["refund.requested"]


def test_saboteur_without_the_rule_one_person_is_enough(asking_client, paid, monkeypatch):
    ask(asking_client, paid)
    refund = Refund.objects.get()
    real = refunds.approve
    other = make_staff(phone="+79000000049")
    monkeypatch.setattr(refunds, "approve", lambda *, by, **more: real(by=other, **more))

    assert "Сделано" in decide(asking_client, "refund", refund, "approve")


def test_a_request_may_be_withdrawn_once(asking_client, paid):
    ask(asking_client, paid)
    refund = Refund.objects.get()

    decide(asking_client, "refund", refund, "withdraw")

    assert "уже одобрен или отозван" in decide(asking_client, "refund", refund, "withdraw")
    assert actions() == ["refund.requested", "refund.withdrawn"]


def test_what_the_bank_refuses_is_not_called_done(asking_client, approving_client, paid, bank, monkeypatch):
    ask(asking_client, paid)
    monkeypatch.setattr(bank, "refund", lambda **_: Answer(word=Word.PENDING, refused=True, error_code="7"))

    page = decide(approving_client, "refund", Refund.objects.get(), "approve")

    assert "банк отказал" in page
    assert "Сделано" not in page
    assert actions() == ["refund.requested", "refund.approved"]


def test_no_more_than_was_paid_is_asked_for_and_what_was_typed_stays(asking_client, paid):
    page = ask(asking_client, paid, total="99999,00").replace("\u00a0", " ")

    assert "не больше 12 970,24" in page
    assert 'value="99999,00"' in page
    assert "ошибочный платёж" in page
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"number": "1"}, "Операции с таким номером нет"),
        ({"number": "x"}, "Введите целое число"),
        ({"total": "-1"}, "сумм"),
        ({"why": ""}, "Назовите причину"),
        ({"why": "а\0б"}, "В причине невидимый знак"),
    ],
)
def test_bad_input_is_told_at_its_field(asking_client, paid, changes, says):
    typed = {"number": paid.number, "total": "1,00", "why": "ошибка", **changes}

    assert says.lower() in asking_client.post(ASK, typed).content.decode().lower()
    assert not Refund.objects.exists()


def test_the_queues_say_in_words_what_is_known_and_lead_to_the_operation(asking_client, late):
    page = asking_client.get(QUEUES).content.decode()

    assert "у нас «не выполнена», а банк сказал иное" in page
    assert reverse("admin:payments_payment_change", args=[late.pk]) in page
    assert not any(status in page for status in Status.values)


def test_late_money_is_credited(asking_client, late):
    assert str(late.number) in asking_client.get(QUEUES).content.decode()

    decide(asking_client, "case", late, "credit", why="житель хотел оплатить")

    late.refresh_from_db()
    assert late.status == Status.SUCCEEDED
    assert actions() == ["case.credited"]
    assert JournalEntry.objects.get().why == "житель хотел оплатить"


def test_late_money_is_given_back_by_two(asking_client, approving_client, late):
    decide(asking_client, "case", late, "give-back", why="передумал")
    decide(approving_client, "refund", Refund.objects.get(), "approve")

    late.refresh_from_db()
    assert late.status == Status.REFUNDED
    assert actions() == ["refund.requested", "refund.approved"]


@pytest.mark.parametrize("deed", ["credit", "give-back", "close"])
@pytest.mark.parametrize(
    "why, says",
    [
        ("", "Назовите причину."),
        ("  ", "Назовите причину."),
        ("пере\0думал", "В причине невидимый знак"),
        ("я" * 201, "Причина длиннее 200 знаков"),
    ],
    ids=["none", "spaces", "nul", "long"],
)
def test_without_a_readable_reason_nothing_is_decided(asking_client, late, deed, why, says):
    page = decide(asking_client, "case", late, deed, why=why)

    assert says in page
    assert "Сделано" not in page
    late.refresh_from_db()
    assert (late.status, late.refunding) == (Status.EXPIRED, 0)
    assert late.attention_at is not None
    assert actions() == []


def test_the_reason_is_kept_without_the_spaces_around_it(asking_client, late):
    decide(asking_client, "case", late, "give-back", why="  передумал ")

    assert (Refund.objects.get().reason, JournalEntry.objects.get().why) == ("передумал", "передумал")


def broken(**_) -> None:
    raise DatabaseError


@pytest.mark.parametrize("deed", ["credit", "give-back"])
def test_a_decision_that_the_journal_does_not_take_is_not_made(asking_client, late, monkeypatch, deed):
    asking_client.raise_request_exception = False
    monkeypatch.setattr(journal, "record", broken)

    asking_client.post(reverse("admin:case-decide", args=[late.uuid]), {"deed": deed, "why": "передумал"})

    late.refresh_from_db()
    assert (late.status, late.refunding) == (Status.EXPIRED, 0)
    assert not Refund.objects.exists()


@pytest.mark.parametrize("deed", ["approve", "withdraw"])
def test_a_refund_that_the_journal_does_not_take_waits_on(
    asking_client, approving_client, paid, bank, monkeypatch, deed
):
    ask(asking_client, paid)
    refund = Refund.objects.get()
    approving_client.raise_request_exception = False
    monkeypatch.setattr(journal, "record", broken)

    approving_client.post(reverse("admin:refund-decide", args=[refund.uuid]), {"deed": deed})

    refund.refresh_from_db()
    assert (refund.state, bank.calls["refund"]) == (Refund.State.REQUESTED, 0)


@pytest.mark.parametrize("method, done", [("refund", "refund.approved"), ("query", "case.bank-asked")])
def test_the_journal_has_the_decision_before_the_bank_is_called(
    asking_client, approving_client, paid, bank, monkeypatch, method, done
):
    ask(asking_client, paid)
    usual, known = getattr(bank, method), []
    monkeypatch.setattr(bank, method, lambda **asked: (known.extend(actions()), usual(**asked))[1])

    if method == "refund":
        decide(approving_client, "refund", Refund.objects.get(), "approve")
    else:
        decide(approving_client, "case", paid, "ask")

    assert known == ["refund.requested", done]


def test_nothing_is_closed_without_the_banks_register(asking_client, late):
    assert "закрыть нельзя" in decide(asking_client, "case", late, "close", why="спросили банк")
    assert actions() == []


def test_what_is_no_case_is_not_decided(asking_client, paid):
    assert "не подходит" in decide(asking_client, "case", paid, "credit", why="житель звонил")
    assert "Такого решения нет" in decide(asking_client, "case", paid, "burn")
    assert actions() == []


def test_a_silent_bank_is_called_so(asking_client, late, bank):
    bank.lose = {"query": "before"}

    assert "Банк не ответил" in decide(asking_client, "case", late, "ask")
    assert actions() == ["case.bank-asked"]


def test_differences_with_the_bank_are_listed(asking_client):
    Difference.objects.create(kind="ONLY_THEIRS", order_id="abc", text="100,00 ₽ за 20.11", first_seen_at=NOW)

    page = asking_client.get(QUEUES).content.decode()

    assert "есть только у банка: 100,00 ₽ за 20.11" in page
    assert "Найдите заказ в кабинете банка" in page


def test_operators_decide_nothing_about_money(operator_client, paid):
    assert operator_client.get(QUEUES).status_code == 403
    assert operator_client.post(ASK, {"number": paid.number, "total": "1", "why": "x"}).status_code == 403


def test_of_a_difference_the_bank_is_asked_and_its_refund_is_booked(asking_client, paid, bank):
    """Returned in the bank's cabinet: its register says how much, and its answer that it did."""
    bank.return_by_itself(paid.uuid, 100_00)
    bank._of(paid.uuid).word = bank.word_of_returned(paid.uuid)
    lines = [debit(paid, at=NOW), credit(paid, 100_00, at=NOW)]
    reconciliation.reconcile(data=written(lines), file_name="", now=NOW)
    assert reverse("admin:case-decide", args=[paid.uuid]) in asking_client.get(QUEUES).content.decode()

    decide(asking_client, "case", paid, "ask")

    paid.refresh_from_db()
    assert (paid.status, paid.refunded, paid.attention_at) == (Status.PARTLY_REFUNDED, 100_00, None)


def test_the_rest_of_late_money_waits_for_the_register(asking_client, late, bank):
    bank.return_by_itself(late.uuid, 100_00)
    bank._of(late.uuid).word = bank.word_of_returned(late.uuid)
    decide(asking_client, "case", late, "ask")

    said = decide(asking_client, "case", late, "give-back", why="опоздала")

    assert "сколько – ещё не сказал его реестр" in said
    assert not Refund.objects.exists()
