"""`verify_money`: clean after a month of everything, and it names whatever is altered by hand."""

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from itertools import product
from random import Random
from threading import Thread
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from billing.models import Bill, BillEntry, BillVersion
from payments import verification
from payments.models import (
    Payment,
    PaymentEvent,
    PaymentRegister,
    PaymentRegisterLine,
    PaymentSnapshot,
    Refund,
)
from payments.status import Status
from tests.billing.generated import FACTOR
from tests.billing.make import make_account, make_bill, make_provider
from tests.payments.make import authorise, pay, save_card
from tests.payments.month import Month, is_over, pay_quietly
from tests.people import NOW

pytestmark = pytest.mark.django_db

Kind = BillEntry.Kind
# Rows that hold money, with the columns that may change unseen: none of them is a sum, a state or whose money it is.
UNSEEN: dict[type[models.Model], set[str]] = {
    Payment: {
        *("channel", "card_brand", "card_last_four", "form_key", "bank_id", "error_code"),
        *("return_token", "challenge", "created_at", "ask_at", "asked", "reconciled_at"),
        *("saved_card", "keeps_card", "is_hosted"),
    },
    PaymentSnapshot: {"provider_short_name", "provider_full_name", "requisites", "account_label", "check_code"},
    PaymentEvent: {"source", "bank_status", "error_code"},
    Refund: {
        *("origin", "reason", "requested_by", "approved_by", "error_code"),
        *("created_at", "ask_at", "asked"),
    },
    BillEntry: {"created_at"},
    Bill: {"uuid", "register", "carried_into"},
    BillVersion: {"register", "replaced_at"},
    PaymentRegister: {"exported_at", "delivered_at"},
    PaymentRegisterLine: set(),
}


def run() -> tuple[str, int]:
    """What it said, and its exit status."""
    said = StringIO()
    try:
        call_command("verify_money", stdout=said)
    except CommandError as refusal:
        return said.getvalue() + str(refusal), refusal.returncode
    return said.getvalue(), 0


def found() -> list[str]:
    return [str(trouble) for trouble in verification.troubles()]


@pytest.fixture
def month(anna, boris, bank) -> Month:
    """Thirty tries and their registers; there are strangers' rows to point at as well."""
    month = Month(bank, anna, Random(5))
    month.run(30)
    month.credit_late(NOW)
    days = month.days_of_money()
    begun = days.index(timezone.localdate(typical(Payment).succeeded_at))
    month.export(days=days[begun : begun + 2])
    make_bill(make_account(provider=make_provider("other")))
    save_card(anna)
    assert found() == []
    return month


@pytest.mark.parametrize("seed", range(2 * FACTOR))
def test_a_month_of_everything_adds_up(anna, bank, seed):
    month = Month(bank, anna, Random(seed))
    month.run(50)
    month.export(days=month.days_of_money())

    assert found() == []
    assert is_over()


def test_it_says_what_it_checked(anna, annas_bill, bank):
    pay(annas_bill, anna)

    said, status = run()

    assert (said, status) == ("Проверено счетов: 1, операций: 1, реестров платежей: 0. Всё сходится.\n", 0)


def test_it_lists_what_does_not_add_up_and_ends_with_one(anna, annas_bill, bank):
    payment = pay(annas_bill, anna)
    Payment.objects.filter(pk=payment.pk).update(amount=payment.amount - 100)

    said, status = run()

    assert status == 1
    assert f"операция {payment.number}: сумма с комиссией" in said
    assert "Не сходится: 2." in said


def test_the_demo_needs_no_word_of_a_bank():
    call_command("create_demo", stdout=StringIO())

    assert run()[1] == 0


def test_others_need_the_banks_word(anna, annas_bill, bank):
    payment = pay(annas_bill, anna)
    payment.events.filter(kind=PaymentEvent.Kind.BANK).delete()
    Payment.objects.update(history_lines=payment.events.count())

    assert found() == [f"операция {payment.number}: деньги взяты, а слова банка в истории нет"]


