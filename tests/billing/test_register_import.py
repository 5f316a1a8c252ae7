"""Taking a register in: whole or not at all, once; corrections keep what they replace and touch no money."""

import io
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from billing import bills, dues, register_import
from billing.models import Bill, BillEntry, BillRegister, BillService, BillVersion, PersonalAccount, RegisterImport
from billing.money import Kopecks
from billing.register_formats import UnknownFormat
from billing.register_text import Malformed
from tests.billing.make import make_account, make_provider
from tests.billing.registers import SAMPLE, register_text, row
from tests.people import NOW

pytestmark = pytest.mark.django_db

JUNE = {"period": "06.2017", "issued": "05.07.2017"}
CORRECTION = {"period": "06.2017", "issued": "12.07.2017"}


@pytest.fixture(autouse=True)
def provider():
    return make_provider()


def take_in(text: str | bytes, *, now=NOW, **options) -> register_import.Outcome:
    data = text.encode() if isinstance(text, str) else text
    return register_import.import_register(file=io.BytesIO(data), file_name="june.csv", now=now, **options)


def counts(outcome: register_import.Outcome) -> tuple[int, int, int]:
    return outcome.new, outcome.changed, outcome.unchanged


def test_it_makes_accounts_services_and_bills():
    outcome = take_in(SAMPLE)

    bill = Bill.objects.get()
    assert counts(outcome) == (1, 0, 0)
    assert (outcome.bills, outcome.rows, outcome.total) == (1, 2, 378648)
    assert bill.account.number == "1234567890"
    assert (bill.period, bill.issued_date, bill.version, bill.total) == (date(2017, 6, 1), date(2017, 7, 5), 1, 378648)
    assert [(charge.name, charge.amount) for charge in bill.charges] == [
        ("Отопление", 372042),
        ("Горячее водоснабжение на ИП", 6606),
    ]


def test_it_keeps_everything_that_a_charge_says():
    take_in(register_text("1234567890;Вода;м³;1,5;44,04;70,06;-4,00;66,06", total="1;1;66,06"))

    (charge,) = Bill.objects.get().charges
    assert (charge.name, charge.unit, charge.volume, charge.tariff) == ("Вода", "м³", "1.5", "44.04")
    assert (charge.accrued, charge.recalculated, charge.amount) == (7006, -400, 6606)


def test_it_remembers_the_register():
    take_in(SAMPLE)

    register = BillRegister.objects.get()
    assert (register.file_name, register.bills, register.rows, register.total) == ("june.csv", 1, 2, 378648)
    assert register.imported_at == NOW
    assert Bill.objects.get().register == register


def test_the_same_file_again_changes_nothing():
    take_in(SAMPLE)

    outcome = take_in(SAMPLE)

    assert outcome.is_repeated
    assert counts(outcome) == (0, 0, 1)
    assert BillRegister.objects.count() == Bill.objects.count() == 1


def test_the_same_content_in_other_clothes_changes_no_bill():
    take_in(SAMPLE)

    outcome = take_in(SAMPLE.replace("\n", "\r\n").encode("cp1251"))

    assert counts(outcome) == (0, 0, 1)
    assert Bill.objects.get().version == 1
    assert not BillVersion.objects.exists()


def test_it_leaves_bills_alone_that_a_later_register_repeats():
    take_in(register_text(row("1234567890", 5), row("2234567890", 6), **JUNE))

    outcome = take_in(register_text(row("1234567890", 5), row("2234567890", 7), **CORRECTION))

    same = Bill.objects.get(account__number="1234567890")
    assert counts(outcome) == (0, 1, 1)
    assert (same.version, same.issued_date) == (1, date(2017, 7, 5))


