"""`deliver_registers`: every finished day of a provider who asked for it, as a file, once, in his format."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from billing.models import Provider
from payments import payouts, register_delivery
from payments.models import PaymentRegister, PaymentRegisterCopy, RegisterDelivery
from payments.register_export import SBER, SMART
from tests.billing.make import make_account, make_provider
from tests.payments.make import pay
from tests.people import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.REGISTER_DIR = str(tmp_path / "registers")
    return tmp_path / "registers"


def want(name: str = SMART, **changes) -> RegisterDelivery:
    usual = {"provider": make_provider(), "format": name, "since_date": NOW.date()}
    return RegisterDelivery.objects.create(**{**usual, **changes})


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_finished_day_is_laid_out(anna, annas_bill, bank, folder):
    want()
    payment = pay(annas_bill, anna)

    assert register_delivery.deliver_due(now=NOW + DAY) == 1

    assert files(folder) == ["smart-zhku/2026-11-20_1.csv"]
    assert str(payment.number).encode() in (folder / "smart-zhku/2026-11-20_1.csv").read_bytes()


def test_an_unfinished_day_waits(anna, annas_bill, bank, folder):
    want()
    pay(annas_bill, anna)

    assert register_delivery.deliver_due(now=NOW) == 0
    assert files(folder) == []


def test_it_is_laid_out_once(anna, annas_bill, bank, folder):
    want()
    register_delivery.deliver_due(now=NOW + DAY)
    (folder / "smart-zhku/2026-11-20_1.csv").unlink()

    assert register_delivery.deliver_due(now=NOW + DAY) == 0
    assert files(folder) == []


def test_days_that_a_stopped_worker_missed_are_made_up_for(anna, annas_bill, bank, folder):
    want()

    assert register_delivery.deliver_due(now=NOW + 3 * DAY) == 3
    assert list(PaymentRegister.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_a_register_made_by_hand_is_laid_out_too(anna, annas_bill, bank, folder, time_machine):
    want()
    time_machine.move_to(NOW + DAY)
    call_command("export_payments", "--provider", "smart-zhku", "--date", "2026-11-20", stdout=StringIO())

    assert register_delivery.deliver_due(now=NOW + DAY) == 1
    assert files(folder) == ["smart-zhku/2026-11-20_1.csv"]


def test_sbers_format_has_its_own_name_and_letters(anna, annas_bill, bank, folder):
    want(SBER)
    pay(annas_bill, anna)
    Provider.objects.update(inn="7702726396", settlement_account="40702810900000000001")

    register_delivery.deliver_due(now=NOW + DAY)

    (name,) = files(folder)
    assert name == "smart-zhku/EPS7702726396_40702810900000000001_001.y11"
    content = (folder / name).read_bytes()
    assert content.decode("cp1251").encode() == PaymentRegisterCopy.objects.get().content.encode()


def test_nobody_who_did_not_ask_gets_anything(anna, annas_bill, bank, folder):
    pay(annas_bill, anna)

    assert register_delivery.deliver_due(now=NOW + DAY) == 0
    assert not PaymentRegister.objects.exists()


def test_the_paid_day_of_a_provider_closed_since_is_laid_out_and_may_be_paid(anna, annas_bill, bank, folder):
    want()
    payment = pay(annas_bill, anna)
    Provider.objects.update(is_active=False)

    assert register_delivery.deliver_due(now=NOW + DAY) == 1

    assert str(payment.number).encode() in (folder / "smart-zhku/2026-11-20_1.csv").read_bytes()
    assert [one.amount for one in payouts.due()] == [payment.amount]


def test_a_closed_provider_gets_no_empty_days(anna, annas_bill, bank, folder):
    want(since_date=(NOW - DAY).date())
    pay(annas_bill, anna)
    Provider.objects.update(is_active=False)

    assert register_delivery.deliver_due(now=NOW + 9 * DAY) == 1
    assert register_delivery.deliver_due(now=NOW + 10 * DAY) == 0
    assert files(folder) == ["smart-zhku/2026-11-20_1.csv"]


def test_what_is_learned_of_a_closed_providers_delivered_day_goes_with_the_newest(anna, annas_bill, bank, folder):
    want()
    register_delivery.deliver_due(now=NOW + DAY)
    late = pay(make_account(), anna, amount=50_000)
    Provider.objects.update(is_active=False)

    assert register_delivery.deliver_due(now=NOW + DAY) == 0
    assert register_delivery.deliver_due(now=NOW + 4 * DAY) == 1
    assert register_delivery.deliver_due(now=NOW + 5 * DAY) == 0
    assert str(late.number).encode() in (folder / "smart-zhku/2026-11-23_2.csv").read_bytes()


@pytest.mark.parametrize(("days", "delivered"), [(90, 1), (91, 0)])
def test_a_closed_providers_missing_day_is_looked_at_for_ninety_days(anna, annas_bill, bank, days, delivered):
    want()
    pay(annas_bill, anna)
    Provider.objects.update(is_active=False)

    assert register_delivery.deliver_due(now=NOW + days * DAY) == delivered


@pytest.mark.parametrize(("days", "delivered"), [(90, 1), (91, 0)])
def test_a_closed_providers_delivered_day_is_looked_at_for_ninety_days(anna, bank, days, delivered):
    want()
    register_delivery.deliver_due(now=NOW + DAY)
    pay(make_account(), anna, amount=50_000)
    Provider.objects.update(is_active=False)

    assert register_delivery.deliver_due(now=NOW + days * DAY) == delivered


def test_of_an_open_provider_no_missing_day_is_too_old(bank):
    want()

    assert register_delivery.deliver_due(now=NOW + 92 * DAY) == 92


def test_a_register_that_could_not_be_laid_out_before_its_provider_closed_is_tried_again(
    anna, annas_bill, bank, folder
):
    want()
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("не папка")
    register_delivery.deliver_due(now=NOW + DAY)
    folder.unlink()
    Provider.objects.update(is_active=False)

    assert register_delivery.deliver_due(now=NOW + DAY) == 1


def test_a_full_disk_is_tried_again(anna, annas_bill, bank, folder):
    want()
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("не папка")

    assert register_delivery.deliver_due(now=NOW + DAY) == 0
    folder.unlink()

    assert register_delivery.deliver_due(now=NOW + DAY) == 1


def test_the_command_says_how_many(anna, annas_bill, bank, time_machine):
    want()
    time_machine.move_to(NOW + 2 * DAY)
    said = StringIO()

    call_command("deliver_registers", stdout=said)

    assert said.getvalue() == "Передано реестров: 2\n"
