"""Page «Лицевые счета»."""

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
    for heading in ("Название лицевого счёта", "Номер лицевого счёта", "Поставщик услуг"):
        assert heading in page


def test_the_stranger_sees_nothing_of_it(anna, boris_client):
    add_account(anna, make_account("1234567890"))

    page = boris_client.get(URL).content.decode()

    assert "Нет добавленных лицевых счетов" in page
    assert "1234567890" not in page
    assert "Центральная" not in page


def test_it_is_ordered_by_title(anna, anna_client):
    for title in ("дача", "Центральная 5-1", "Гараж"):
        add_account(anna, title=title)

    page = anna_client.get(URL).content.decode()

    assert page.index("Гараж") < page.index("дача") < page.index("Центральная 5-1")


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
