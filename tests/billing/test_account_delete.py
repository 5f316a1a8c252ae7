"""Page «Удалить лицевой счёт»: what goes, what stays, and whose it is."""

from uuid import uuid4

import pytest
from django.urls import reverse

from billing.models import AddedAccount, Bill
from tests.billing.make import add_account
from tests.payments.make import pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(anna, annas_bill) -> str:
    return f"/accounts/{anna.added_accounts.get().uuid}/delete/"


def test_a_visitor_is_asked_to_log_in(client, url):
    response = client.post(url)

    assert response.status_code == 302
    assert response.url.startswith(reverse("accounts:login"))
    assert AddedAccount.objects.exists()


def test_it_asks_first_and_says_what_stays(anna_client, url):
    page = " ".join(anna_client.get(url).content.decode().split())

    assert "Удалить лицевой счёт «Центральная 5-1»?" in page
    assert "1234567890" in page
    assert "счета останутся у поставщика услуг, долг по ним не исчезнет" in page
    assert "останутся в «Истории операций»" in page
    assert AddedAccount.objects.exists()


def test_it_takes_the_account_off_and_says_so(anna_client, url, annas_bill):
    response = anna_client.post(url, follow=True)

    page = response.content.decode()
    assert not AddedAccount.objects.exists()
    assert response.redirect_chain == [("/accounts/", 302)]
    assert "Лицевой счёт 1234567890 удалён из Вашего кабинета" in page
    assert "Нет добавленных лицевых счетов" in page
    assert Bill.objects.get() == annas_bill


def test_its_bills_are_closed_to_her_then(anna_client, url, annas_bill):
    anna_client.post(url)

    assert "12\u00a0970,24" not in anna_client.get("/bills/?tab=all").content.decode()
    assert anna_client.get(f"/bills/{annas_bill.uuid}/pay/").status_code == 404


def test_her_operations_stay_in_the_history(anna, anna_client, url, annas_bill, bank):
    pay(annas_bill, anna)

    anna_client.post(url)

    assert "12\u00a0970,24" in anna_client.get("/payments/").content.decode()


def test_it_can_be_added_again(anna, anna_client, url, annas_bill):
    anna_client.post(url)
    step = anna_client.post("/accounts/add/smart-zhku/", {"number": "1234567890"}).url

    anna_client.post(step, {"title": "Снова дома"})

    assert anna.added_accounts.get().title == "Снова дома"
    assert annas_bill in Bill.objects.visible_to(anna)


def test_the_stranger_gets_404(boris_client, url):
    assert boris_client.get(url).status_code == 404
    assert boris_client.post(url).status_code == 404
    assert boris_client.post(f"/accounts/{uuid4()}/delete/").status_code == 404
    assert AddedAccount.objects.exists()


def test_the_neighbour_in_the_flat_keeps_it(anna_client, boris, url, annas_bill):
    his = add_account(boris, annas_bill.account)

    anna_client.post(url)

    assert AddedAccount.objects.get() == his
