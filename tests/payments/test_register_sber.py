"""`export_payments --format sber`: the same operations in the bank's wording, to the byte, and the same again."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from payments import register_export, register_sber, verification
from payments.models import Payment, PaymentRegister, PaymentRegisterCopy
from tests.billing.generated import examples
from tests.billing.make import make_provider
from tests.payments.make import pay
from tests.payments.test_register_format import payment, rows
from tests.people import NOW

DAY = date(2017, 7, 17)
TOMORROW = NOW + timedelta(days=1)


def written(*those, number: int | None = 3) -> str:
    return register_sber.write(number=number, date=DAY, rows=those)


def test_it_is_written_to_the_byte():
    refund = payment(amount=-297024, fee=0, kind="возврат")

    assert written(payment(), refund) == (
        "17-07-2017;17-24-53;SMART;PORTAL;44742441;1234567890;1234567890;;062017;[!];[!];;12980,24;12970,24;10,00\r\n"
        "17-07-2017;17-24-53;SMART;PORTAL;44742441;1234567890;1234567890;;062017;[!];[!];;-2970,24;-2970,24;0,00\r\n"
        "=2;10010,00;10000,00;10,00;3;17-07-2017\r\n"
    )


def test_a_day_without_operations_is_a_footer():
    assert written(number=None) == "=0;0,00;0,00;0,00;;17-07-2017\r\n"


@given(st.lists(rows, max_size=20))
@examples(60)
def test_its_footer_agrees_with_its_lines(those):
    *lines, footer = written(*those).split("\r\n")[:-1]

    count, accepted, transferred, fee, number, day = footer.removeprefix("=").split(";")
    assert (int(count), number, day) == (len(those), "3", "17-07-2017")
    assert kopecks(accepted) == sum(row.amount + row.fee for row in those)
    assert (kopecks(transferred), kopecks(fee)) == (sum(row.amount for row in those), sum(row.fee for row in those))
    assert [tuple(map(kopecks, line.rsplit(";", 3)[1:])) for line in lines] == [
        (row.amount + row.fee, row.amount, row.fee) for row in those
    ]


def kopecks(text: str) -> int:
    return int(text.replace(",", ""))


def test_a_mobile_number_reaches_its_operator_as_it_was_paid():
    assert ";44742441;+79161234567;+79161234567;" in written(payment(account="+79161234567"))


def test_a_file_is_named_as_the_bank_does():
    name = register_sber.file_name(inn="7702726396", settlement_account="4" * 20, number=7, date=DAY)

    assert name == f"EPS7702726396_{'4' * 20}_007.y07"


def run(*options: str) -> str:
    said = StringIO()
    call_command("export_payments", "--provider", "smart-zhku", "--date", f"{NOW:%Y-%m-%d}", *options, stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_both_formats_are_one_register_and_repeat_to_the_byte(anna, annas_bill, bank, time_machine):
    pay(annas_bill, anna)
    time_machine.move_to(TOMORROW)
    first = run("--format", "sber")
    Payment.objects.update(succeeded_at=NOW - timedelta(minutes=1))

    assert run("--format", "sber") == first
    assert run().splitlines()[3] == "#NUMBER;1"
    assert (PaymentRegister.objects.count(), PaymentRegisterCopy.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_preview_keeps_nothing(anna, annas_bill, bank):
    pay(annas_bill, anna)

    assert run("--format", "sber", "--preview").startswith("20-11-2026;12-00-00;SMART;PORTAL;")
    assert not PaymentRegister.objects.exists()


@pytest.mark.django_db
def test_a_copy_that_was_altered_is_refused_and_named(anna, annas_bill, bank):
    pay(annas_bill, anna)
    register = register_export.export(provider=make_provider(), day=NOW.date(), now=TOMORROW)
    register_export.in_format(register=register, name=register_export.SBER)
    PaymentRegisterCopy.objects.update(content="=0;0,00;0,00;0,00;1;20-11-2026\r\n")

    with pytest.raises(register_export.Damaged):
        register_export.in_format(register=register, name=register_export.SBER)

    assert any("sber" in str(trouble) for trouble in verification.troubles())


@pytest.mark.django_db
def test_an_unknown_format_is_a_wrong_call():
    with pytest.raises(CommandError):
        run("--format", "xml")
