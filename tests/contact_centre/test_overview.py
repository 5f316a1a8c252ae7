"""«Сводка»: payments by hour and by day as bars and as numbers, and how everything else is."""

from datetime import timedelta

import pytest
from django.urls import reverse

from payments.models import Payment
from smartservice.contact_centre import overview
from smartservice.roles import Role
from tests.billing.make import make_account
from tests.clock import NOW
from tests.contact_centre.staff import client_of, make_staff

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:overview")


def made(at, status="SUCCEEDED", amount=10_000):
    account = make_account()
    return Payment.objects.create(
        provider=account.provider,
        account=account,
        amount=amount,
        channel="портал",
        status=status,
        created_at=at,
        submitted_at=at,
        moved_at=at,
    )


def rows(number):
    return {row.label: row for row in overview.charts(now=NOW)[number].rows if row.made}


def heights(number, picture):
    return [bar.height for bar in overview.charts(now=NOW)[number].pictures[picture].bars if bar.height]


def test_hours_are_moscow_hours_with_their_sums():
    made(NOW)
    made(NOW, status="DECLINED")
    made(NOW - timedelta(hours=3), amount=1)

    found = rows(0)

    assert {label: (row.made, row.succeeded) for label, row in found.items()} == {"12:00": (2, 1), "09:00": (1, 1)}
    assert found["12:00"].total.replace("\u00a0", " ") == "100,00 ₽"
    assert heights(0, 0) == [50, 100]


def test_sums_have_a_picture_of_their_own():
    made(NOW)
    made(NOW - timedelta(hours=3), amount=2_500)
    made(NOW - timedelta(hours=4), status="DECLINED", amount=900_000)

    assert heights(0, 1) == [25, 100]
    assert overview.charts(now=NOW)[0].pictures[1].peak.replace("\u00a0", " ") == "100,00 ₽"


def test_a_picture_says_from_when_till_when_and_how_high():
    client = client_of(make_staff(Role.SENIOR))
    empty = client.get(PAGE).content.decode()
    made(NOW)
    made(NOW, status="DECLINED")

    page = client.get(PAGE).content.decode()

    assert empty.count("оплат не было") == 4
    assert page.count("самый высокий – 2") == 2
    assert "<span>13:00</span>" in page
    assert "<span>12:00</span>" in page


def test_days_begin_at_moscow_midnight():
    made(NOW.replace(hour=20, minute=59) - timedelta(days=1))
    made(NOW.replace(hour=21, minute=1) - timedelta(days=1))

    assert {label: row.made for label, row in rows(1).items()} == {"19.11": 1, "20.11": 1}


def test_older_ones_are_not_asked_for():
    made(NOW - timedelta(days=40))

    assert rows(0) == rows(1) == {}


@pytest.mark.parametrize(
    "statuses, said",
    [
        ([], "за сутки ничего не закончилось"),
        (["AUTHORISING"], "за сутки ничего не закончилось"),
        (["SUCCEEDED"] * 2 + ["DECLINED"], "66,6 % из 3"),
        (["SUCCEEDED", "REFUNDED", "AUTHORISING"], "100,0 % из 2"),
    ],
)
def test_the_success_rate_is_of_what_has_ended(statuses, said):
    for status in statuses:
        made(NOW - timedelta(hours=1), status=status)

    assert overview.success_rate(now=NOW) == said


def test_the_page_shows_bars_and_the_same_as_a_table(db):
    made(NOW)
    client = client_of(make_staff(Role.FINANCE))

    page = client.get(PAGE).content.decode()

    assert page.count("<rect") == 2 * (overview.HOURS + overview.DAYS)
    assert "100,00" in page
    assert "Банк отвечал" in page


def test_it_asks_as_few_questions_however_much_was_paid(django_assert_max_num_queries):
    for _ in range(5):
        made(NOW)
    client = client_of(make_staff(Role.FINANCE))

    with django_assert_max_num_queries(35):
        client.get(PAGE)


def test_operators_do_not_see_it(operator_client):
    assert operator_client.get(PAGE).status_code == 403


def test_an_empty_queue_has_no_oldest_message(db):
    client = client_of(make_staff(Role.FINANCE))

    page = client.get(PAGE).content.decode()

    assert "<dt>Сообщений в очереди</dt><dd>0</dd>" in page
    assert "0 секунд" not in page
