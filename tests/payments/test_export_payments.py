"""`export_payments`: a provider's day once and for ever, every operation in exactly one register."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from random import Random

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models

from payments import register_export, settlement, verification
from payments.acquirer.base import Word
from payments.models import Payment, PaymentRegister, PaymentRegisterLine
from tests.billing.make import make_account, make_bill, make_provider
from tests.billing.racing import at_once
from tests.payments.make import pay
from tests.payments.month import Month
from tests.people import NOW

pytestmark = pytest.mark.django_db
DAY = NOW.date()
TOMORROW = NOW + timedelta(days=1)
NIGHT = datetime(2026, 11, 20, 20, 59, 59, tzinfo=UTC)


def export(day: date = DAY, *, now: datetime = TOMORROW, provider=None) -> str:
    return register_export.export(provider=provider or make_provider(), day=day, now=now).content


def run(*arguments) -> tuple[str, str, int]:
    said = StringIO()
    try:
        call_command("export_payments", *map(str, arguments), stdout=said)
    except CommandError as refusal:
        return said.getvalue(), str(refusal), refusal.returncode
    return said.getvalue(), "", 0


def rows(content: str) -> list[list[str]]:
    """The operations of a register."""
    return [line.split(";") for line in content.splitlines()[5:-1]]


def give_back(payment: Payment, bank, kopecks: int, now: datetime) -> None:
    whole = kopecks == payment.total
    word = Word.REFUNDED if whole else Word.PARTLY_REFUNDED
    answer = bank.answer_about(payment.uuid, word=word, refunded=kopecks)
    settlement.apply(payment=payment, answer=answer, source="test", now=now)


def test_it_lists_what_was_paid_on_the_day(anna, annas_bill, bank):
    payment = pay(annas_bill, anna)

    assert export() == (
        "#REGISTER;payments;1\r\n#PROVIDER;smart-zhku\r\n#DATE;20.11.2026\r\n#NUMBER;1\r\n"
        "Номер транзакции;Дата и время;Лицевой счёт;Период;Сумма перевода;Комиссия;Принято;Вид\r\n"
        f"{payment.number};20.11.2026 12:00:00;1234567890;06.2017;12970,24;0,00;12970,24;платёж\r\n"
        "#TOTAL;1;12970,24;0,00;12970,24\r\n"
    )


def test_the_same_again_is_the_same_to_the_byte_whatever_came_since(anna, annas_bill, bank):
    payment = pay(annas_bill, anna, amount=1000)
    first = export()
    give_back(payment, bank, 300, NOW + timedelta(hours=1))
    Payment.objects.update(succeeded_at=NOW - timedelta(minutes=1))
    pay(annas_bill, anna, amount=2000)

    assert export(now=TOMORROW + timedelta(days=400)) == first
    assert PaymentRegister.objects.count() == 1


def test_a_day_that_is_not_over_is_refused(anna, annas_bill, bank):
    pay(annas_bill, anna)

    with pytest.raises(register_export.DayNotOver):
        export(now=NIGHT)

    assert not PaymentRegister.objects.exists()
    assert len(rows(export(now=NIGHT + timedelta(seconds=1)))) == 1


def test_days_are_moscows(anna, bank):
    """Midnight comes at 21:00 UTC."""
    today, tomorrow = (pay(make_bill(), anna, now=NIGHT + timedelta(seconds=late)) for late in (0, 1))

    registers = [export(DAY + timedelta(days=later), now=TOMORROW + timedelta(days=1)) for later in (0, 1)]

    assert [[row[:2] for row in rows(one)] for one in registers] == [
        [[str(today.number), "20.11.2026 23:59:59"]],
        [[str(tomorrow.number), "21.11.2026 00:00:00"]],
    ]


def test_only_what_was_taken_is_in_it(anna, annas_bill, bank):
    bank.outcome = Word.DECLINED
    pay(annas_bill, anna, amount=100)
    bank.outcome = Word.PENDING
    pay(make_bill(), anna, now=NOW + timedelta(minutes=2))

    assert rows(export()) == []


def test_a_refund_is_a_line_of_its_own_day(anna, annas_bill, bank):
    payment = pay(annas_bill, anna, amount=1000)
    give_back(payment, bank, 300, NOW + timedelta(hours=1))
    give_back(payment, bank, 1000, TOMORROW)

    first = export()
    second = export(DAY + timedelta(days=1), now=TOMORROW + timedelta(days=1))

    assert [row[4:] for row in rows(first)] == [
        ["10,00", "0,00", "10,00", "платёж"],
        ["-3,00", "0,00", "-3,00", "возврат"],
    ]
    assert first.splitlines()[-1] == "#TOTAL;2;7,00;0,00;7,00"
    assert [row[4:] for row in rows(second)] == [["-7,00", "0,00", "-7,00", "возврат"]]


def test_a_fee_given_back_is_told_apart_from_the_sum(anna, bank):
    make_provider(fee_minimum=500)
    payment = pay(make_bill(), anna, amount=1000)
    give_back(payment, bank, 1500, NOW + timedelta(hours=1))

    assert [row[4:7] for row in rows(export())] == [["10,00", "5,00", "15,00"], ["-10,00", "-5,00", "-15,00"]]


def test_what_became_known_late_goes_into_the_next_register(anna, annas_bill, bank):
    export()
    late = pay(annas_bill, anna, amount=1000)
    pay(annas_bill, anna, amount=2000, now=TOMORROW)

    second = export(DAY + timedelta(days=1), now=TOMORROW + timedelta(days=1))
    third = export(DAY + timedelta(days=2), now=TOMORROW + timedelta(days=2))

    assert [row[4] for row in rows(second)] == ["10,00", "20,00"]
    assert rows(second)[0][:2] == [str(late.number), "20.11.2026 12:00:00"]
    assert rows(third) == []


def test_a_day_without_a_register_waits_for_its_own(anna, annas_bill, bank):
    pay(annas_bill, anna, amount=1000)

    later = export(DAY + timedelta(days=1), now=TOMORROW + timedelta(days=1))

    assert rows(later) == []
    assert "#NUMBER;2\r\n" in export(now=TOMORROW + timedelta(days=1))
    assert len(rows(export(now=TOMORROW + timedelta(days=1)))) == 1


def test_numbers_count_at_each_provider(bank):
    other = make_provider("other")

    numbers = [
        register_export.export(provider=provider, day=DAY + timedelta(days=day), now=NOW + timedelta(days=9)).number
        for provider in (make_provider(), other)
        for day in range(3)
    ]

    assert numbers == [1, 2, 3, 1, 2, 3]


def test_other_providers_operations_are_not_in_it(anna, bank):
    pay(make_bill(make_account(provider=make_provider("other"))), anna)

    assert rows(export()) == []


def test_a_preview_shows_an_unfinished_day_and_writes_nothing(anna, annas_bill, bank):
    pay(annas_bill, anna)

    said, _, status = run("--provider", "smart-zhku", "--date", "2026-11-20", "--preview")

    assert status == 0
    assert "#NUMBER;\r\n" in said
    assert len(rows(said)) == 1
    assert not PaymentRegister.objects.exists()


def test_a_preview_of_a_day_that_was_exported_is_its_register(anna, annas_bill, bank):
    content = export()

    assert register_export.preview(provider=make_provider(), day=DAY) == content


def test_the_command_prints_the_register_and_nothing_else(anna, annas_bill, bank):
    pay(annas_bill, anna, now=NOW - timedelta(days=1))

    said, _, status = run("--provider", "smart-zhku", "--date", "2026-11-19", "--format", "smart")

    assert status == 0
    assert said == PaymentRegister.objects.get().content


@pytest.mark.parametrize(
    "provider, day, words",
    [("smart-zhku", "2026-11-20", "ещё не закончился"), ("nobody", "2026-11-19", "Поставщика «nobody» нет")],
)
def test_the_command_refuses_with_one_and_prints_nothing(provider, day, words):
    make_provider()

    said, complained, status = run("--provider", provider, "--date", day)

    assert (said, status) == ("", 1)
    assert words in complained


@pytest.mark.parametrize("arguments", [["--date", "20.11.2026"], ["--date", "2026-11-19", "--format", "xml"]])
def test_a_wrong_call_ends_with_two(arguments):
    command = [sys.executable, "manage.py", "export_payments", "--provider", "x", *arguments]

    assert subprocess.run(command, cwd=settings.PROJECT_DIR, capture_output=True, check=False).returncode == 2


def test_a_register_that_somebody_changed_is_not_handed_over_again(anna, annas_bill, bank):
    export()
    PaymentRegister.objects.update(content="другое")

    with pytest.raises(register_export.Damaged):
        export()
    assert "изменён после передачи" in run("--provider", "smart-zhku", "--date", "2026-11-20", "--preview")[1]


@pytest.mark.parametrize("seed", range(2))
def test_registers_of_a_month_agree_with_the_bank_to_the_kopeck(anna, bank, seed):
    month = Month(bank, anna, Random(seed))
    month.run(40)

    contents = month.export(days=month.days_of_money())

    lines = [row for content in contents for row in rows(content)]
    taken = Payment.objects.exclude(succeeded_at=None)
    assert sorted(row[0] for row in lines if row[7] == "платёж") == sorted(str(one.number) for one in taken)
    net = sum(int(row[6].replace(",", "")) for row in lines)
    assert net == sum(payment.total - payment.refunded for payment in taken)
    assert net == sum(totals(content) for content in contents)
    assert list(verification.troubles()) == []


def totals(content: str) -> int:
    return int(content.splitlines()[-1].split(";")[4].replace(",", ""))


@pytest.mark.django_db(transaction=True)
def test_ten_exports_of_one_day_at_once_are_one_register(anna, annas_bill, bank):
    pay(annas_bill, anna)

    made = at_once(10, lambda _: export())

    assert len(set(made)) == 1
    assert PaymentRegister.objects.count() == 1
    assert PaymentRegisterLine.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_exports_of_several_days_at_once_share_numbers_and_late_operations(anna, annas_bill, bank):
    export()
    pay(annas_bill, anna)
    provider = make_provider()
    far = NOW + timedelta(days=20)

    made = at_once(6, lambda later: register_export.export(provider=provider, day=DAY + timedelta(later + 1), now=far))

    assert sorted(register.number for register in made) == [2, 3, 4, 5, 6, 7]
    assert PaymentRegisterLine.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_its_constraints_a_day_would_be_handed_over_twice(anna, annas_bill, bank, monkeypatch):
    """The saboteur: a twin that has looked before the register was there, and nothing that stops it."""
    pay(annas_bill, anna)
    constraints = {model: list(model._meta.constraints) for model in (PaymentRegister, PaymentRegisterLine)}
    monkeypatch.setattr(register_export, "of_day", lambda provider, day: None)
    real = register_export._left_out
    monkeypatch.setattr(register_export, "_left_out", lambda rows, kept: real(rows, kept.none()))
    with without(constraints):
        export()
        export()

        assert PaymentRegister.objects.count() == 2
        assert PaymentRegisterLine.objects.count() == 2
        PaymentRegisterLine.objects.all().delete()
        PaymentRegister.objects.all().delete()

    export()
    with pytest.raises(IntegrityError):
        export()
    assert PaymentRegister.objects.count() == 1


@contextmanager
def without(constraints: dict[type[models.Model], list[models.BaseConstraint]]) -> Iterator[None]:
    with connection.schema_editor() as editor:
        for model, those in constraints.items():
            model._meta.constraints = []
            for constraint in those:
                editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            for model, those in constraints.items():
                model._meta.constraints = those
                for constraint in those:
                    editor.add_constraint(model, constraint)