def test_a_correction_is_a_new_version_and_keeps_the_old_document():
    take_in(register_text(row("1234567890", 5), **JUNE))
    old = Bill.objects.get()

    take_in(
        register_text(row("1234567890", 3), row("1234567890", 4, "Вода"), **CORRECTION), now=NOW + timedelta(days=1)
    )

    bill, version = Bill.objects.get(), BillVersion.objects.get()
    assert (bill.pk, bill.uuid) == (old.pk, old.uuid)
    assert (bill.version, bill.total, bill.issued_date) == (2, 700, date(2017, 7, 12))
    assert [charge.name for charge in bill.charges] == ["Отопление", "Вода"]
    assert (version.bill, version.version, version.total) == (bill, 1, 500)
    assert version.stored_charges == old.stored_charges
    assert (version.issued_date, version.register) == (date(2017, 7, 5), old.register)
    assert version.replaced_at == NOW + timedelta(days=1)


def test_a_second_correction_keeps_both_documents():
    for roubles, day in ((5, "05.07.2017"), (6, "12.07.2017"), (7, "12.07.2017")):
        take_in(register_text(row("1234567890", roubles), issued=day))

    assert Bill.objects.get().version == 3
    assert list(BillVersion.objects.order_by("version").values_list("version", "total")) == [(1, 500), (2, 600)]


def test_a_correction_of_the_order_of_charges_alone_is_one_too():
    take_in(register_text(row("1234567890", 1, "А"), row("1234567890", 1, "Б"), **JUNE))

    outcome = take_in(register_text(row("1234567890", 1, "Б"), row("1234567890", 1, "А"), **CORRECTION))

    assert counts(outcome) == (0, 1, 0)


def test_a_correction_touches_no_money():
    take_in(register_text(row("1234567890", 10), **JUNE))
    bill, operations = Bill.objects.get(), [uuid4(), uuid4()]
    for operation in operations:
        dues.hold(bill_id=bill.pk, version=1, operation=operation, amount=Kopecks(400), now=NOW)
    dues.settle(bill_id=bill.pk, operation=operations[0], now=NOW)

    take_in(register_text(row("1234567890", 2), **CORRECTION))

    bill.refresh_from_db()
    assert (bill.paid, bill.held, bill.total) == (400, 400, 200)
    assert BillEntry.objects.count() == 3
    assert bills.check_counters() == []


def test_accounts_that_a_register_does_not_name_are_untouched():
    take_in(register_text(row("1234567890", 5), row("2234567890", 6), **JUNE))

    take_in(register_text(row("1234567890", 7), **CORRECTION))

    absent = Bill.objects.get(account__number="2234567890")
    assert (absent.version, absent.total) == (1, 600)


def test_it_refuses_a_register_older_than_the_last_one_of_its_period():
    take_in(register_text(row("1234567890", 5), **CORRECTION))

    with pytest.raises(register_import.OlderThanAccepted) as refusal:
        take_in(register_text(row("1234567890", 6), **JUNE))

    assert refusal.value.issued_date == date(2017, 7, 12)
    assert Bill.objects.get().total == 500
    assert BillRegister.objects.count() == 1


def test_other_periods_and_providers_have_dates_of_their_own():
    make_provider("smart-centr-zhku")
    take_in(register_text(row("1234567890", 5), **CORRECTION))

    take_in(register_text(row("1234567890", 6), period="05.2017", issued="05.06.2017"))
    take_in(register_text(row("1234567890", 7), provider="smart-centr-zhku", **JUNE))

    assert Bill.objects.count() == 3


def test_it_takes_a_correction_of_the_same_day():
    take_in(register_text(row("1234567890", 5), **JUNE))

    assert counts(take_in(register_text(row("1234567890", 6), **JUNE))) == (0, 1, 0)


def test_one_number_at_two_providers_is_two_accounts():
    make_provider("smart-centr-zhku")
    take_in(register_text(row("1234567890", 5)))
    take_in(register_text(row("1234567890", 5), provider="smart-centr-zhku"))

    assert PersonalAccount.objects.filter(number="1234567890").count() == 2
    assert BillService.objects.filter(name="Отопление").count() == 2


