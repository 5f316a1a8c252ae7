"""Payments without a bill of one's own, all at once: one form, one account, one bill, one limit. On both databases."""

from uuid import UUID, uuid4

import pytest
from django.contrib.auth.hashers import make_password

from accounts.models import User
from billing import dues, foreign_accounts
from billing.foreign_accounts import ACCOUNTS_DUES_TOLD, DUES_TOLD, Found
from billing.models import Bill, BillEntry, PersonalAccount, Provider
from billing.money import Kopecks
from billing.personal_accounts import TooManyMisses
from payments import any_payment, verification
from payments.any_payment import Told
from payments.models import Payment
from payments.status import Status
from tests.billing.make import make_manual_bill, make_provider
from tests.billing.racing import at_once
from tests.payments.make import send_code, submit
from tests.people import NOW, PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = "1234567"
CROWD = 8


@pytest.fixture
def provider(db):
    return make_provider("akado", account_check="PATTERN")


@pytest.fixture
def bill(db) -> Bill:
    """Of an account that nobody has added; the provider lets its due be told."""
    make_provider(shows_due=True)
    return make_manual_bill()


@pytest.fixture
def crowd(db) -> list[User]:
    """People who know nothing of each other."""
    people = [
        User(phone=f"+7903111{number:04d}", first_name="Пётр", last_name="Первый", password=make_password(PASSWORD))
        for number in range(CROWD)
    ]
    return User.objects.bulk_create(people)


def open_sum(resident: User, provider: Provider, *, key: UUID | None = None, told: Told | None = None, number=NUMBER):
    return any_payment.open_payment(
        resident=resident,
        provider=provider,
        found=Found(number, shows_due=told is not None),
        amount=told.due if told else Kopecks(1_000_00),
        told=told,
        form_key=key or uuid4(),
        now=NOW,
    )


def open_told(resident: User, bill: Bill) -> Payment:
    told = Told(bill.due, bill.version)
    return open_sum(resident, bill.account.provider, told=told, number=bill.account.number)


def test_twenty_posts_of_one_form_are_one_payment_and_one_account(anna, provider):
    key = uuid4()

    found = at_once(20, lambda _: open_sum(anna, provider, key=key).pk)

    assert set(found) == {Payment.objects.get().pk}
    assert PersonalAccount.objects.get().number == NUMBER


def test_many_who_use_an_account_first_make_one_of_it(crowd, provider):
    at_once(CROWD, lambda which: open_sum(crowd[which], provider))

    assert Payment.objects.count() == CROWD
    assert PersonalAccount.objects.count() == 1


def test_of_many_who_pay_what_they_were_told_one_holds_the_bill(crowd, bill):
    opened = [open_told(resident, bill) for resident in crowd]
    codes = [send_code(payment, resident) for payment, resident in zip(opened, crowd, strict=True)]

    found = at_once(CROWD, lambda which: submit(fresh(opened[which]), crowd[which], codes[which]))

    assert found.count(True) == 1
    assert sum(isinstance(refusal, dues.AlreadyBeingPaid) for refusal in found) == CROWD - 1
    bill.refresh_from_db()
    assert (bill.held, bill.due) == (bill.total, 0)
    assert BillEntry.objects.count() == 1
    assert Payment.objects.filter(status=Status.EXPIRED).count() == CROWD - 1
    assert list(verification.troubles()) == []


def test_without_the_hold_all_of_them_would_pay(crowd, bill, monkeypatch):
    """The saboteur."""
    monkeypatch.setattr(dues, "hold", lambda **arguments: None)
    opened = [open_told(resident, bill) for resident in crowd]
    codes = [send_code(payment, resident) for payment, resident in zip(opened, crowd, strict=True)]

    found = at_once(CROWD, lambda which: submit(fresh(opened[which]), crowd[which], codes[which]))

    assert found == [True] * CROWD


def test_typed_sums_and_the_bill_do_not_touch_each_other(crowd, bill):
    """Half pay the due, half type a sum to the same account; all of the typed ones go through."""
    number, provider = bill.account.number, bill.account.provider
    opened = [
        open_told(resident, bill) if which % 2 else open_sum(resident, provider, number=number)
        for which, resident in enumerate(crowd)
    ]
    codes = [send_code(payment, resident) for payment, resident in zip(opened, crowd, strict=True)]

    found = at_once(CROWD, lambda which: submit(fresh(opened[which]), crowd[which], codes[which]))

    assert found[0::2] == [True] * (CROWD // 2)
    assert found[1::2].count(True) == 1
    assert Bill.objects.get().held == bill.total


def test_parallel_questions_of_one_payer_do_not_outrun_the_limit(anna, bill):
    """More than five look-ups at the same moment may be taken for guesses: who was refused asks again, alone."""
    found = at_once(DUES_TOLD.times + 8, lambda _: ask(anna, bill))
    refused = [one for one in found if isinstance(one, TooManyMisses)]
    found = [one for one in found if one not in refused] + [ask(anna, bill) for _ in refused]

    assert [one.shows_due for one in found].count(True) == DUES_TOLD.times


def test_parallel_questions_about_one_account_do_not_outrun_it_either(crowd, bill):
    found = at_once(2 * CROWD, lambda which: ask(crowd[which % CROWD], bill))

    assert [one.shows_due for one in found].count(True) == ACCOUNTS_DUES_TOLD.times


def ask(resident: User, bill: Bill) -> Found:
    provider = Provider.objects.get(pk=bill.account.provider_id)
    return foreign_accounts.find(resident=resident, provider=provider, number=bill.account.number, now=NOW)


def fresh(payment: Payment) -> Payment:
    return Payment.objects.select_related("snapshot").get(pk=payment.pk)
