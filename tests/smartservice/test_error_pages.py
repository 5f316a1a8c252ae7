"""What people see when something goes wrong: in Russian, with the way on, and without leading them astray."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from smartservice import views


@pytest.fixture
def stale_client() -> Client:
    """A browser whose forms have lost their token."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.django_db
def test_an_unknown_address_says_so_and_leads_home(client):
    page = client.get("/nowhere/")

    assertContains(page, "<h1>Страница не найдена</h1>", status_code=404, html=True)
    assertContains(page, '<a class="button" href="/">На главную</a>', status_code=404, html=True)


def test_a_resident_keeps_his_menu_on_an_unknown_address(boris_client):
    page = boris_client.get("/nowhere/")

    assertContains(page, "Чужой Борис", status_code=404)
    assertContains(page, "Счета к оплате", status_code=404)


@pytest.mark.parametrize(
    "name", ["accounts:logout", "accounts:registration-resend", "accounts:session-end-others", "type-size"]
)
def test_an_address_that_only_a_button_opens_says_so_and_leads_home(boris_client, name):
    page = boris_client.get(reverse(name))

    assertContains(page, "<h1>Так эту страницу не открыть</h1>", status_code=405, html=True)
    assertContains(page, '<a class="button" href="/">На главную</a>', status_code=405, html=True)
    assertContains(page, "Чужой Борис", status_code=405)
    assert page["Allow"] == "POST"


@pytest.mark.django_db
def test_a_visitor_is_told_so_too(client):
    assertContains(client.get(reverse("type-size")), "Сюда ведёт только кнопка", status_code=405)


@pytest.mark.django_db
def test_a_stale_form_is_refused_in_russian(stale_client):
    page = stale_client.post(reverse("type-size"), {"size": "large"})

    assertContains(page, "<h1>Страница устарела</h1>", status_code=403, html=True)
    assertContains(page, "ничего не сохранено и не оплачено", status_code=403)
    assert "type_size" not in page.cookies


@pytest.mark.django_db
def test_a_stale_form_offers_the_page_it_stood_on(stale_client):
    page = stale_client.post(reverse("type-size"), headers={"referer": "http://testserver/agreement/"})

    assertContains(
        page,
        '<a class="button" href="http://testserver/agreement/">Открыть страницу заново</a>',
        status_code=403,
        html=True,
    )


@pytest.mark.django_db
def test_a_form_from_a_strangers_site_does_not_lead_back_there(stale_client):
    page = stale_client.post(reverse("type-size"), headers={"referer": "https://evil.example/trap"})

    assertNotContains(page, "evil.example", status_code=403)


@pytest.mark.django_db
def test_it_would_lead_back_there_without_the_check(stale_client, monkeypatch):
    monkeypatch.setattr(views, "url_has_allowed_host_and_scheme", lambda *args, **kwargs: True)

    page = stale_client.post(reverse("type-size"), headers={"referer": "https://evil.example/trap"})

    assertContains(page, "evil.example", status_code=403)


@pytest.mark.django_db
def test_a_failure_of_ours_says_not_to_pay_twice(monkeypatch):
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(views.catalogue, "blocks", fail)
    page = Client(raise_request_exception=False).get("/")

    assertContains(page, "не платите повторно", status_code=500)
    assertContains(page, "8 800 100-39-00", status_code=500)


@pytest.mark.django_db
def test_a_failure_page_asks_nothing_of_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        page = views.server_error(RequestFactory().get("/"))

    assert page.status_code == 500


def test_a_session_ended_in_another_tab_is_said_in_russian():
    page = views.bad_request(RequestFactory().get("/"), exception=ValueError("secret"))

    assertContains(page, "<h1>Не получилось принять запрос</h1>", status_code=400, html=True)
    assertNotContains(page, "secret", status_code=400)


@pytest.mark.django_db
def test_a_request_that_cannot_be_read_gets_that_page(client, settings):
    settings.ALLOWED_HOSTS = ["portal.example"]

    assertContains(client.get("/"), "Не получилось принять запрос", status_code=400)


@pytest.mark.parametrize(
    "where, status, heading, words",
    [
        ("/admin/nowhere/", 404, "Страница не найдена", "Такой записи или страницы нет"),
        ("/admin/money/", 403, "Нет доступа", "нужна другая роль"),
        ("/admin/logout/", 405, "Так эту страницу не открыть", "только кнопка на другой странице"),
    ],
)
def test_staff_stay_on_their_site_when_something_is_not_theirs(operator_client, where, status, heading, words):
    page = operator_client.get(where)

    assertContains(page, f"<h1>{heading}</h1>", status_code=status, html=True)
    assertContains(page, words, status_code=status)
    assertContains(page, "К рабочему месту", status_code=status)
    assertNotContains(page, "Счета к оплате", status_code=status)


def test_a_card_that_shut_meanwhile_says_what_to_do(operator_client, anna):
    page = operator_client.post(reverse("admin:resident-block", args=[anna.uuid]), {"reason": "звонок"})

    assertContains(page, "опознайте звонящего заново", status_code=403)
