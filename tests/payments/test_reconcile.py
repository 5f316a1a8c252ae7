"""`reconcile FILE`: names exactly what differs between the bank and us, and how long it has."""

import json
import os
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from random import Random
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from payments import reconciliation, verification
from payments.models import BankRegister, Difference, Payment
from payments.status import TAKEN
from tests.billing.make import make_bill
from tests.billing.racing import at_once
from tests.payments.bank_register import Line, credit, debit, written
from tests.payments.make import pay
from tests.payments.month import Month, pay_quietly
from tests.people import NOW

pytestmark = pytest.mark.django_db
Kind = Difference.Kind
OPERATIONS = int(os.environ.get("PROOFS_OPERATIONS", "60"))
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def paid(anna, annas_bill, bank) -> Payment:
    return pay(annas_bill, anna)


@pytest.fixture
def reconcile(tmp_path):
    """Runs the command over these lines; what it said and its exit status."""

    def run(lines, *options: str) -> tuple[str, int]:
        file, said = tmp_path / "bank.csv", StringIO()
        file.write_bytes(lines if isinstance(lines, bytes) else written(lines))
        try:
            call_command("reconcile", str(file), *options, stdout=said)
        except CommandError as refusal:
            return said.getvalue() + str(refusal), refusal.returncode
        return said.getvalue(), 0

    return run


def kinds() -> list[str]:
    return list(Difference.objects.filter(gone_at=None).order_by("line", "id").values_list("kind", flat=True))


def test_what_agrees_is_counted(paid, reconcile):
    said, status = reconcile([debit(paid)])

    assert status == 0
    assert "Совпало заказов: 1" in said
    paid.refresh_from_db()
    assert paid.reconciled_at is not None


def test_another_sum_is_named_with_its_line(paid, reconcile):
    other = pay_quietly(make_bill(), paid.resident)

    said, status = reconcile([debit(other), debit(paid, amount=paid.total + 1)])

    assert status == 1
    assert f"строка 2: сумма отличается: операция {paid.number}: у нас 12 970,24, у банка 12 970,25" in said.replace(
        "\u00a0", " "
    )
    assert kinds() == [Kind.AMOUNT]
    paid.refresh_from_db()
    assert paid.reconciled_at is None


def test_a_fee_that_does_not_add_up_is_named(paid, reconcile):
    reconcile([debit(paid, fee=1000, transfer=paid.total - 999)])

    assert kinds() == [Kind.FEE]


def test_two_lines_of_one_order_that_differ_alike_are_one_difference(paid, reconcile):
    wrong = debit(paid, fee=1000, transfer=paid.total - 999)

    reconcile([wrong, replace(wrong, kind="DebitCorrection")])

    assert kinds().count(Kind.FEE) == 1


def test_what_only_the_bank_has_is_named(paid, reconcile):
    reconcile([debit(paid), Line(str(uuid4()), 5000, NOW), Line("чужой заказ", 700, NOW)])

    assert kinds() == [Kind.ONLY_THEIRS, Kind.ONLY_THEIRS]


def test_what_only_we_have_is_named(paid, reconcile):
    other = pay_quietly(make_bill(), paid.resident)

    said, _ = reconcile([debit(other)])

    assert f"есть только у нас: операция {paid.number}" in said
    assert kinds() == [Kind.ONLY_OURS]


def test_what_the_bank_has_not_told_of_yet_is_no_difference(paid, reconcile, time_machine):
    time_machine.move_to(TOMORROW)
    later = pay_quietly(make_bill(), paid.resident, TOMORROW)

    _, status = reconcile([debit(later)])

    assert status == 0


def test_a_charge_around_midnight_is_missed_only_when_both_days_are_told_of(paid, reconcile, time_machine):
    """Confirmed before midnight, learned of after it: the charge may stand in either day's register."""
    time_machine.move_to(TOMORROW)
    Payment.objects.filter(pk=paid.pk).update(succeeded_at=TOMORROW)
    first = pay_quietly(make_bill(), paid.resident)
    second = pay_quietly(make_bill(), paid.resident, TOMORROW)

    assert reconcile([debit(first)])[1] == 0
    assert reconcile([debit(second)])[1] == 1
    assert kinds() == [Kind.ONLY_OURS]


def test_money_that_we_do_not_count_as_taken_is_named(submitted, reconcile):
    said, _ = reconcile([debit(submitted, at=NOW)])

    assert "состояние отличается" in said
    assert kinds() == [Kind.STATE]


def test_money_taken_and_given_back_for_a_payment_that_failed_agrees(submitted, reconcile):
    _, status = reconcile([debit(submitted, at=NOW), credit(submitted, submitted.total, at=NOW)])

    assert status == 0


def test_another_refund_is_named(paid, reconcile):
    said, _ = reconcile([debit(paid), credit(paid, 1000)])

    assert "у нас возвращено 0,00, у банка 10,00" in said
    assert kinds() == [Kind.REFUND]


def test_a_chargeback_is_named(paid, reconcile):
    reconcile([debit(paid), replace(debit(paid), kind="Chargeback")])

    assert kinds() == [Kind.CHARGEBACK]


def test_a_failed_authorisation_costs_its_fee_and_is_no_difference(submitted, reconcile):
    _, status = reconcile([debit(submitted, at=NOW, kind="AUTH_FAIL", amount=0)])

    assert status == 0


