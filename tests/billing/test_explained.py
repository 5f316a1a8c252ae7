"""A bill explained: beside earlier ones, in words, and what a correction changed."""

import io
from datetime import date

import pytest

from billing import explained
from billing.models import Bill, BillService, BillVersion
from billing.register_import import import_register
from tests.billing.make import add_account, make_account, make_bill, make_manual_bill, make_provider
from tests.billing.registers import register_text, row
from tests.people import NOW

pytestmark = pytest.mark.django_db

MAY, JUNE, LAST_JUNE = date(2017, 5, 1), date(2017, 6, 1), date(2016, 6, 1)
HEATING, WATER, GUARD = "Отопление", "Холодное водоснабжение", "Консьержная служба"


@pytest.fixture
def account():
    return make_account("1234567890")


def plain(text):
    return text.replace("\u00a0", " ")


def details(found):
    return [plain(line.details) for line in found.lines]


def changes(found):
    return [plain(change) for change in found.changes]


def test_the_bill_of_the_manual_keeps_its_fourteen_lines_and_its_sum():
    found = explained.explain(make_manual_bill())

    assert len(found.lines) == 14
    assert (found.lines[0].label, plain(found.lines[0].value)) == ("Отопление, руб.", "3 720,42")
    assert plain(found.total) == "12 970,24"
    assert (found.summary, found.changes, found.correction, found.paid) == ("", [], None, "")
    assert [term.word for term in found.terms] == ["ИП", "ОДН", "ГВС", "Водоотведение", "Тариф 1, 2, 3"]


def test_each_charge_stands_beside_last_month_and_last_year(account):
    make_bill(account, period=LAST_JUNE, charges=((HEATING, 900_00),))
    make_bill(account, period=MAY, charges=((HEATING, 1_000_00), (WATER, 50_00)))
    bill = make_bill(account, period=JUNE, charges=((HEATING, 1_120_00), (WATER, 60_00)))

    found = explained.explain(bill)

    assert details(found) == [
        "в мае 1 000,00 · в июне 2016 года 900,00",
        "в мае 50,00 · в июне 2016 года не было",
    ]
    assert plain(found.summary) == (
        "Этот счёт на 130,00 ₽ больше, чем в мае, и на 280,00 ₽ больше, чем в июне 2016 года."
    )


def test_the_biggest_changes_come_first_in_words(account):
    make_bill(account, period=MAY, charges=((HEATING, 1_000_00), (WATER, 50_00), ("Домофон", 10_00), ("Лифт", 99_00)))
    bill = make_bill(
        account, period=JUNE, charges=((HEATING, 1_120_00), (WATER, 20_00), ("Домофон", 11_00), (GUARD, 300_00))
    )

    assert changes(explained.explain(bill)) == [
        "Консьержная служба: 300,00 ₽, в мае такой строки не было",
        "Отопление: на 120,00 ₽ больше, чем в мае",
        "Лифт: в этом счёте нет, в мае было 99,00 ₽",
    ]


def test_what_did_not_change_is_not_told(account):
    make_bill(account, period=MAY, charges=((HEATING, 1_000_00), (WATER, 50_00)))
    bill = make_bill(account, period=JUNE, charges=((HEATING, 1_000_00), (WATER, 40_00)))

    assert changes(explained.explain(bill)) == ["Холодное водоснабжение: на 10,00 ₽ меньше, чем в мае"]


def test_the_same_sum_is_called_the_same(account):
    make_bill(account, period=MAY, charges=((HEATING, 1_000_00),))
    bill = make_bill(account, period=JUNE, charges=((HEATING, 1_000_00),))

    found = explained.explain(bill)

    assert (found.summary, found.changes) == ("Этот счёт такой же, как в мае.", [])


def test_without_last_month_the_last_year_is_compared(account):
    make_bill(account, period=LAST_JUNE, charges=((HEATING, 900_00),))
    bill = make_bill(account, period=JUNE, charges=((HEATING, 1_000_00),))

    assert changes(explained.explain(bill)) == ["Отопление: на 100,00 ₽ больше, чем в июне 2016 года"]