def test_a_service_with_another_unit_is_another_service():
    take_in(register_text("1234567890;Вода;м³;;;5;;5", "1234567890;Вода;л;;;5;;5", "1234567890;Вода;м³;;;6;;6"))

    assert BillService.objects.count() == 2
    assert [charge.unit for charge in Bill.objects.get().charges] == ["м³", "л", "м³"]


def test_it_uses_an_account_that_is_there():
    account = make_account("1234567890")

    take_in(SAMPLE)

    assert Bill.objects.get().account == account


def test_nothing_of_a_malformed_file_is_taken():
    with pytest.raises(Malformed):
        take_in(register_text(row("1234567890", 5), row("not-a-number", 6)))

    assert not BillRegister.objects.exists()
    assert not PersonalAccount.objects.exists()


def test_an_account_that_comes_twice_is_refused_with_its_place():
    rows = [row("1234567890", 1), row("2234567890", 2), row("1234567890", 3)]

    for dry_run in (True, False):
        with pytest.raises(Malformed) as refusal:
            take_in(register_text(*rows), dry_run=dry_run)
        assert str(refusal.value.mistakes[0]) == (
            "строка 8, столбец 1 («Лицевой счёт»): счёт 1234567890 уже был в строке 6: его строки должны стоять подряд"
        )
        assert [mistake.line for mistake in refusal.value.mistakes] == [8, 9]
    with pytest.raises(Malformed, match="уже был в строке 6"):
        take_in(register_text(*rows, total="3;3;6"))
    assert not Bill.objects.exists()


def test_nothing_stays_when_the_merge_breaks_in_the_middle(monkeypatch):
    def broken(**_):
        raise OSError("the disk is full")

    monkeypatch.setattr(register_import.register_merge, "merge", broken)

    with pytest.raises(OSError, match="disk"):
        take_in(register_text(row("1234567890", 5), row("2234567890", 6)))

    assert not Bill.objects.exists()
    assert not BillRegister.objects.exists()
    assert not BillService.objects.exists()


def test_a_dry_run_counts_and_writes_nothing():
    take_in(register_text(row("1234567890", 5), row("2234567890", 6), **JUNE))

    outcome = take_in(
        register_text(row("1234567890", 5), row("2234567890", 7), row("3234567890", 8), **CORRECTION), dry_run=True
    )

    assert counts(outcome) == (1, 1, 1)
    assert (outcome.new_accounts, outcome.former_total, outcome.changed_total) == (1, 600, 700)
    assert BillRegister.objects.count() == 1
    assert PersonalAccount.objects.count() == 2
    assert not RegisterImport.objects.filter(register=None).exists()
    assert set(Bill.objects.values_list("total", "version")) == {(500, 1), (600, 1)}
    assert not BillVersion.objects.exists()


def test_a_dry_run_foretells_what_the_import_does():
    take_in(register_text(row("1234567890", 5), row("2234567890", 6), **JUNE))
    text = register_text(row("1234567890", 9), row("2234567890", 6), row("3234567890", 8), **CORRECTION)

    assert take_in(text, dry_run=True) == take_in(text)


def test_services_that_another_import_wrote_meanwhile_are_staged_anew(monkeypatch, provider):
    """While this file is being read, another one brings the same new service in."""
    whole, hurry = register_import.Staging.fill, [True]

    def overtaken(staging, bills, services):
        whole(staging, bills, services)
        if hurry.pop() if hurry else False:
            BillService.objects.create(provider=provider, name="Отопление", unit="")

    monkeypatch.setattr(register_import.Staging, "fill", overtaken)

    outcome = take_in(SAMPLE)

    assert counts(outcome) == (1, 0, 0)
    assert sorted(charge.name for charge in Bill.objects.get().charges) == ["Горячее водоснабжение на ИП", "Отопление"]
    assert BillService.objects.filter(name="Отопление").count() == 1


def test_a_line_without_end_is_no_register():
    with pytest.raises(Malformed, match="строка длиннее"):
        take_in(b"#REGISTER;bills;1\n" + b"x" * 2_000_000)


