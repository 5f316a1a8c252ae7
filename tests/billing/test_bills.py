"""The rows of «Счета к оплате»: whose they are, in which order, with which words and links."""

from datetime import date
from uuid import uuid4

import pytest

from billing import bills, dues, marks
from billing.bills import Span, Tab
from billing.models import Bill, BillStatus
from billing.money import Kopecks
from tests.billing.make import add_account, make_account, make_bill, make_category, make_provider
from tests.people import NOW

pytestmark = pytest.mark.django_db

TODAY = date(2017, 7, 6)
ALWAYS = Span()
MONTHS = [date(2017, month, 1) for month in range(1, 7)]


def shown(resident, tab=Tab.ALL, span=ALWAYS, today=TODAY, **options):
    return bills.for_resident(resident=resident, tab=tab, span=span, today=today, **options)


def rows(found):
    return [row for group in found.groups for row in group.rows]


def words(row):
    return [tag.word for tag in row.tags]


def hold(bill, resident, kopecks=None):
    operation = uuid4()
    amount = Kopecks(kopecks or bill.total)
    dues.hold(bill_id=bill.pk, version=1, operation=operation, amount=amount, resident=resident, now=NOW)
    return operation


def pay(bill, resident, kopecks=None):
    operation = hold(bill, resident, kopecks)
    dues.settle(bill_id=bill.pk, operation=operation, now=NOW)
    return operation


def link(operation) -> str:
    return f"/payments/{operation}/"


def test_a_row_is_ready_to_be_read(anna, annas_bill):
    (row,) = rows(shown(anna))

    assert (row.provider, row.number) == ("Смарт Сервис (ЖКУ)", "1234567890")
    assert row.title == "Центральная 5-1"
    assert row.kind == "Выставленный счёт"
    assert (row.issued, row.period) == ("05.07.2017", "за июнь 2017")
    assert row.total == row.due == "12\u00a0970,24\u00a0₽"
    assert words(row) == ["Не оплачен"]
    assert row.pay_url == f"/bills/{annas_bill.uuid}/pay/"
    assert (row.operation_url, row.hint, row.is_muted) == ("", "", False)


def test_a_title_that_is_only_the_number_is_not_said_twice(anna):
    account = make_account("1234567890")
    make_bill(account)
    add_account(anna, account, title="1234567890")

    assert rows(shown(anna))[0].title == ""


def test_nobody_sees_bills_of_accounts_he_has_not_added(boris, annas_bill):
    found = shown(boris)

    assert (found.titles, found.groups) == ([], [])


def test_two_residents_of_one_flat_each_see_it_once_under_their_own_title(anna, boris, annas_bill):
    add_account(boris, annas_bill.account, title="Квартира мамы")

    assert [row.title for row in rows(shown(anna))] == ["Центральная 5-1"]
    assert [row.title for row in rows(shown(boris))] == ["Квартира мамы"]


def test_the_newest_come_first_and_only_the_newest_is_payable(anna):
    account = make_account()
    add_account(anna, account)
    for period in MONTHS:
        make_bill(account, period=period)

    found = rows(shown(anna))

    assert [row.period for row in found] == [
        "за июнь 2017",
        "за май 2017",
        "за апрель 2017",
        "за март 2017",
        "за февраль 2017",
        "за январь 2017",
    ]
    assert [bool(row.pay_url) for row in found] == [True, False, False, False, False, False]


def test_an_older_bill_of_which_nothing_is_known_says_so_and_is_muted(anna):
    account = make_account()
    add_account(anna, account)
    make_bill(account, period=MONTHS[0], total=1000)
    make_bill(account, period=MONTHS[1])

    (group,) = shown(anna).groups

    row = group.rows[1]
    assert words(row) == ["Нет данных об оплате"]
    assert (row.due, row.is_muted, row.pay_url) == ("10,00\u00a0₽", True, "")
    assert "если Вы платили другим способом, здесь это не видно" in group.hint


def test_an_older_bill_can_be_paid_where_the_provider_allows_it_and_still_is_not_called_unpaid(anna):
    account = make_account(provider=make_provider("kind", older_bills_payable=True))
    older = make_bill(account, period=MONTHS[0], issued_date=date(2017, 2, 5))
    make_bill(account, period=MONTHS[1], issued_date=date(2017, 3, 5))
    add_account(anna, account)

    found = shown(anna)

    row = rows(found)[1]
    assert (words(row), row.pay_url, row.mark_url) == (["Нет данных об оплате"], f"/bills/{older.uuid}/pay/", "")
    assert found.groups[0].unpaid == 1


def test_without_such_a_bill_there_is_no_such_hint(anna, annas_bill):
    assert shown(anna).groups[0].hint == ""