def test_bills_with_other_names_are_compared_by_their_sums_alone(account):
    make_bill(account, period=MAY, charges=(("Жилищно-коммунальные услуги", 900_00),))
    bill = make_bill(account, period=JUNE, charges=((HEATING, 1_000_00),))

    found = explained.explain(bill)

    assert (found.changes, details(found)) == ([], [""])
    assert plain(found.summary) == "Этот счёт на 100,00 ₽ больше, чем в мае."


def test_bills_of_another_account_are_not_looked_at(account):
    make_bill(make_account("2234567890"), period=MAY, charges=((HEATING, 900_00),))
    bill = make_bill(account, period=JUNE, charges=((HEATING, 1_000_00),))

    assert explained.explain(bill).summary == ""


def test_volume_tariff_and_recalculation_are_told_where_given(account):
    bill = make_bill(account, charges=((HEATING, 100), (WATER, 100), (GUARD, 100)))
    water = BillService.objects.create(provider=account.provider, name=WATER, unit="м³")
    stored = bill.stored_charges
    stored[0][3] = -250_00
    stored[1][0], stored[1][4], stored[1][5] = water.pk, "1.5", "44.04"
    stored[2][4] = "2"

    assert details(explained.explain(bill)) == ["перерасчёт -250,00", "1,5 м³ × 44,04 ₽", "2"]


def test_a_name_that_stands_twice_has_no_earlier_sum_of_its_own(account):
    make_bill(account, period=MAY, charges=((HEATING, 1_000_00),))
    bill = make_bill(account, period=JUNE, charges=((HEATING, 600_00), (HEATING, 500_00)))

    found = explained.explain(bill)

    assert details(found) == ["", ""]
    assert changes(found) == ["Отопление: на 100,00 ₽ больше, чем в мае"]


def test_a_corrected_bill_says_what_it_was_and_keeps_what_was_paid():
    make_provider()
    old = (row("1234567890", 100), row("1234567890", 40, WATER), row("1234567890", 7, "Домофон"))
    new = (row("1234567890", 90), row("1234567890", 40, WATER), row("1234567890", 5, GUARD))
    import_register(file=io.BytesIO(register_text(*old).encode()), file_name="", now=NOW)
    Bill.objects.update(paid=60_00)
    import_register(file=io.BytesIO(register_text(*new, issued="12.07.2017").encode()), file_name="", now=NOW)

    found = explained.explain(Bill.objects.get())

    assert (found.correction.was_issued, found.correction.issued) == ("05.07.2017", "12.07.2017")
    assert [(one.label, plain(one.was), plain(one.now)) for one in found.correction.differences] == [
        ("Сумма счёта", "147,00 ₽", "135,00 ₽"),
        ("Отопление", "100,00 ₽", "90,00 ₽"),
        ("Домофон", "7,00 ₽", "нет"),
        ("Консьержная служба", "нет", "5,00 ₽"),
    ]
    assert found.paid == "60,00"


def test_of_several_corrections_the_last_is_told():
    make_provider()
    for day, roubles in ((5, 100), (12, 90), (19, 95)):
        text = register_text(row("1234567890", roubles), issued=f"{day:02d}.07.2017")
        import_register(file=io.BytesIO(text.encode()), file_name="", now=NOW)

    correction = explained.explain(Bill.objects.get()).correction

    assert BillVersion.objects.count() == 2
    assert correction.was_issued == "12.07.2017"
    assert [plain(one.was) for one in correction.differences] == ["90,00 ₽", "90,00 ₽"]


def test_three_questions_are_enough_whatever_the_number_of_charges(account, anna, django_assert_num_queries):
    add_account(anna, account)
    make_bill(account, period=LAST_JUNE)
    make_bill(account, period=MAY)
    bill = make_manual_bill()

    with django_assert_num_queries(3):
        explained.explain(bill)
