"""«Начисления по месяцам»: which months, how high, in which words."""

from datetime import date

import pytest

from billing import accruals, months
from tests.billing.make import make_account, make_bill

pytestmark = pytest.mark.django_db

JUNE = date(2017, 6, 1)


@pytest.fixture
def account():
    return make_account()


def month(back):
    return months.before(JUNE, months=back)


def chart(*accounts, newest=JUNE):
    return accruals.chart(accounts=[account.pk for account in accounts], newest=newest)


def bills(account, totals):
    """Bills of the latest months; the last of the totals is June's."""
    for back, total in enumerate(reversed(totals)):
        if total is not None:
            make_bill(account, period=month(back), total=total)


def test_thirteen_months_of_accrual_end_with_the_newest(account):
    bills(account, [100_00] * 20)

    shown = chart(account)

    assert len(shown.bars) == 13
    assert (shown.bars[0].month, shown.bars[-1].month) == ("июнь 2016", "июнь 2017")
    assert [bar.is_last for bar in shown.bars] == [False] * 12 + [True]


def test_the_month_is_the_one_of_accrual_whenever_the_bill_was_issued(account):
    make_bill(account, period=month(1), issued_date=date(2017, 9, 1), total=200_00)
    make_bill(account, period=JUNE, issued_date=date(2017, 7, 5), total=100_00)

    assert [(bar.short, bar.total) for bar in chart(account).bars] == [
        ("май", "200,00\u00a0₽"),
        ("июн", "100,00\u00a0₽"),
    ]


def test_a_month_without_a_bill_keeps_its_place(account):
    bills(account, [100_00, None, 50_00])

    bars = chart(account).bars

    assert [(bar.short, bar.label, bar.total, bar.height) for bar in bars] == [
        ("апр", "100", "100,00\u00a0₽", 100),
        ("май", "–", "нет счёта", 0),
        ("июн", "50", "50,00\u00a0₽", 50),
    ]


def test_bars_begin_where_they_must_to_end_at_the_ground(account):
    bills(account, [100_00, 25_00])

    assert [(bar.top, bar.height) for bar in chart(account).bars] == [(0, 100), (75, 25)]


def test_large_sums_are_labelled_in_thousands(account):
    bills(account, [12_970_24, 11_722_75, 949_99])

    shown = chart(account)

    assert shown.unit == "тыс. ₽"
    assert [bar.label for bar in shown.bars] == ["13,0", "11,7", "0,9"]


def test_small_sums_are_labelled_in_roubles(account):
    bills(account, [450_49, 450_50])

    shown = chart(account)

    assert shown.unit == "₽"
    assert [bar.label for bar in shown.bars] == ["450", "451"]


def test_a_credit_has_no_height(account):
    bills(account, [100_00, -50_00])

    last = chart(account).bars[-1]

    assert (last.height, last.total) == (0, "-50,00\u00a0₽")


def test_nothing_but_zeros_is_no_trouble(account):
    bills(account, [0, 0])

    assert [bar.height for bar in chart(account).bars] == [0, 0]


def test_accounts_add_up(account):
    other = make_account()
    bills(account, [100_00, 100_00])
    bills(other, [20_00, 30_00])

    assert [bar.total for bar in chart(account, other).bars] == ["120,00\u00a0₽", "130,00\u00a0₽"]


@pytest.mark.parametrize(
    "totals, words",
    [
        ([100_00, 120_00], "За июнь 2017 на 20,00\u00a0₽ больше, чем в мае"),
        ([100_00, 80_00], "За июнь 2017 на 20,00\u00a0₽ меньше, чем в мае"),
        ([100_00, 100_00], "За июнь 2017 столько же, сколько в мае"),
        ([100_00, None, 100_00], ""),
    ],
)
def test_the_last_month_is_compared_with_the_one_before(account, totals, words):
    bills(account, totals)

    assert chart(account).comparison == words


def test_half_of_the_bills_is_no_saving(account):
    other = make_account()
    bills(account, [100_00, 100_00])
    bills(other, [100_00, None])

    assert chart(account, other).comparison == ""


def test_one_month_makes_no_chart(account):
    bills(account, [100_00])

    assert chart(account) is None
    assert chart(account, newest=None) is None


def test_it_is_one_question(account, django_assert_num_queries):
    bills(account, [100_00] * 13)

    with django_assert_num_queries(1):
        chart(account)