def test_groups_follow_the_catalogue_and_count_unpaid_bills(anna):
    internet = make_category("internet", "Интернет", position=2)
    second = make_provider("b", short_name="Второй", position=2)
    first = make_provider("a", short_name="Первый", position=1)
    third = make_provider("c", short_name="Интернет", position=0, category=internet)
    for provider in (second, first, third):
        account = make_account(provider=provider)
        add_account(anna, account)
        make_bill(account, period=MONTHS[0])
        make_bill(account, period=MONTHS[1])

    for tab, bills_of_each in ((Tab.ALL, 2), (Tab.UNPAID, 1)):
        groups = shown(anna, tab).groups
        assert [(group.title, group.unpaid) for group in groups] == [("Первый", 1), ("Второй", 1), ("Интернет", 1)]
        assert {len(group.rows) for group in groups} == {bills_of_each}


def test_two_accounts_of_one_provider_are_one_group(anna):
    for _ in range(2):
        account = make_account()
        add_account(anna, account)
        make_bill(account)

    (group,) = shown(anna).groups

    assert (group.unpaid, len(group.rows)) == (2, 2)


def test_the_count_is_the_same_whatever_the_dates(anna, annas_bill):
    make_bill(annas_bill.account, period=date(2017, 5, 1), issued_date=date(2017, 6, 5))

    (group,) = shown(anna, span=Span(end=date(2017, 6, 30))).groups

    assert (group.unpaid, len(group.rows)) == (1, 1)


@pytest.mark.parametrize(
    "span, expected",
    [
        (ALWAYS, 3),
        (Span(date(2017, 6, 5), date(2017, 7, 5)), 2),
        (Span(date(2017, 6, 6)), 1),
        (Span(end=date(2017, 6, 4)), 1),
        (Span(date(2018, 1, 1)), 0),
    ],
)
def test_both_ends_of_the_dates_belong_to_them(anna, span, expected):
    account = make_account()
    add_account(anna, account)
    for period, issued in ((4, 5), (5, 6), (6, 7)):
        make_bill(account, period=date(2017, period, 1), issued_date=date(2017, issued, 5))

    assert len(rows(shown(anna, span=span))) == expected


def test_an_unpaid_bill_is_late_after_its_last_day(anna, annas_bill):
    assert words(rows(shown(anna, today=date(2017, 7, 10)))[0]) == ["Не оплачен"]
    assert words(rows(shown(anna, today=date(2017, 7, 11)))[0]) == ["Не оплачен", "Просрочен"]


def test_ones_own_operation_on_its_way_is_linked(anna, annas_bill):
    operation = hold(annas_bill, anna)

    (row,) = rows(shown(anna, Tab.UNPAID))

    assert words(row) == ["В обработке"]
    assert (row.due, row.pay_url) == ("0,00\u00a0₽", "")
    assert row.operation_url == link(operation)


def test_anothers_operation_shows_only_that_the_bill_is_being_paid(anna, boris, annas_bill):
    add_account(boris, annas_bill.account)
    hold(annas_bill, anna)

    (row,) = rows(shown(boris, Tab.UNPAID))

    assert words(row) == ["В обработке"]
    assert row.hint == "Счёт оплачивается"
    assert (row.operation_url, row.pay_url) == ("", "")


def test_what_is_left_beside_an_operation_can_be_paid(anna, annas_bill):
    operation = hold(annas_bill, anna, 1_000_000)

    (row,) = rows(shown(anna))

    assert words(row) == ["Не оплачен", "10\u00a0000,00\u00a0₽ в обработке"]
    assert row.due == "2\u00a0970,24\u00a0₽"
    assert row.pay_url
    assert row.operation_url == link(operation)


def test_a_part_that_was_paid_leaves_the_rest_payable_even_on_an_older_bill(anna, annas_bill):
    pay(annas_bill, anna, 1_000_000)
    make_bill(annas_bill.account, period=date(2017, 7, 1))

    row = rows(shown(anna, Tab.UNPAID))[1]

    assert words(row) == ["Оплачен частично"]
    assert (row.due, bool(row.pay_url)) == ("2\u00a0970,24\u00a0₽", True)


def test_ones_own_payment_is_linked_from_the_paid_bill(anna, annas_bill):
    operation = pay(annas_bill, anna)

    (row,) = rows(shown(anna))

    assert words(row) == ["Оплачен"]
    assert (row.due, row.pay_url, row.operation_url) == ("0,00\u00a0₽", "", link(operation))
    assert rows(shown(anna, Tab.UNPAID)) == []


def test_anothers_payment_is_not_linked(anna, boris, annas_bill):
    add_account(boris, annas_bill.account)
    pay(annas_bill, anna)

    (row,) = rows(shown(boris))

    assert words(row) == ["Оплачен"]
    assert row.operation_url == ""


def test_an_operation_that_failed_is_not_linked(anna, annas_bill):
    operation = hold(annas_bill, anna)
    dues.release(bill_id=annas_bill.pk, operation=operation, now=NOW)

    (row,) = rows(shown(anna))

    assert (words(row), row.operation_url) == (["Не оплачен"], "")


