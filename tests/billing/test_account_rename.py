"""Page «Редактировать название»: one field, for one's own account."""

from uuid import uuid4

import pytest
from django.urls import reverse

from billing.models import AddedAccount
from tests.billing.make import add_account, make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def added(anna) -> AddedAccount:
    return add_account(anna, make_account("1234567890"))


@pytest.fixture
def url(added) -> str:
    return f"/accounts/{added.uuid}/title/"


def test_a_visitor_is_asked_to_log_in(client, url):
    response = client.get(url)

    assert response.status_code == 302
    assert response.url == f"{reverse('accounts:login')}?next={url}"


def test_it_shows_the_account_and_its_title(anna_client, url):
    page = anna_client.get(url).content.decode()

    assert "1234567890" in page
    assert "Смарт Сервис (ЖКУ)" in page
    assert 'value="Центральная 5-1"' in page
    assert ">Сохранить</button>" in page


def test_it_saves_another_title_and_says_so(anna_client, url, added):
    response = anna_client.post(url, {"title": "  Дом   на горе "}, follow=True)

    added.refresh_from_db()
    assert added.title == "Дом на горе"
    assert response.redirect_chain == [("/accounts/", 302)]
    page = response.content.decode()
    assert "Название лицевого счёта 1234567890 сохранено" in page
    assert "Дом на горе" in page


@pytest.mark.parametrize("title", ["", "   ", "\u00a0"])
def test_without_a_title_the_number_is_one(anna_client, url, added, title):
    anna_client.post(url, {"title": title})

    added.refresh_from_db()
    assert added.title == "1234567890"


def test_a_title_that_is_too_long_stays_in_the_field(anna_client, url, added):
    page = anna_client.post(url, {"title": "Ц" * 61}).content.decode()

    added.refresh_from_db()
    assert added.title == "Центральная 5-1"
    assert "<title>Ошибка: " in page
    assert f'value="{"Ц" * 61}"' in page


def test_a_title_is_shown_as_text(anna_client, url):
    page = anna_client.post(url, {"title": "<b>Дом</b>"}, follow=True).content.decode()

    assert "&lt;b&gt;Дом&lt;/b&gt;" in page
    assert "<b>Дом</b>" not in page


def test_reading_it_changes_nothing(anna_client, url, added):
    anna_client.get(url, {"title": "Другое"})

    added.refresh_from_db()
    assert added.title == "Центральная 5-1"


def test_the_stranger_gets_404(boris_client, url, added):
    assert boris_client.get(url).status_code == 404
    assert boris_client.post(url, {"title": "Моё"}).status_code == 404
    assert boris_client.get(f"/accounts/{uuid4()}/title/").status_code == 404
    added.refresh_from_db()
    assert added.title == "Центральная 5-1"


def test_the_neighbour_in_the_flat_keeps_his_own_title(anna_client, boris, url, added):
    his = add_account(boris, added.account, title="Квартира мамы")

    anna_client.post(url, {"title": "Дом"})

    his.refresh_from_db()
    assert his.title == "Квартира мамы"


def test_it_is_not_kept_by_browsers(anna_client, url):
    assert "no-store" in anna_client.get(url)["Cache-Control"]
