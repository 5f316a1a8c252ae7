"""The menu, the greeting and the rest of every page's frame."""

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.urls import reverse
from pytest_django.asserts import assertContains, assertInHTML, assertNotContains, assertRedirects

from smartservice import menu
from smartservice.menu import Entry, build

TREE = (
    Entry("Оплатить", "home", children=(Entry("Документ", "agreement"),)),
    Entry("Счета к оплате", "billing:bill-list", pages=("payments:card",)),
    Entry("Настройки", "personal-data", children=(Entry("Размер", "type-size", pages=("healthz",)),)),
)


def opened(view_name: str) -> list[str]:
    return [item.title for item in build(entries=TREE, view_name=view_name) if item.is_open]


def current(view_name: str) -> dict[str, str]:
    items = build(entries=TREE, view_name=view_name)
    lines = [*items, *(child for item in items for child in item.children)]
    return {line.title: line.current for line in lines if line.current}


@pytest.mark.parametrize(
    ("view_name", "title"),
    [
        ("type-size", "Настройки"),
        ("healthz", "Настройки"),
        ("agreement", "Оплатить"),
        ("home", "Оплатить"),
        ("", "Оплатить"),
    ],
    ids=["own page", "page that belongs to it", "child of another", "home", "no branch"],
)
def test_the_branch_of_the_page_is_open(view_name, title):
    assert opened(view_name) == [title]


def test_an_entry_without_children_opens_nothing():
    assert opened("billing:bill-list") == []


def test_the_current_page_is_marked_once():
    assert current("type-size") == {"Размер": "page"}
    assert current("billing:bill-list") == {"Счета к оплате": "page"}


def test_a_page_below_an_entry_marks_its_section():
    assert current("payments:card") == {"Счета к оплате": "true"}


def test_an_unknown_page_marks_nothing():
    assert current("nowhere") == {}


def test_every_address_that_the_menu_names_exists():
    items = build(entries=menu.MENU, view_name="")

    assert [item.url for item in items] == [reverse(entry.url_name) for entry in menu.MENU]
    assert all(child.url.startswith("/") for item in items for child in item.children)


def test_the_branches_of_paying_are_those_of_the_manual():
    pay = build(entries=menu.MENU, view_name="billing:category", code="mobile")[0]

    titles = ["Коммунальные услуги", "Штрафы ГИБДД", "Мобильная связь", "Интернет, Телефония и ТВ"]
    assert [child.title for child in pay.children] == titles
    assert [child.title for child in pay.children if child.current] == ["Мобильная связь"]
    assert pay.is_open
    assert pay.current == ""


@pytest.mark.parametrize("view_name, mark", [("home", "page"), ("payments:pay-sum", "true")])
def test_paying_itself_is_marked_where_no_branch_is(view_name, mark):
    assert build(entries=menu.MENU, view_name=view_name)[0].current == mark


def test_the_frame_survives_an_address_that_matches_nothing():
    request = RequestFactory().get("/nowhere/")
    request.resolver_match = None

    context = menu.page(request)

    assert [item.short_title for item in context["bottom_bar"]] == ["Счета", "Оплатить", "История"]


@pytest.mark.django_db
def test_a_visitor_sees_the_menu_and_a_closed_section_asks_him_to_log_in(client):
    page = client.get("/")
    answer = client.get(reverse("billing:bill-list"))

    for title in ("Оплатить", "Счета к оплате", "История операций", "Настройки"):
        assertContains(page, title)
    assertRedirects(
        answer, f"{reverse('accounts:login')}?next={reverse('billing:bill-list')}", fetch_redirect_response=False
    )


@pytest.mark.django_db
def test_a_visitor_can_log_in_from_the_side_column(client):
    page = client.get(reverse("agreement"))

    assertContains(page, "Номер мобильного телефона", count=1)
    assertContains(page, f'<input type="hidden" name="next" value="{reverse("agreement")}">', html=True)
    assertContains(page, f'<a class="link-button" href="{reverse("accounts:registration")}">Регистрация</a>', html=True)


def test_a_resident_is_greeted_and_can_log_out_by_post_only(anna_client):
    page = anna_client.get(reverse("agreement"))
    html = page.content.decode()

    assertInHTML("<p>Здравствуйте,<br><strong>Соколова Анна</strong></p>", html)
    assert f'<form method="post" action="{reverse("accounts:logout")}">' in html
    assert f'<a href="{reverse("accounts:logout")}"' not in html
    assert html.index("Соколова Анна") < html.index("Выйти") < html.index('aria-label="Разделы"')


def test_a_resident_sees_nothing_of_another(boris_client, anna):
    page = boris_client.get(reverse("agreement"))

    assertContains(page, "Чужой Борис")
    assertNotContains(page, "Соколова")


def test_a_resident_reads_about_the_last_visit(anna_client):
    page = anna_client.get(reverse("agreement"))

    assertContains(page, "За дополнительной информацией обращайтесь в Контакт-Центр.")


@pytest.mark.django_db
def test_settings_open_to_the_page_of_accounts(anna_client):
    page = anna_client.get(reverse("billing:account-list"))

    assertContains(
        page, f'<a href="{reverse("billing:account-list")}" aria-current="page">Управление счетами</a>', html=True
    )


@pytest.mark.django_db
def test_the_header_names_the_service_and_its_contact_centre(client):
    page = client.get("/")

    assertContains(page, "Комфорт Вашего дома – наша профессия!")
    assertContains(page, "Сервис предоставляется Платёжным сервисом А3")
    assertContains(page, settings.CONTACT_CENTRE_HOURS)
    assertContains(page, 'href="tel:88001003900"')


@pytest.mark.django_db
def test_the_content_comes_before_the_menu_and_can_be_skipped_to(client):
    html = client.get("/").content.decode()

    assert html.index('href="#main"') < html.index('<main id="main"') < html.index('id="menu"')
    assert '<a href="#menu">' in html