def test_the_same_file_again_compares_anew_and_keeps_the_age(paid, reconcile):
    reconcile([debit(paid, amount=1)])
    first = Difference.objects.get()

    said, status = reconcile([debit(paid, amount=1)])

    assert "уже загружен" in said
    assert (status, Difference.objects.get().first_seen_at) == (1, first.first_seen_at)
    assert BankRegister.objects.count() == 1


def test_what_the_bank_corrects_is_gone(paid, reconcile):
    reconcile([debit(paid, amount=1)])

    _, status = reconcile([debit(paid)])

    assert (status, kinds()) == (0, [])
    assert Difference.objects.get().gone_at is not None
    assert BankRegister.objects.count() == 1


def test_a_register_that_overlaps_another_is_refused(paid, reconcile, time_machine):
    time_machine.move_to(TOMORROW)
    other = pay_quietly(make_bill(), paid.resident, TOMORROW)
    reconcile([debit(paid)])

    said, status = reconcile([debit(paid), debit(other)])

    assert (status, BankRegister.objects.count()) == (1, 1)
    assert "уже загружен реестр" in said


def test_a_broken_file_changes_nothing(paid, reconcile):
    said, status = reconcile(written([debit(paid)]).replace(b"Debit", b"Gift"))

    assert status == 1
    assert "строка 1, столбец 15 («Тип операции»)" in said
    assert not BankRegister.objects.exists()


def test_a_missing_file_is_a_wrong_call():
    with pytest.raises(CommandError) as refusal:
        call_command("reconcile", "нет-такого.csv")

    assert refusal.value.returncode == 2


def test_scripts_read_json(paid, reconcile):
    said, _ = reconcile([debit(paid, amount=1)], "--json")

    told = json.loads(said.splitlines()[0])
    assert told["agreed"] == 0
    assert told["differences"] == [
        {"kind": "AMOUNT", "line": 1, "order_id": str(paid.uuid), "ours": paid.total, "theirs": 1}
    ]


def test_the_act_is_a_table_and_a_paper(paid, reconcile, tmp_path):
    reconcile([debit(paid, amount=1)], "--csv", str(tmp_path / "act.csv"), "--pdf", str(tmp_path / "act.pdf"))

    lines = (tmp_path / "act.csv").read_bytes().decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("Строка реестра;Вид;Номер заказа")
    assert lines[1].startswith(f"1;сумма отличается;{paid.uuid};12\u00a0970,24;0,01;")
    assert (tmp_path / "act.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.django_db(transaction=True)
def test_one_file_four_times_at_once_is_one_register(paid):
    data = written([debit(paid, amount=1)])

    outcomes = at_once(4, lambda _: reconciliation.reconcile(data=data, file_name="", now=NOW))

    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert BankRegister.objects.count() == 1
    assert kinds() == [Kind.AMOUNT]


@pytest.mark.django_db(transaction=True)
def test_of_a_month_of_everything_it_names_the_doctored_lines_and_no_other(anna, bank):
    """Committed step by step, as it happens: in one transaction PostgreSQL keeps every version of every row alive."""
    month = Month(bank, anna, Random(3))
    month.run(OPERATIONS)
    lines = bank_lines()
    agreed = reconciliation.reconcile(data=written(lines), file_name="", now=NOW)
    assert agreed.differences == []
    doctored, names = doctor(lines, Random(3))

    outcome = reconciliation.reconcile(data=written(doctored), file_name="", now=NOW)

    assert {(one.kind, one.order_id) for one in outcome.differences} == names
    assert list(verification.troubles()) == []
    contents = month.export(days=month.days_of_money())
    net = sum(int(content.splitlines()[-1].split(";")[4].replace(",", "")) for content in contents)
    ours = sum(one.total - one.refunded for one in Payment.objects.exclude(succeeded_at=None))
    assert net == agreed.register.total == ours


def bank_lines() -> list[Line]:
    """What the bank would write of every payment: what it took, what it gave back, late money and its return too."""
    lines = []
    for payment in Payment.objects.exclude(bank_id=None).order_by("pk"):
        said = set(payment.events.filter(kind="BANK").values_list("bank_status", flat=True))
        if payment.status in TAKEN:
            lines.append(debit(payment, at=payment.succeeded_at or payment.moved_at))
            lines += [credit(payment, one.total, one.done_at) for one in payment.refunds.filter(state="DONE")]
        elif "REFUNDED" in said:
            lines += [debit(payment, at=payment.moved_at), credit(payment, payment.total, payment.moved_at)]
    return lines


def doctor(lines: list[Line], random: Random) -> tuple[list[Line], set[tuple[str, str]]]:
    """A sum changed, a line taken out, a line added."""
    agreed = [one for one in lines if one.kind == "Debit" and sum(two.order_id == one.order_id for two in lines) == 1]
    settled = {str(uuid) for uuid in Payment.objects.exclude(succeeded_at=None).values_list("uuid", flat=True)}
    inner = [one for one in agreed if one.order_id in settled and not is_at_the_edge(one, lines)]
    changed, gone = random.sample(inner, 2)
    stranger = Line(str(uuid4()), 4200, changed.at)
    left = [one for one in lines if one is not gone]
    left[left.index(changed)] = replace(changed, amount=changed.amount + 100)
    return [*left, stranger], {
        (Kind.AMOUNT, changed.order_id),
        (Kind.ONLY_OURS, gone.order_id),
        (Kind.ONLY_THEIRS, stranger.order_id),
    }


def is_at_the_edge(line: Line, lines: list[Line]) -> bool:
    """On the first or the last day: without it the register would be of another period."""
    days = sorted({timezone.localdate(one.at) for one in lines})
    return timezone.localdate(line.at) in {days[0], days[-1]}
