"""Page «Выберите поставщика услуг», and the catalogue behind it."""

import pytest
from django.urls import reverse

from billing import catalogue
from tests.billing.make import make_category, make_provider

pytestmark = pytest.mark.django_db

URL = "/accounts/add/"


def test_a_visitor_is_asked_to_log_in(client):
    response = client.get(URL)

    assert response.status_code == 302
    assert response.url == f"{reverse('accounts:login')}?next={URL}"


def test_it_offers_providers_that_issue_bills_and_no_others(anna_client):
    make_provider()
    make_provider("akado", short_name="АКАДО", issues_bills=False)
    make_provider("gone", short_name="Закрытая компания", is_active=False)

    page = anna_client.get(URL).content.decode()

    assert "Я хочу оплатить:" in page
    assert '<a href="/accounts/add/smart-zhku/">Смарт Сервис (ЖКУ)</a>' in page
    assert "АКАДО" not in page
    assert "Закрытая компания" not in page


def test_the_catalogue_has_the_order_of_the_manual(django_assert_num_queries):
    internet = make_category("internet", "Интернет, Телефония и ТВ", position=3)
    utilities = make_category("utilities", "Коммунальные услуги", position=0)
    make_provider("rostelecom", short_name="Ростелеком", category=internet, position=0)
    make_provider("b", short_name="Смарт Центр (ЖКУ)", category=utilities, position=2)
    make_provider("a", short_name="Смарт Сервис (ЖКУ)", category=utilities, position=1)

    with django_assert_num_queries(1):
        blocks = catalogue.issuing_blocks()

    assert [(block.title, [provider.short_name for provider in block.providers]) for block in blocks] == [
        ("Коммунальные услуги", ["Смарт Сервис (ЖКУ)", "Смарт Центр (ЖКУ)"]),
        ("Интернет, Телефония и ТВ", ["Ростелеком"]),
    ]
    assert blocks[0].providers[0].url == "/accounts/add/a/"


def test_a_category_without_such_providers_is_not_headed():
    make_category("fines", "Штрафы ГИБДД")
    make_provider("gibdd", category=make_category("fines"), issues_bills=False)

    assert catalogue.issuing_blocks() == []


def test_those_not_featured_come_by_show_all(anna_client):
    make_provider()
    make_provider("small", short_name="Малая компания", is_featured=False)

    short, whole = (anna_client.get(address).content.decode() for address in (URL, f"{URL}?all=1"))

    assert "Малая компания" not in short
    assert f'<a href="{URL}?all=1">показать все' in short
    assert '<a href="/accounts/add/small/">Малая компания</a>' in whole
    assert "показать все" not in whole


def test_a_category_with_none_featured_shows_what_it_has():
    make_provider("small", short_name="Малая компания", is_featured=False)

    (block,) = catalogue.issuing_blocks()

    assert [one.short_name for one in block.providers] == ["Малая компания"]
    assert block.all_url == ""
