"""Every row of the table of statuses, as a resident reads it on «Счета к оплате»: word, sum, what can be done."""

import re
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import pytest

from billing import dues, marks
from billing.models import Bill, Provider
from billing.money import Kopecks, roubles
from tests.billing.make import add_account, make_account, make_bill
from tests.people import NOW

pytestmark = pytest.mark.django_db

MAY, JUNE, JULY = date(2017, 5, 1), date(2017, 6, 1), date(2017, 7, 1)
TOTAL = 100_000


@dataclass(frozen=True)
class Read:
    """A row as it stands on the page."""

    words: list[str]
    due: str
    is_muted: bool
    actions: list[str]
    hint: str


@pytest.fixture
def account(anna):
    account = make_account()
    add_account(anna, account)
    return account


@pytest.fixture
def bill(account) -> Bill:
    """The only bill, so the newest."""
    return make_bill(account, period=JUNE, charges=(("Отопление", TOTAL),))


def hold(bill: Bill, resident, kopecks: int = TOTAL):
    operation = uuid4()
    dues.hold(
        bill_id=bill.pk,
        version=bill.version,
        operation=operation,
        amount=Kopecks(kopecks),
        resident=resident,
        now=NOW,
    )
    return operation


def pay(bill: Bill, resident, kopecks: int = TOTAL):
    operation = hold(bill, resident, kopecks)
    dues.settle(bill_id=bill.pk, operation=operation, now=NOW)
    return operation


def read(client, bill: Bill) -> Read:
    """The row of this bill on the tab «Все»."""
    page = client.get("/bills/?tab=all").content.decode()
    (row,) = (row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if f"issued-{bill.pk}" in row)
    due = re.search(r'data-label="Сумма к оплате">\s*<(span class="muted"|strong)>(.*?)<', row)
    action = re.search(r'<td class="row-action">.*?</td>', row, re.DOTALL)
    return Read(
        words=[_text(tag) for tag in re.findall(r'<span class="tag[^>]*>.*?</span>', row, re.DOTALL)],
        due=due[2],
        is_muted=due[1] != "strong",
        actions=[_text(one) for one in re.findall(r"<(?:a|button)\b.*?</(?:a|button)>", action[0] if action else "")],
        hint=_text("".join(re.findall(r'<p class="muted small">.*?</p>', row, re.DOTALL))),
    )


