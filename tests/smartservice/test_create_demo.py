"""`create_demo`: the sample data of the manual, once, and never in production."""

from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.models import User
from billing import bills, catalogue
from billing.models import AddedAccount, Bill, BillStatus, Provider, RegisterImport
from payments.models import Payment

pytestmark = pytest.mark.django_db
CODES = {
    "smart-zhku",
    "smart-kapremont",
    "smart-centr-zhku",
    "alye-parusa-zhku",
    "gibdd",
    "mts",
    "beeline",
    "megafon",
    "tele2",
    "rostelecom",
    "onlime",
    "akado",
    "ds-svyaz",
}
ISSUING = {"smart-zhku", "smart-kapremont", "smart-centr-zhku", "alye-parusa-zhku", "rostelecom", "onlime", "ds-svyaz"}


def create() -> str:
    said = StringIO()
    call_command("create_demo", stdout=said)
    return said.getvalue()


def of_ivanov() -> dict[date, Bill]:
    found = Bill.objects.filter(account__number="1234567890").with_newest()
    return {bill.issued_date: bill for bill in found}


def test_it_creates_the_providers_of_the_manual_and_five_more():
    create()

    codes = set(Provider.objects.values_list("code", flat=True))
    assert codes > CODES
    assert len(codes) == len(CODES) + 5
    assert set(Provider.objects.filter(issues_bills=True).values_list("code", flat=True)) == ISSUING
    more = Provider.objects.filter(is_featured=False).values_list("category__code", flat=True)
    assert sorted(more) == ["internet"] * 2 + ["utilities"] * 3


def test_every_example_fits_its_pattern():
    create()

    for provider in Provider.objects.all():
        assert provider.read_number(provider.account_example), provider.code


def test_it_creates_the_resident_with_his_flat():
    create()

    ivanov = User.objects.get(phone="+79161234567")
    assert ivanov.full_name == "Иванов Иван"
    assert ivanov.check_password("Smart2017")
    added = AddedAccount.objects.get(resident=ivanov)
    assert (added.title, added.account.number) == ("Центральная 5-1", "1234567890")
    assert added.account.provider.code == "smart-zhku"


def test_it_creates_the_seven_bills_with_their_sums_and_periods():
    create()

    assert {day: (bill.period, bill.total) for day, bill in of_ivanov().items()} == {
        date(2017, 7, 5): (date(2017, 6, 1), 1297024),
        date(2017, 6, 5): (date(2017, 5, 1), 1172275),
        date(2017, 5, 5): (date(2017, 4, 1), 1206561),
        date(2017, 4, 5): (date(2017, 3, 1), 1227066),
        date(2017, 3, 10): (date(2017, 2, 1), 1210199),
        date(2017, 2, 3): (date(2017, 1, 1), 1373715),
        date(2016, 12, 29): (date(2016, 12, 1), 1355608),
    }


def test_the_newest_bill_has_its_fourteen_charges_and_the_others_one():
    create()

    counts = {day: len(bill.charges) for day, bill in of_ivanov().items()}
    assert counts.pop(date(2017, 7, 5)) == 14
    assert set(counts.values()) == {1}


def test_two_bills_are_paid_the_newest_is_not_and_of_the_rest_nothing_is_known():
    create()

    assert {day: bill.status for day, bill in of_ivanov().items()} == {
        date(2017, 7, 5): BillStatus.NOT_PAID,
        date(2017, 6, 5): BillStatus.PAID,
        date(2017, 5, 5): BillStatus.PAID,
        date(2017, 4, 5): BillStatus.NO_DATA,
        date(2017, 3, 10): BillStatus.NO_DATA,
        date(2017, 2, 3): BillStatus.NO_DATA,
        date(2016, 12, 29): BillStatus.NO_DATA,
    }
    assert Payment.objects.count() == 3
    assert bills.check_counters() == []


def test_a_second_account_has_bills_and_nobody():
    create()

    assert Bill.objects.filter(account__number="2234567890").count() == 7
    assert not AddedAccount.objects.filter(account__number="2234567890").exists()


def test_operators_of_mobile_numbers_are_guessed():
    create()

    operators = catalogue.mobile_operators()
    phones = {operator.code: operator.read_number(operator.account_example) for operator in operators}
    guessed = {code: catalogue.operator_of(phone, operators) for code, phone in phones.items()}
    assert {code: provider.code for code, provider in guessed.items() if provider} == {code: code for code in guessed}


def rows() -> dict[str, int]:
    """How many there are of everything but tries to take a register in: a repeated one is a try too."""
    return {model.__name__: model.objects.count() for model in apps.get_models() if model is not RegisterImport}


def test_it_changes_nothing_when_it_runs_again():
    create()
    before = rows()
    resident = User.objects.get(phone="+79161234567")
    resident.set_password("Own-password-7")
    resident.save()

    create()

    assert rows() == before
    resident.refresh_from_db()
    assert resident.check_password("Own-password-7")


def test_it_refuses_to_work_in_production(settings):
    settings.ENVIRONMENT = "production"

    with pytest.raises(CommandError) as refusal:
        create()

    assert refusal.value.returncode == 1
    assert not Provider.objects.exists()