def test_it_names_every_column_of_money_that_is_altered(month):
    """The table of alterations: every column of every row about money, one at a time."""
    unnamed = {
        f"{model.__name__}.{column.name}"
        for model in UNSEEN
        for column in model._meta.concrete_fields
        if not column.primary_key
        and not column.generated
        and column.name not in UNSEEN[model]
        and not is_named_when_altered(model, column)
    }

    assert unnamed == set()


def test_what_may_change_unseen_is_told_truly(month):
    """Otherwise the table above would promise less than is kept."""
    named = {
        f"{model.__name__}.{name}"
        for model, names in UNSEEN.items()
        for name in names
        if name != "challenge" and is_named_when_altered(model, model._meta.get_field(name))
    }

    assert named == set()


def test_it_names_every_row_that_is_altered_or_deleted(month):
    """Entries of every kind, lines of history of every kind, and whole rows."""
    entries = [BillEntry.objects.filter(kind=kind) for kind in Kind.values]
    kinds = PaymentEvent.objects.order_by("kind", "status").values_list("kind", "status").distinct()
    lines = [PaymentEvent.objects.filter(kind=kind, status=status) for kind, status in kinds]
    others = [model.objects.all() for model in (PaymentSnapshot, Refund, PaymentRegisterLine, PaymentRegister)]
    harms = [
        *product(entries, [more, strange, delete]),
        *product(lines, [delete]),
        *product(others, [delete]),
    ]

    unnamed = [f"{harm.__name__}: {rows.query}" for rows, harm in harms if not troubles_after(rows, harm)]

    assert len(harms) > 25
    assert unnamed == []


def more(rows: models.QuerySet) -> None:
    rows.update(kopecks=models.F("kopecks") + 1)


def strange(rows: models.QuerySet) -> None:
    rows.update(operation=uuid4())


def delete(rows: models.QuerySet) -> None:
    """As a hand in the database would: not even what points to it is asked."""
    rows._raw_delete("default")


@pytest.mark.parametrize("status", Status.values)
def test_it_names_every_other_status(anna, annas_bill, bank, status):
    payment = pay(annas_bill, anna)
    Payment.objects.filter(pk=payment.pk).update(status=status)

    assert bool(found()) == (status != Status.SUCCEEDED)


def test_it_names_an_entry_of_nobody(annas_bill):
    entry = BillEntry.objects.create(bill=annas_bill, operation=uuid4(), kind=Kind.HOLD, kopecks=1, created_at=NOW)

    assert f"запись {entry.pk} счёта {annas_bill.pk}: нет операции для HOLD" in found()


def test_it_names_two_payments_that_paid_one_bill_twice(anna, annas_bill, bank):
    """All counters agree with the entries, and still more was taken than the bill ever asked."""
    pay(annas_bill, anna, amount=annas_bill.total)
    Bill.objects.update(paid=0)
    annas_bill.refresh_from_db()
    pay(annas_bill, anna, amount=annas_bill.total)
    Bill.objects.update(paid=2 * annas_bill.total)

    assert [text for text in found() if "больше" in text]
    assert not [text for text in found() if "записи" in text]


def test_it_asks_the_database_no_more_for_more_rows(anna, bank, django_assert_max_num_queries):
    for _ in range(12):
        bill = make_bill()
        pay_quietly(bill, anna)

    with django_assert_max_num_queries(20):
        assert found() == []


def test_it_reads_in_batches_and_finds_in_each(anna, bank, monkeypatch):
    monkeypatch.setattr(verification, "BATCH", 2)
    payments = [pay_quietly(make_bill(), anna) for _ in range(5)]
    Payment.objects.update(history_lines=0)

    assert [text.split(":")[0] for text in found()] == [f"операция {payment.number}" for payment in payments]


