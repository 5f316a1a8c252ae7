"""`reconcile --from --to`: the bank has told of these days, also of one on which nothing happened."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from payments import bank_evidence, cases, verification
from payments.models import BankOperation, BankRegister, Difference, Payment
from payments.status import Status
from tests.payments.bank_register import Line, debit, written
from tests.payments.make import pay
from tests.people import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _a_week_later(time_machine):
    time_machine.move_to(NOW + 7 * DAY)


@pytest.fixture
def reconcile(tmp_path):
    """Runs the command over these lines about these days; what it said and its exit status."""

    def run(lines, first: date | None = None, last: date | None = None, *options: str) -> tuple[str, int]:
        file, said = tmp_path / "bank.csv", StringIO()
        file.write_bytes(written(lines))
        stated = [f"--from={first}"] * (first is not None) + [f"--to={last}"] * (last is not None)
        try:
            call_command("reconcile", str(file), *stated, *options, stdout=said)
        except CommandError as refusal:
            return said.getvalue() + str(refusal), refusal.returncode
        return said.getvalue(), 0

    return run


@pytest.fixture
def unknown(submitted) -> Payment:
    """Submitted, and the bank has been silent about it ever since."""
    payment = submitted
    Payment.objects.filter(pk=payment.pk).update(attention_at=NOW)
    payment.refresh_from_db()
    return payment


def days() -> list[tuple[date, date]]:
    return list(BankRegister.objects.order_by("first_date").values_list("first_date", "last_date"))


def test_an_empty_file_says_nothing_by_itself(reconcile):
    said, status = reconcile([])

    assert (status, days()) == (1, [])
    assert "нет ни одной операции" in said


def test_a_day_without_operations_is_told_of(reconcile):
    said, status = reconcile([], TODAY, TODAY)

    assert status == 0
    assert "операций 0" in said
    assert days() == [(TODAY, TODAY)]


def test_each_empty_day_is_its_own_though_the_files_are_alike(reconcile):
    for number in range(3):
        assert reconcile([], TODAY + number * DAY, TODAY + number * DAY)[1] == 0

    assert len(days()) == 3
    assert bank_evidence.covers(TODAY, TODAY + 2 * DAY)


def test_the_same_empty_day_again_changes_nothing(reconcile):
    reconcile([], TODAY, TODAY)

    assert "уже загружен" in reconcile([], TODAY, TODAY)[0]
    assert BankRegister.objects.count() == 1


def test_quiet_days_around_the_operations_are_told_of(anna, annas_bill, bank, reconcile):
    payment = pay(annas_bill, anna)

    assert reconcile([debit(payment)], TODAY - DAY, TODAY + DAY)[1] == 0

    assert days() == [(TODAY - DAY, TODAY + DAY)]
    payment.refresh_from_db()
    assert payment.reconciled_at is not None


def test_what_is_missing_on_an_empty_day_is_only_ours(anna, annas_bill, bank, reconcile):
    payment = pay(annas_bill, anna)

    said, status = reconcile([], TODAY, TODAY)

    assert (status, Difference.objects.get().payment) == (1, payment)
    assert "есть только у нас" in said


def test_an_unknown_outcome_is_closed_after_three_told_days(unknown, reconcile):
    for number in range(3):
        with pytest.raises(cases.NoEvidence):
            cases.close(payment=unknown, now=NOW + 7 * DAY)
        reconcile([Line("чужой", 1, NOW, kind="AUTH_FAIL")] if number == 0 else [], *[TODAY + number * DAY] * 2)

    cases.close(payment=unknown, now=NOW + 7 * DAY)

    assert (unknown.status, unknown.attention_at) == (Status.EXPIRED, None)


def test_saboteur_the_first_operation_alone_leaves_it_shut(unknown, reconcile):
    """Without the stated days the same file tells of one day, and «Закрыть» stays shut."""
    reconcile([Line("чужой", 1, NOW, kind="AUTH_FAIL")])

    with pytest.raises(cases.NoEvidence):
        cases.close(payment=unknown, now=NOW + 7 * DAY)


@pytest.mark.parametrize(
    "first, last",
    [(TODAY, TODAY - DAY), (TODAY, TODAY + 7 * DAY), (TODAY + 7 * DAY, TODAY + 7 * DAY), (TODAY, TODAY + 30 * DAY)],
)
def test_days_that_are_not_over_or_upside_down_are_refused(reconcile, first, last):
    said, status = reconcile([], first, last)

    assert (status, days()) == (1, [])
    assert ("--from позже --to" if last < first else "по Москве ещё не закончился") in said


@pytest.mark.parametrize("ahead", [1, 30])
def test_a_register_of_a_day_to_come_is_refused_without_stated_days_too(reconcile, unknown, ahead):
    lines = [Line("чужой", 1, NOW + shift * DAY, kind="AUTH_FAIL") for shift in (0, 2, 7 + ahead)]

    said, status = reconcile(lines)

    assert (status, days()) == (1, [])
    assert "по Москве ещё не наступил" in said
    with pytest.raises(cases.NoEvidence):
        cases.close(payment=unknown, now=NOW + 7 * DAY)


def test_a_day_that_is_none_is_said_in_our_words(tmp_path):
    with pytest.raises(CommandError, match="--from: «x» – не дата вида 2026-11-19"):
        call_command("reconcile", str(tmp_path / "bank.csv"), "--from=x", "--to=2026-11-20")


def test_a_day_that_is_not_over_is_compared_and_gives_way_to_its_register_when_it_is(
    anna, annas_bill, bank, reconcile, time_machine
):
    payment, later = pay(annas_bill, anna), Line("чужой", 1, NOW, kind="AUTH_FAIL")
    time_machine.move_to(NOW)
    assert (reconcile([debit(payment)])[1], days()) == (0, [(TODAY, TODAY)])

    time_machine.move_to(NOW + DAY)

    assert (reconcile([debit(payment), later])[1], days()) == (0, [(TODAY, TODAY)])
    assert BankRegister.objects.get().rows == 2


@pytest.mark.parametrize("stated", [(), (TODAY, TODAY)])
def test_a_day_begins_and_ends_at_moscow_midnight(reconcile, time_machine, stated):
    lines, midnight = [Line("чужой", 1, NOW, kind="AUTH_FAIL")], datetime(2026, 11, 19, 21, 0, tzinfo=UTC)
    allowed_from = midnight + DAY if stated else midnight
    time_machine.move_to(allowed_from - timedelta(minutes=1))
    assert reconcile(lines, *stated)[1] == 1

    time_machine.move_to(allowed_from)

    assert (reconcile(lines, *stated)[1], days()) == (0, [(TODAY, TODAY)])


def test_an_operation_of_another_day_is_named_and_changes_nothing(reconcile):
    lines = [Line("чужой", 1, NOW, kind="AUTH_FAIL"), Line("чужой", 1, NOW + DAY, kind="AUTH_FAIL")]

    said, status = reconcile(lines, TODAY, TODAY)

    assert (status, days()) == (1, [])
    assert "строка 2: операция другого дня" in said


def test_an_empty_file_does_not_wipe_out_a_register(anna, annas_bill, bank, reconcile):
    reconcile([debit(pay(annas_bill, anna))])

    said, status = reconcile([], TODAY, TODAY)

    assert (status, BankOperation.objects.count()) == (1, 1)
    assert "уже загружен реестр 20.11.2026" in said


def test_operations_that_come_later_take_the_place_of_an_empty_day(anna, annas_bill, bank, reconcile):
    payment = pay(annas_bill, anna)
    reconcile([], TODAY, TODAY)

    assert reconcile([debit(payment)], TODAY, TODAY)[1] == 0

    assert BankRegister.objects.get().rows == 1
    assert not Difference.objects.filter(gone_at=None).exists()
    assert list(verification.troubles()) == []


# --- days that were stated by mistake ------------------------------------------------------------------------------
def test_an_empty_register_of_too_many_days_is_taken_back_by_one_of_fewer(anna, annas_bill, bank, reconcile):
    pay(annas_bill, anna)
    assert reconcile([], TODAY - 5 * DAY, TODAY + 5 * DAY)[1] == 1

    said, status = reconcile([], TODAY - 5 * DAY, TODAY - DAY)

    assert (status, days()) == (0, [(TODAY - 5 * DAY, TODAY - DAY)])
    assert "Снят реестр 15.11.2026–25.11.2026" in said
    # Of the day of the payment nobody has told any more: it is not missing there.
    assert not Difference.objects.filter(gone_at=None).exists()


def test_operations_take_the_place_of_an_empty_register_of_other_days(anna, annas_bill, bank, reconcile):
    payment = pay(annas_bill, anna)
    reconcile([], TODAY - 5 * DAY, TODAY + 5 * DAY)

    assert reconcile([debit(payment)])[1] == 0

    assert days() == [(TODAY, TODAY)]
    assert not Difference.objects.filter(gone_at=None).exists()


def test_days_that_are_taken_back_prove_nothing(unknown, reconcile):
    """An outcome may not be closed on quiet days that were stated by mistake."""
    reconcile([], TODAY, TODAY + 5 * DAY)
    assert bank_evidence.shows_no_money(unknown)

    reconcile([], TODAY + 3 * DAY, TODAY + 5 * DAY)

    with pytest.raises(cases.NoEvidence):
        cases.close(payment=unknown, now=NOW + 7 * DAY)


def test_quiet_days_beside_operations_are_taken_back_and_the_operations_stay(anna, annas_bill, bank, reconcile):
    payment = pay(annas_bill, anna)
    reconcile([debit(payment)], TODAY - 5 * DAY, TODAY + 5 * DAY)

    assert reconcile([debit(payment)], TODAY - DAY, TODAY)[1] == 0

    assert (days(), BankOperation.objects.count()) == ([(TODAY - DAY, TODAY)], 1)


def test_a_charge_that_a_correction_leaves_out_is_not_paid_out(anna, annas_bill, bank, reconcile):
    """Confirmed before midnight it is no difference yet, for that day is not told of; but agreed it is no longer."""
    payment, other = pay(annas_bill, anna), Line("чужой", 1, NOW, kind="AUTH_FAIL")
    Payment.objects.update(submitted_at=payment.submitted_at - DAY)
    reconcile([debit(payment), other], TODAY, TODAY)
    assert Payment.objects.get().reconciled_at is not None

    reconcile([other], TODAY, TODAY)

    assert Payment.objects.get().reconciled_at is None


@pytest.mark.parametrize("stated", [(TODAY - DAY, TODAY - DAY), (TODAY + DAY, TODAY + DAY), (TODAY - 9 * DAY, TODAY)])
def test_no_days_take_operations_back(anna, annas_bill, bank, reconcile, stated):
    reconcile([debit(pay(annas_bill, anna))], TODAY - 5 * DAY, TODAY + 5 * DAY)
    other = [Line("чужой", 1, NOW - DAY if stated[0] < TODAY else NOW + DAY, kind="AUTH_FAIL")]

    for lines in ([], other):
        said, status = reconcile(lines, *stated)
        assert (status, days()) == (1, [(TODAY - 5 * DAY, TODAY + 5 * DAY)])
        assert "уже загружен реестр" in said


def test_more_empty_days_take_nothing_back(reconcile):
    reconcile([], TODAY, TODAY)

    assert reconcile([], TODAY, TODAY + DAY)[1] == 1

    assert days() == [(TODAY, TODAY)]


@pytest.mark.parametrize("stated", [(TODAY, None), (None, TODAY)])
def test_one_end_alone_is_a_wrong_call(reconcile, stated):
    assert reconcile([], *stated)[1] == 2


def test_a_day_that_is_no_day_is_a_wrong_call(reconcile):
    assert reconcile([], None, None, "--from=вчера", "--to=вчера")[1] != 0


def test_scripts_and_the_act_take_an_empty_day(reconcile, tmp_path):
    said, status = reconcile([], TODAY, TODAY, "--json", "--csv", str(tmp_path / "act.csv"))

    assert status == 0
    assert '"rows": 0' in said
    assert (tmp_path / "act.csv").read_bytes().startswith("\ufeffСтрока реестра".encode())
