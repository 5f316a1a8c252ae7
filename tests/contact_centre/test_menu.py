"""The staff menu: every page of the site, each for whom it is, and the desk that says what each is for."""

import pytest
from django.contrib import admin
from django.urls import reverse

from smartservice.contact_centre import menu
from smartservice.roles import Role
from tests.contact_centre.staff import INDEX, client_of, make_staff

pytestmark = pytest.mark.django_db
# Rows inside another page.
LISTS = {f"admin:{model._meta.label_lower.replace('.', '_')}_changelist" for model in admin.site._registry}


def titles(role):
    return [entry.title for entry in menu.of(make_staff(role))]


def test_every_list_of_the_site_is_in_the_menu():
    assert {entry.url_name for entry in menu.ENTRIES} >= LISTS


def test_an_editor_finds_the_words_of_bills():
    assert titles(Role.EDITOR) == ["Поставщики", "Категории", "Слова счетов", "Страницы", "Рассылки"]


def test_an_operator_has_what_a_call_needs_and_no_more():
    assert titles(Role.OPERATOR) == ["Житель", "Обращения", "Справки почтой"]


@pytest.mark.parametrize("role", Role)
def test_every_link_of_a_role_opens(role):
    client = client_of(make_staff(role))

    for entry in menu.of(make_staff(role, phone="+79000000012")):
        assert client.get(entry.url).status_code == 200, entry.title


def test_the_page_behind_a_link_marks_it(anna, operator_client):
    page = operator_client.get(reverse("admin:resident-card", args=[anna.uuid])).content.decode()

    assert f'<a href="{reverse("admin:resident-search")}" aria-current="page">' in page
    assert page.count("aria-current") == 1


def test_the_desk_of_who_takes_calls_begins_with_the_search(operator_client):
    page = operator_client.get(INDEX).content.decode()

    assert f'action="{reverse("admin:resident-search")}"' in page
    assert "autofocus" in page
    assert "найти звонящего, опознать и помочь" in page


def test_who_takes_no_calls_has_no_search():
    assert "autofocus" not in client_of(make_staff(Role.EDITOR)).get(INDEX).content.decode()


def test_without_a_role_the_desk_says_who_gives_one():
    assert "Её даёт администратор" in client_of(make_staff(None)).get(INDEX).content.decode()