def _text(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def sum_of(kopecks: int) -> str:
    return roubles(Kopecks(kopecks))


def test_not_paid_is_the_newest_and_can_be_paid_or_marked(anna_client, bill):
    row = read(anna_client, bill)

    assert row.words == ["Не оплачен", "Просрочен"]
    assert (row.due, row.is_muted) == (sum_of(TOTAL), False)
    assert row.actions == ["Оплатить", "Отметить как оплаченный"]


def test_it_is_late_only_after_its_last_day(anna_client, account):
    bill = make_bill(account, period=date(2026, 10, 1), issued_date=date(2026, 11, 16), total=TOTAL)

    assert read(anna_client, bill).words == ["Не оплачен"]


def test_partly_paid_asks_for_the_rest(anna, anna_client, bill):
    pay(bill, anna, 40_000)

    row = read(anna_client, bill)

    assert row.words == ["Оплачен частично", "Просрочен"]
    assert (row.due, row.is_muted) == (sum_of(60_000), False)
    assert row.actions == ["Оплатить", "Отметить как оплаченный"]


def test_partly_paid_stays_payable_when_a_newer_bill_has_come(anna, anna_client, account, bill):
    pay(bill, anna, 40_000)
    make_bill(account, period=JULY, issued_date=date(2017, 8, 5))

    assert read(anna_client, bill).actions[0] == "Оплатить"


def test_being_paid_by_oneself_leads_to_the_operation(anna, anna_client, bill):
    hold(bill, anna)

    row = read(anna_client, bill)

    assert row.words == ["В обработке"]
    assert row.due == sum_of(0)
    assert row.actions == ["Детали операции"]


def test_being_paid_by_another_says_so_without_a_link(anna_client, boris, bill):
    hold(bill, boris)

    row = read(anna_client, bill)

    assert (row.words, row.actions, row.hint) == (["В обработке"], [], "Счёт оплачивается")


def test_what_is_left_beside_an_operation_can_be_paid_and_the_operation_is_named(anna, anna_client, bill):
    hold(bill, anna, 30_000)

    row = read(anna_client, bill)

    assert row.words == ["Не оплачен", "Просрочен", f"{sum_of(30_000)} в обработке".replace("\u00a0", " ")]
    assert row.due == sum_of(70_000)
    assert row.actions == ["Оплатить", "Детали операции"]


def test_paid_leads_to_its_operation(anna, anna_client, bill):
    pay(bill, anna)

    row = read(anna_client, bill)

    assert (row.words, row.due, row.actions) == (["Оплачен"], sum_of(0), ["Детали операции"])


def test_marked_as_paid_is_muted_and_can_be_returned(anna, anna_client, bill):
    marks.put(resident=anna, bill=bill, version=1, reason="в банке", now=NOW)

    row = read(anna_client, bill)

    assert row.words == ["Отмечен как оплаченный"]
    assert (row.due, row.is_muted) == (sum_of(TOTAL), True)
    assert (row.actions, row.hint) == (["Вернуть в неоплаченные"], "в банке")


def test_a_mark_is_ones_own_view(anna, boris, boris_client, bill):
    add_account(boris, bill.account)
    marks.put(resident=anna, bill=bill, version=1, reason="", now=NOW)

    assert read(boris_client, bill).words[0] == "Не оплачен"


def test_of_an_older_bill_nothing_is_known_and_the_page_says_what_to_do(anna_client, account, bill):
    older = make_bill(account, period=MAY, issued_date=date(2017, 6, 5), total=TOTAL)

    row = read(anna_client, older)

    assert row.words == ["Нет данных об оплате"]
    assert (row.due, row.is_muted, row.actions) == (sum_of(TOTAL), True, [])
    assert "Сверьте долг с последней квитанцией" in anna_client.get("/bills/?tab=all").content.decode()


def test_where_its_provider_allows_it_an_older_bill_can_be_paid_and_not_marked(anna_client, account, bill):
    Provider.objects.update(older_bills_payable=True)
    older = make_bill(account, period=MAY, issued_date=date(2017, 6, 5), total=TOTAL)

    assert read(anna_client, older).actions == ["Оплатить"]


def test_carried_into_a_new_bill_only_when_a_register_says_so(anna_client, account, bill):
    older = make_bill(account, period=MAY, issued_date=date(2017, 6, 5), total=TOTAL, carried_into=bill)

    row = read(anna_client, older)

    assert (row.words, row.is_muted, row.actions) == (["Включён в новый счёт"], True, [])


def test_a_credit_is_named_and_asks_for_nothing(anna_client, account):
    bill = make_bill(account, period=JULY, issued_date=date(2017, 8, 5), total=-12_345)

    row = read(anna_client, bill)

    assert row.words == [f"Переплата {sum_of(12_345)}".replace("\u00a0", " ")]
    assert (row.due, row.actions) == (sum_of(0), [])


def test_paid_more_than_a_corrected_bill_is_a_credit_too(anna, anna_client, bill):
    pay(bill, anna)
    Bill.objects.update(total=90_000, version=2)

    row = read(anna_client, bill)

    assert row.words == [f"Переплата {sum_of(10_000)}".replace("\u00a0", " ")]
    assert row.hint == "Исправлен поставщиком услуг"


def test_a_bill_of_nothing_is_paid(anna_client, account):
    bill = make_bill(account, period=JULY, issued_date=date(2017, 8, 5), total=0)

    row = read(anna_client, bill)

    assert (row.words, row.due, row.actions) == (["Оплачен"], sum_of(0), [])


@pytest.mark.parametrize("tab", ["", "?tab=all"])
def test_the_count_of_a_group_is_of_unpaid_bills_on_both_tabs(anna, anna_client, account, bill, tab):
    make_bill(account, period=MAY, issued_date=date(2017, 6, 5))
    paid = make_bill(account, period=date(2017, 4, 1), issued_date=date(2017, 5, 5), total=TOTAL)
    pay(paid, anna)

    assert "Смарт Сервис (ЖКУ) (1)" in anna_client.get(f"/bills/{tab}").content.decode()