def test_it_refuses_an_unknown_format():
    for data in (b"", b"a,b,c\n1,2,3\n", "№;счёт".encode()):
        with pytest.raises(UnknownFormat):
            take_in(data)


def test_it_refuses_a_provider_that_issues_no_bills():
    make_provider("mts", issues_bills=False)

    with pytest.raises(Malformed):
        take_in(register_text(row("1234567890", 5), provider="mts"))


def test_today_is_moscows_when_a_date_is_judged():
    late_in_utc = datetime(2017, 7, 3, 21, 30, tzinfo=UTC)

    assert take_in(SAMPLE, now=late_in_utc)


def test_the_number_of_queries_does_not_grow_with_the_bills(django_assert_max_num_queries):
    rows = [row(str(number), 5) for number in range(1_000_000_000, 1_000_000_600)]
    corrected = [row(str(number), 6) for number in range(1_000_000_000, 1_000_000_600)]
    take_in(register_text(row("2234567890", 5), **JUNE))

    with django_assert_max_num_queries(40):
        take_in(register_text(*rows, issued="06.07.2017"))
    with django_assert_max_num_queries(40):
        take_in(register_text(*corrected, **CORRECTION))

    assert Bill.objects.filter(version=2).count() == 600


def sber(*rows: str, sequence: int = 1, month: str = "0617", **options) -> register_import.Outcome:
    """A register of Sber for the provider of the manual."""
    name = f"7700001450_40702810938000000001_{sequence:03}_{month}.txt"
    options = {"now": NOW, **options}
    return register_import.import_register(file=io.BytesIO("\n".join(rows).encode("koi8-r")), file_name=name, **options)


@pytest.fixture
def with_requisites(provider):
    provider.inn, provider.settlement_account = "7700001450", "40702810938000000001"
    provider.save()


ROW = "1234567890;Иванов Иван;Москва, Центральная, 5, 1;0617;{}"


def test_a_register_of_sber_is_told_by_its_name_and_issued_when_it_comes(with_requisites):
    outcome = sber(ROW.format("12970,24"))

    bill = Bill.objects.get()
    assert (bill.period, bill.issued_date, bill.total) == (date(2017, 6, 1), date(2026, 11, 20), 1297024)
    assert [charge.name for charge in bill.charges] == ["Начислено за месяц"]
    assert (outcome.provider, outcome.rows) == ("smart-zhku", 1)


def test_the_same_rows_of_another_month_are_another_register(with_requisites):
    june, july = (sber("1234567890;Иванов Иван;500", month=month) for month in ("0617", "0717"))

    assert not july.is_repeated
    assert sber("1234567890;Иванов Иван;500", month="0617").is_repeated
    assert (june.new, july.new, Bill.objects.count()) == (1, 1, 2)


def test_an_earlier_number_of_the_month_does_not_undo_a_later_one(with_requisites):
    sber(ROW.format("100"), sequence=2)

    with pytest.raises(register_import.OlderThanAccepted):
        sber(ROW.format("200"), sequence=1, now=NOW + timedelta(days=3))

    assert sber(ROW.format("300"), sequence=3).changed == 1


def test_nothing_of_the_payer_is_kept(with_requisites):
    sber(ROW.format("100"))

    kept = [str(value) for model in (Bill, BillService, PersonalAccount) for value in model.objects.values()]
    kept += [str(value) for value in BillRegister.objects.values()]
    assert not [text for text in kept if "Иванов" in text or "Центральная" in text]


def test_a_number_is_the_same_in_either_alphabet():
    make_provider("smart-centr-zhku", account_pattern="[0-9]{2}[A-Z]{2}[0-9]{6}")
    cyrillic, latin = (
        register_text(row(number, 5), provider="smart-centr-zhku", issued=issued)
        for number, issued in (("20МВ875415", "05.07.2017"), ("20MB875415", "12.07.2017"))
    )

    take_in(cyrillic)
    outcome = take_in(latin)

    assert (outcome.new, outcome.unchanged) == (0, 1)
    assert PersonalAccount.objects.get().number == "20MB875415"