@pytest.mark.django_db(transaction=True)
def test_a_payment_that_ends_meanwhile_is_no_trouble_and_does_not_wait(submitted, settled_while_read):
    with verification.one_moment():
        troubles = found()

    submitted.refresh_from_db()
    assert submitted.status == Status.SUCCEEDED
    assert troubles == []
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_read_at_several_moments_it_would_raise_a_false_alarm(submitted, settled_while_read):
    """The saboteur: without the one moment."""
    assert found()


@pytest.fixture
def settled_while_read(submitted, bank, monkeypatch) -> None:
    """The bank's word comes in another process between the reading of the payment and that of its history."""
    usual = verification._records

    def records(batch):
        if batch[0].status == Status.SUBMITTED:
            elsewhere(lambda: authorise(Payment.objects.get(pk=submitted.pk)))
        return usual(batch)

    monkeypatch.setattr(verification, "_records", records)


def elsewhere(deed) -> None:
    """In another process's place: a connection of its own."""

    def one() -> None:
        try:
            deed()
        finally:
            connection.close()

    thread = Thread(target=one)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()


def is_named_when_altered(model: type[models.Model], column: models.Field) -> bool:
    """Whether some trouble is named, or the database refuses, when one row has another value there."""
    row = typical(model)
    value = another(row, column)
    return troubles_after(model.objects.filter(pk=row.pk), lambda rows: rows.update(**{column.name: value}))


def typical(model: type[models.Model]) -> models.Model:
    """A row in the middle of money: of a payment that was partly returned, in a register."""
    partly = Payment.objects.filter(status=Status.PARTLY_REFUNDED, refunds__amount__gt=0, bill__isnull=False)
    payment = partly.order_by("pk")[0]
    rows = {
        Payment: Payment.objects.filter(pk=payment.pk),
        PaymentEvent: payment.events.filter(kind=PaymentEvent.Kind.MOVE, status=Status.SUBMITTED),
        Refund: payment.refunds.filter(state=Refund.State.DONE, amount__gt=0).order_by("pk"),
        BillEntry: BillEntry.objects.filter(operation=payment.uuid, kind=Kind.SETTLE),
        Bill: Bill.objects.filter(pk=payment.bill_id),
        BillVersion: BillVersion.objects.filter(bill=payment.bill_id, version=payment.bill_version),
        PaymentRegister: PaymentRegister.objects.filter(lines__payment=payment),
        PaymentRegisterLine: PaymentRegisterLine.objects.filter(payment=payment, refund=None),
    }
    return rows[model][0] if model in rows else model.objects.get(payment=payment)


def another(row: models.Model, column: models.Field) -> object:
    """A value that could stand there, but does not."""
    value = column.value_from_object(row)
    if column.name in {"fee_minimum", "fee_maximum"}:
        # A bound that the fee does not touch would change nothing.
        return row.payment.fee + (1 if column.name == "fee_minimum" else -1)
    if isinstance(column, models.ForeignKey):
        return column.related_model._default_manager.exclude(pk=value).order_by("-pk")[0].pk
    if isinstance(column, models.UUIDField):
        return uuid4()
    if isinstance(column, models.JSONField):
        return {**value, "inn": "1"} if isinstance(value, dict) else [[*value[0][:1], 1, *value[0][2:]], *value[1:]]
    if isinstance(column, models.DateTimeField):
        return (value or NOW) + timedelta(seconds=1)
    if isinstance(column, models.DateField):
        return (value or date(2000, 1, 1)) + timedelta(days=40)
    if column.choices:
        return next((choice for choice, _ in column.choices if choice != value), "OTHER")
    return (value or 0) + 1 if isinstance(column, models.IntegerField) else f"{value or ''}1"[-4:]


def troubles_after(rows: models.QuerySet, harm: Callable[[models.QuerySet], object]) -> bool:
    """Whether anything is named, or the database refuses, after harm to the first of the rows; then it is undone."""
    first = rows.order_by("pk")[0].pk
    try:
        with transaction.atomic():
            harm(rows.model.objects.filter(pk=first))
            named = bool(found())
            transaction.set_rollback(True)
    except IntegrityError:
        return True
    return named