def test_the_last_of_several_payments_is_linked(anna, annas_bill):
    pay(annas_bill, anna, 1_000_000)
    last = pay(annas_bill, anna, 297_024)

    assert rows(shown(anna))[0].operation_url == link(last)


def test_what_was_paid_too_much_is_named(anna):
    account = make_account()
    add_account(anna, account)
    make_bill(account, total=-20_000)

    (row,) = rows(shown(anna))

    assert words(row) == ["Переплата 200,00\u00a0₽"]
    assert (row.total, row.due, row.pay_url) == ("-200,00\u00a0₽", "0,00\u00a0₽", "")


def test_a_bill_carried_into_another_is_muted(anna):
    account = make_account()
    add_account(anna, account)
    newer = make_bill(account, period=MONTHS[1])
    make_bill(account, period=MONTHS[0], carried_into=newer)

    row = rows(shown(anna))[1]

    assert (words(row), row.is_muted) == (["Включён в новый счёт"], True)


def test_one_account_can_be_looked_at_alone(anna, annas_bill):
    other = add_account(anna, make_bill().account, title="Дача")

    found = shown(anna, account=other.uuid)

    assert found.titles == ["Дача"]
    assert [row.title for row in rows(found)] == ["Дача"]
    assert found.groups[0].unpaid == 1


def test_nobody_can_look_at_anothers_added_account(anna, boris, annas_bill):
    hers = anna.added_accounts.get()

    assert shown(boris, account=hers.uuid).titles == []


def test_a_long_list_comes_in_pages(anna, monkeypatch):
    monkeypatch.setattr(bills, "PER_PAGE", 4)
    account = make_account()
    add_account(anna, account)
    for period in MONTHS:
        make_bill(account, period=period)

    first, second = shown(anna), shown(anna, page="2")

    assert (len(rows(first)), len(rows(second))) == (4, 2)
    assert first.page.paginator.num_pages == 2
    assert second.groups[0].unpaid == 1
    assert len(rows(shown(anna, page="99"))) == 2
    assert len(rows(shown(anna, page="x"))) == 4


@pytest.fixture
def two_flats(anna):
    """Three years of bills of two accounts of one provider, and one of another; each bill has a sum of its own."""
    account_of = [make_account(), make_account(), make_account(provider=make_provider("other", position=5))]
    for place, account in enumerate(account_of):
        add_account(anna, account)
        for month in range(36 - 20 * (place == 1)):
            period = date(2014 + month // 12, month % 12 + 1, 1)
            make_bill(account, period=period, issued_date=period, charges=(("Отопление", 100 + place * 100 + month),))


def test_pages_put_together_are_all_bills_once_in_their_order(anna, two_flats):
    first = shown(anna)
    pages = [rows(shown(anna, page=str(number))) for number in range(1, first.page.paginator.num_pages + 1)]

    order = ("account__provider__position", "account__provider", "-period", "-id")
    expected = list(Bill.objects.visible_to(anna).order_by(*order).values_list("pk", flat=True))
    assert [row.key for page in pages for row in page] == expected
    assert len(expected) == 36 + 16 + 36


@pytest.mark.parametrize(
    ("page", "number"), [("", 1), ("x", 1), ("٢", 2), ("0", 8), ("999", 8), ("9" * 30, 8), ("-1", 8)]
)
def test_any_page_number_is_answered_with_bills(anna, two_flats, page, number):
    found = shown(anna, page=page)

    assert found.page.number == number
    assert rows(found)


def test_the_unpaid_are_those_of_the_rule_whatever_was_begun_in_whichever_year(anna, two_flats, monkeypatch):
    monkeypatch.setattr(bills, "PER_PAGE", 100)
    old = list(Bill.objects.order_by("period")[:6])
    pay(old[0], anna, 50)
    hold(old[1], anna)
    hold(old[2], anna, 20)
    pay(old[3], anna)
    marks.put(resident=anna, bill=Bill.objects.order_by("-period").first(), version=1, reason="", now=NOW)

    found = shown(anna, Tab.UNPAID)

    expected = set(Bill.objects.visible_to(anna).unpaid_for(anna).values_list("pk", flat=True))
    assert {row.key for row in rows(found)} == expected
    assert sum(group.unpaid for group in found.groups) == len(expected) == found.page.paginator.count == 5


def test_three_queries_are_enough_for_any_number_of_bills(anna, django_assert_num_queries):
    for _ in range(3):
        account = make_account()
        add_account(anna, account)
        for period in MONTHS:
            bill = make_bill(account, period=period)
            pay(bill, anna, 400)

    for tab in Tab:
        with django_assert_num_queries(3):
            assert len(rows(shown(anna, tab))) == bills.PER_PAGE


def test_every_status_has_a_look():
    assert set(bills.LOOKS) == set(BillStatus)
