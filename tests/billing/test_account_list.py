"""Page «Лицевые счета»."""

import re

import pytest
from django.urls import reverse

from tests.billing.make import add_account, make_account

pytestmark = pytest.mark.django_db

URL = "/accounts/"


def test_a_visitor_is_asked_to_log_in(client):
    response = client.get(URL)

    assert response.status_code == 302
    assert response.url == f"{reverse('accounts:login')}?next={URL}"


def test_it_shows_title_number_and_provider(anna, anna_client):
    added = add_account(anna, make_account("1234567890"))

    page = anna_client.get(URL).content.decode()

    assert f'<a href="/bills/?account={added.uuid}">Центральная 5-1</a>' in page
    assert "1234567890" in page
    assert "Смарт Сервис (ЖКУ)" in page
    for heading in (
        "Название лицевого счёта",
        "Редактировать название",
        "Номер лицевого счёта",
        "Поставщик услуг",
        "Удалить",
    ):
        assert heading in page
    assert f'href="/accounts/{added.uuid}/title/"' in page
    assert f'href="/accounts/{added.uuid}/delete/"' in page


def test_the_stranger_sees_nothing_of_it(anna, boris_client):
    add_account(anna, make_account("1234567890"))

    page = boris_client.get(URL).content.decode()

    assert "Нет добавленных лицевых счетов" in page
    assert "1234567890" not in page
    assert "Центральная" not in page


def in_order(client, sort):
    """The titles as the page has them."""
    return [one.title for one in client.get(URL, {"sort": sort}).context["added"]]


@pytest.mark.parametrize(
    "sort, expected",
    [
        ("", ["Гараж", "Дом", "ёлки", "Ель"]),
        ("title", ["Гараж", "Дом", "ёлки", "Ель"]),
        ("-title", ["Ель", "ёлки", "Дом", "Гараж"]),
        ("number", ["ёлки", "Ель", "Дом", "Гараж"]),
        ("-number", ["Гараж", "Дом", "Ель", "ёлки"]),
        ("junk", ["Гараж", "Дом", "ёлки", "Ель"]),
    ],
)
def test_it_is_ordered_by_title_or_number_both_ways(anna, anna_client, sort, expected):
    for title, number in (
        ("ёлки", "1000000001"),
        ("Ель", "1000000002"),
        ("Дом", "1000000003"),
        ("Гараж", "1000000004"),
    ):
        add_account(anna, make_account(number), title=title)

    assert in_order(anna_client, sort) == expected


@pytest.mark.parametrize(
    "sort, title_link, title_order, number_link, number_order",
    [
        ("", "-title", "ascending", "number", "none"),
        ("-title", "title", "descending", "number", "none"),
        ("number", "title", "none", "-number", "ascending"),
        ("-number", "title", "none", "number", "descending"),
    ],
)
def test_the_headings_tell_the_order_and_turn_it(
    anna, anna_client, sort, title_link, title_order, number_link, number_order
):
    add_account(anna)

    page = anna_client.get(URL, {"sort": sort}).content.decode()

    headings = re.findall(r'aria-sort="(\w+)">\s*<a href="\?sort=([\w-]+)"><span>(\w+)', page)
    assert headings == [(title_order, title_link, "Название"), (number_order, number_link, "Номер")]
    assert page.count("▲") + page.count("▼") == 1


def test_without_accounts_it_says_how_to_begin(anna_client):
    page = anna_client.get(URL).content.decode()

    assert "Нет добавленных лицевых счетов" in page
    assert 'href="/accounts/add/"' in page


def test_its_queries_do_not_grow_with_the_accounts(anna, anna_client, django_assert_max_num_queries):
    for number in range(5):
        add_account(anna, title=f"Счёт {number}")
    anna_client.get(URL)

    with django_assert_max_num_queries(3):
        anna_client.get(URL)
