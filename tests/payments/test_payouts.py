"""`list_payouts` and `import_statement`: money is paid out once, and only what the bank agrees with."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from payments import bank_statement, payouts, reconciliation, register_export, settlement, verification
from payments.acquirer.base import Word
from payments.models import PaymentRegister, Payout
from payments.shown import Shown
from tests.billing.make import make_account, make_bill, make_provider
from tests.billing.racing import at_once
from tests.payments.bank_register import debit, written
from tests.payments.month import pay_quietly
from tests.payments.test_bank_statement import INN, order, statement
from tests.people import NOW

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def bring_in(tmp_path):
    """Runs `import_statement` over these orders."""

    def run(*orders: str) -> tuple[str, int]:
        file, said = tmp_path / "statement.txt", StringIO()
        file.write_bytes(statement(*orders))
        try:
            call_command("import_statement", str(file), stdout=said)
        except CommandError as refusal:
            return said.getvalue() + str(refusal), refusal.returncode
        return said.getvalue(), 0

    return run


@pytest.fixture
def provider(db):
    return make_provider(inn=INN)


@pytest.fixture
def register(anna, bank, provider) -> PaymentRegister:
    """One payment of 1 000,00, agreed with the bank, in the register of its day."""
    return registered(anna, provider, NOW)


def registered(anna, provider, now, *, agreed: bool = True) -> PaymentRegister:
    payment = pay_quietly(make_bill(make_account(provider=provider)), anna, now)
    if agreed:
        reconciliation.reconcile(data=written([debit(payment)]), file_name="", now=now)
    return register_export.export(provider=provider, day=timezone.localdate(now), now=now + timedelta(days=1))


def listed() -> list[dict[str, object]]:
    said = StringIO()
    call_command("list_payouts", "--json", stdout=said)
    found: list[dict[str, object]] = json.loads(said.getvalue())
    return found


def test_what_the_bank_agrees_with_may_be_paid(register):
    assert listed() == [
        {
            "provider": "smart-zhku",
            "date": "2026-11-20",
            "number": 1,
            "amount": 100_000,
            "unmatched": 0,
            "is_ready": True,
        }
    ]


def test_what_the_bank_has_not_told_of_is_held_back(anna, bank, provider):
    registered(anna, provider, NOW, agreed=False)

    assert [(one["unmatched"], one["is_ready"]) for one in listed()] == [(1, False)]


def test_what_the_bank_contradicts_is_held_back(anna, bank, provider, register):
    payment = register.lines.get().payment
    wrong = written([debit(payment, amount=payment.total + 1)])

    reconciliation.reconcile(data=wrong, file_name="", now=NOW)

    assert [one["is_ready"] for one in listed()] == [False]


def test_the_fee_stays_with_the_agent(anna, bank):
    provider = make_provider(inn=INN, fee_minimum=1500)
    registered(anna, provider, NOW)

    assert [one["amount"] for one in listed()] == [100_000]


def test_an_order_that_names_the_register_settles_it(register, bring_in):
    said, status = bring_in(order(100_000, purpose="Перечисление по реестру № 1"))

    assert (status, listed()) == (0, [])
    assert "п/п 15" in said
    assert Payout.objects.get().document_number == "15"
    assert [row.value for row in Shown(register.lines.get().payment).way if row.label == "Зачислен"] == ["23.11.2026"]
    assert list(verification.troubles()) == []


def test_without_a_number_the_sum_finds_the_oldest_registers(anna, bank, provider, register, bring_in):
    registered(anna, provider, TOMORROW)

    _, status = bring_in(order(200_000))

    assert (status, Payout.objects.count()) == (0, 2)


def test_an_order_over_several_registers_settles_them(anna, bank, provider, register, bring_in):
    registered(anna, provider, TOMORROW)

    _, status = bring_in(order(200_000, purpose="По реестрам № 1, 2 за ноябрь"))

    assert (status, listed()) == (0, [])


@pytest.mark.parametrize("amount", [99_999, 100_001])
def test_a_sum_that_fits_nothing_settles_nothing_and_says_so(register, bring_in, amount):
    said, status = bring_in(order(amount, purpose="По реестру № 1"))

    assert status == 1
    assert "реестра с такой суммой нет" in said
    assert not Payout.objects.exists()


def test_the_same_statement_again_changes_nothing(register, bring_in):
    bring_in(order(100_000))
    first = Payout.objects.get()

    _, status = bring_in(order(100_000))

    assert (status, Payout.objects.get().recorded_at) == (0, first.recorded_at)


def test_two_orders_of_one_sum_do_not_settle_one_register_twice(register, bring_in):
    _, status = bring_in(order(100_000), order(100_000, number="16"))

    assert (status, Payout.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_one_order_at_four_places_at_once_settles_once(anna, bank):
    register = registered(anna, make_provider(inn=INN), NOW)
    (document,) = bank_statement.read(statement(order(100_000)))

    made = at_once(4, lambda _: payouts.settle(document=document, now=NOW))

    assert all(one in ([], [register]) for one in made)
    assert Payout.objects.count() == 1


def test_other_peoples_orders_are_left_alone(register, bring_in):
    said, status = bring_in(order(100_000, ПлательщикИНН="7744000912"))

    assert (status, Payout.objects.count()) == (0, 0)
    assert "Наших платёжных поручений: 0" in said


@pytest.mark.parametrize("inn", ["", " ", "\xa0"])
@pytest.mark.parametrize("purpose", ["Комиссия банка", "Перечисление по реестру № 1"])
def test_an_order_without_a_recipient_settles_nothing(anna, bank, bring_in, inn, purpose):
    registered(anna, make_provider(inn=""), NOW)

    said, status = bring_in(order(100_000, purpose=purpose, ПолучательИНН=inn, ПолучательКПП=""))

    assert (status, Payout.objects.count()) == (1, 0)
    assert "реестра с такой суммой нет" in said


def test_a_payout_that_was_altered_is_named(register, bring_in):
    bring_in(order(100_000))
    Payout.objects.update(amount=1)

    assert any("выплачено" in str(trouble) for trouble in verification.troubles())


def test_a_refund_after_the_register_comes_off_the_next(anna, bank, provider, register):
    payment = register.lines.get().payment
    answer = bank.answer_about(payment.uuid, word=Word.PARTLY_REFUNDED, refunded=300)
    settlement.apply(payment=payment, answer=answer, source="test", now=TOMORROW)
    following = register_export.export(provider=provider, day=TOMORROW.date(), now=TOMORROW + timedelta(days=1))

    assert (payouts.amount_of(register), payouts.amount_of(following)) == (100_000, -300)
    assert [one["is_ready"] for one in listed()] == [True, False]


def test_a_register_below_zero_makes_the_next_payout_less(anna, bank, provider, register, bring_in):
    answer = bank.answer_about(register.lines.get().payment.uuid, word=Word.PARTLY_REFUNDED, refunded=300)
    settlement.apply(payment=register.lines.get().payment, answer=answer, source="test", now=TOMORROW)
    register_export.export(provider=provider, day=TOMORROW.date(), now=TOMORROW + timedelta(days=1))

    _, status = bring_in(order(99_700, purpose="По реестрам № 1, 2"))

    assert (status, listed()) == (0, [])


def test_who_names_a_register_with_another_sum_settles_none(anna, bank, provider, register, bring_in):
    registered(anna, provider, TOMORROW)

    _, status = bring_in(order(200_000, purpose="По реестру № 1"))

    assert (status, Payout.objects.count()) == (1, 0)
