"""Proving an account that was added before its provider began to ask; until then it is shown as to a stranger."""

import pytest
from django.urls import reverse

from billing.models import AddedAccount, Provider
from tests.billing.make import MANUAL_TOTAL

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def added(annas_bill) -> AddedAccount:
    Provider.objects.update(account_proof=Provider.AccountProof.BILL_SUM)
    return AddedAccount.objects.get()


@pytest.fixture
def url(added) -> str:
    return f"/accounts/{added.uuid}/proof/"


def test_a_visitor_is_asked_to_log_in(client, url):
    assert client.get(url).url == f"{reverse('accounts:login')}?next={url}"


def test_a_neighbour_sees_nothing(boris_client, url):
    assert boris_client.get(url).status_code == 404
    assert boris_client.post(url, {"answer": "12970,24"}).status_code == 404


def test_until_then_no_page_shows_a_charge_or_a_sum(anna_client, annas_bill, url):
    account_list = anna_client.get("/accounts/").content.decode()
    bill_list = anna_client.get("/bills/?tab=all").content.decode()
    pages = account_list + bill_list + anna_client.get(url).content.decode()

    assert "Не подтверждён" in account_list
    assert "Счета «Центральная 5-1» появятся здесь, когда Вы подтвердите" in bill_list
    assert url in account_list
    assert url in bill_list
    for secret in ("12\u00a0970", "Отопление", "05.07.2017", "июн"):
        assert secret not in pages
    for closed in (f"/bills/{annas_bill.uuid}/pay/", f"/bills/{annas_bill.uuid}/mark/"):
        assert anna_client.get(closed).status_code == 404
    assert anna_client.post(f"/bills/{annas_bill.uuid}/mark/", {"version": 1}).status_code == 404


def test_the_address_of_its_bills_tells_to_prove_it(anna_client, added, url):
    page = anna_client.get(f"/bills/?account={added.uuid}").content.decode()

    assert url in page
    assert "Нет добавленных лицевых счетов" not in page


def test_the_right_sum_opens_its_bills(anna_client, annas_bill, url):
    response = anna_client.post(url, {"answer": str(MANUAL_TOTAL / 100)}, follow=True)

    assert "Лицевой счёт 1234567890 подтверждён" in response.content.decode()
    assert "12\u00a0970,24" in anna_client.get("/bills/").content.decode()
    assert anna_client.get(f"/bills/{annas_bill.uuid}/pay/").status_code == 200


def test_a_wrong_sum_opens_nothing(anna_client, added, url):
    page = anna_client.post(url, {"answer": "1,00"}).content.decode()

    added.refresh_from_db()
    assert "Сумма не совпала. Осталось попыток: 2" in page
    assert added.proven_at is None


def test_an_open_account_has_nothing_to_prove(anna_client, url):
    Provider.objects.update(account_proof=Provider.AccountProof.NONE)

    assert anna_client.get(url).url == "/accounts/"


def test_it_can_be_renamed_and_taken_off_unproven(anna_client, added):
    anna_client.post(f"/accounts/{added.uuid}/title/", {"title": "Дача"})
    added.refresh_from_db()
    anna_client.post(f"/accounts/{added.uuid}/delete/")

    assert added.title == "Дача"
    assert not AddedAccount.objects.exists()
