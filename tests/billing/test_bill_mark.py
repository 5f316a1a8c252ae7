"""Page «Отметить как оплаченный»: the question, the reason, the way back."""

from uuid import uuid4

import pytest
from django.urls import reverse

from billing.models import Bill, BillMark
from tests.billing.make import add_account
from tests.payments.make import pay

pytestmark = pytest.mark.django_db

UNPAID, ALL = "/bills/", "/bills/?tab=all"


@pytest.fixture
def url(annas_bill) -> str:
    return f"/bills/{annas_bill.uuid}/mark/"


def text(response) -> str:
    return " ".join(response.content.decode().split())


def send(client, url, **data):
    return client.post(url, {"version": 1, "reason": "", **data}, follow=True)


def test_a_visitor_is_asked_to_log_in(client, url):
    response = client.post(url, {"version": 1})

    assert response.status_code == 302
    assert response.url.startswith(reverse("accounts:login"))
    assert not BillMark.objects.exists()


def test_the_list_leads_to_it(anna_client, url):
    assert f'href="{url}"' in text(anna_client.get(UNPAID))


def test_it_asks_first_and_says_that_no_money_moves(anna_client, url):
    page = text(anna_client.get(url))

    for words in ("1234567890", "за июнь 2017, выставлен 05.07.2017", "12 970,24 ₽", "Деньги при этом не переводятся"):
        assert words in page.replace("\u00a0", " ")
    assert ">Отметить как оплаченный</button>" in page
    assert not BillMark.objects.exists()


def test_it_marks_and_says_where_the_bill_is_now(anna, anna_client, url, annas_bill):
    response = send(anna_client, url, reason="в банке 10 июля")

    mark = BillMark.objects.get()
    assert (mark.resident, mark.bill, mark.version, mark.reason) == (anna, annas_bill, 1, "в банке 10 июля")
    assert response.redirect_chain == [(UNPAID, 302)]
    assert "Счёт от 05.07.2017 отмечен как оплаченный. Он остаётся на вкладке «Все»" in text(response)
    assert "Все счета оплачены" in text(response)


def test_the_tab_of_all_shows_the_mark_the_reason_and_the_way_back(anna_client, url):
    send(anna_client, url, reason="<b>в банке</b>")

    page = text(anna_client.get(ALL))

    assert "Отмечен как оплаченный" in page
    assert "&lt;b&gt;в банке&lt;/b&gt;" in page
    assert "Смарт Сервис (ЖКУ) (0)" in page
    assert ">Вернуть в неоплаченные</button>" in page
    assert f'action="{url}"' in page


def test_the_way_back_is_one_press(anna_client, url):
    send(anna_client, url)

    response = anna_client.post(url, {"undo": "1"}, follow=True)

    assert not BillMark.objects.exists()
    assert "Счёт от 05.07.2017 снова среди неоплаченных" in text(response)
    assert "Смарт Сервис (ЖКУ) (1)" in text(response)


def test_the_page_of_a_marked_bill_offers_only_the_way_back(anna_client, url):
    send(anna_client, url, reason="в банке")

    page = text(anna_client.get(url))

    assert "Счёт отмечен как оплаченный" in page
    assert "в банке" in page
    assert ">Вернуть в неоплаченные</button>" in page
    assert ">Отметить как оплаченный</button>" not in page


def test_taking_back_what_is_not_marked_changes_nothing(anna_client, url):
    response = anna_client.post(url, {"undo": "1"}, follow=True)

    assert "Смарт Сервис (ЖКУ) (1)" in text(response)


def test_a_paid_bill_has_nothing_to_mark(anna, anna_client, url, annas_bill, bank):
    pay(annas_bill, anna)

    page, sent = text(anna_client.get(url)), text(send(anna_client, url))

    assert "Отмечать нечего" in page
    assert ">Отметить как оплаченный</button>" not in page
    assert "Этот счёт уже оплачен или оплачивается" in sent
    assert "<title>Ошибка: " in sent
    assert not BillMark.objects.exists()


def test_a_bill_corrected_meanwhile_is_shown_anew(anna_client, url):
    Bill.objects.update(version=2)

    page = text(send(anna_client, url, reason="в банке"))

    assert "Счёт изменился, проверьте сумму" in page
    assert 'value="в банке"' in page
    assert 'name="version" value="2"' in page
    assert not BillMark.objects.exists()


def test_a_reason_that_is_too_long_stays_in_its_field(anna_client, url):
    page = text(send(anna_client, url, reason="ц" * 101))

    assert "<title>Ошибка: " in page
    assert "ц" * 101 in page
    assert not BillMark.objects.exists()


def test_a_junk_version_marks_nothing(anna_client, url):
    assert send(anna_client, url, version="x").status_code == 200
    assert not BillMark.objects.exists()


def test_the_stranger_gets_404(boris_client, url):
    assert boris_client.get(url).status_code == 404
    assert send(boris_client, url).status_code == 404
    assert boris_client.post(url, {"undo": "1"}).status_code == 404
    assert boris_client.get(f"/bills/{uuid4()}/mark/").status_code == 404
    assert not BillMark.objects.exists()


def test_the_neighbour_in_the_flat_sees_nothing_of_her_mark(anna_client, boris, boris_client, url, annas_bill):
    add_account(boris, annas_bill.account)
    send(anna_client, url, reason="тайком от соседа")

    pages = text(boris_client.get(ALL)) + text(boris_client.get(url))

    assert "тайком от соседа" not in pages
    assert "Отмечен как оплаченный" not in pages
    assert "Не оплачен" in pages


def test_it_is_not_kept_by_browsers(anna_client, url):
    assert "no-store" in anna_client.get(url)["Cache-Control"]
