"""The card page and the check page that answers it: the card rides encrypted, nothing of it is kept."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Confirmation
from payments.models import Payment
from payments.status import Status
from tests.payments.make import open_payment, submit
from tests.payments.steps import CARD, ask_code, hidden_fields, post_card, url

pytestmark = pytest.mark.usefixtures("bank_key")


def test_it_asks_for_the_card(anna_client, annas_payment):
    page = anna_client.get(url("card", annas_payment)).content.decode()

    for label in ("Номер карты", "Действительна до", "Владелец карты", "CVV/CVC код"):
        assert label in page
    assert "комиссия за проведение операции" in page
    assert "data-card=" in page


def test_the_charges_wait_folded_so_that_the_card_is_near(anna_client, annas_payment):
    page = anna_client.get(url("card", annas_payment)).content.decode()

    assert page.index("<details>") < page.index("Посмотреть начисления") < page.index("Отопление, руб.")
    assert "<details open>" not in page


def test_the_check_page_shows_everything_once_more(anna_client, annas_payment):
    page = post_card(anna_client, annas_payment).content.decode()

    assert "Проверьте и оплатите" in page
    assert "МИР (***7761)" in page
    assert "Отопление, руб." in page
    assert "Итого, руб." in page
    assert ">Оплатить</button>" in page


def test_the_check_page_carries_the_cryptogram_and_no_card(anna_client, annas_payment):
    answer = post_card(anna_client, annas_payment)

    page = answer.content.decode()
    assert len(hidden_fields(page)["cryptogram"]) == 344
    assert "2200770239097761" not in page.replace(" ", "")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "changes",
    [
        {"number": ""},
        {"number": "4154 8111 1111 1111"},
        {"number": "12"},
        {"term": "09/18"},
        {"term": "13/35"},
        {"term": ""},
        {"cvv": "12"},
        {"cvv": ""},
        {"cvv": "абв"},
    ],
)
def test_a_bad_card_is_said_in_russian_and_the_cvv_never_comes_back(anna_client, annas_payment, changes):
    answer = post_card(anna_client, annas_payment, **changes)

    page = answer.content.decode()
    assert "Проверьте форму: исправьте 1\u00a0поле" in page
    assert 'value="123"' not in page
    assert "IVANOV IVAN" in page
    assert "cryptogram" not in hidden_fields(page) or not hidden_fields(page)["cryptogram"]


def test_typing_the_card_again_voids_the_code(anna_client, annas_payment):
    ask_code(anna_client, annas_payment)

    post_card(anna_client, annas_payment)

    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.CONFIRMING
    assert Confirmation.objects.get().cancelled_at is not None


def test_there_is_nothing_to_get_at_the_check_page_and_the_card_page_says_why(anna_client, annas_payment):
    answer = anna_client.get(url("check", annas_payment))

    assert (answer.status_code, answer.url) == (303, url("card", annas_payment))
    assert "Данные карты не хранятся: введите их ещё раз" in anna_client.get(answer.url).content.decode()


def test_a_card_page_that_was_meant_says_nothing_of_it(anna_client, annas_payment):
    assert "Данные карты не хранятся" not in anna_client.get(url("card", annas_payment)).content.decode()


@pytest.mark.parametrize("name", ["card", "check"])
def test_a_submitted_payment_leads_to_its_result(anna_client, anna, annas_payment, name):
    submit(annas_payment, anna)

    answer = anna_client.get(url(name, annas_payment))

    assert (answer.status_code, answer.url) == (303, url("detail", annas_payment))


def test_a_late_one_starts_anew_with_its_sum(anna_client, annas_payment, annas_bill):
    Payment.objects.update(created_at=annas_payment.created_at - timedelta(days=1), amount=100_50)

    answer = anna_client.get(url("card", annas_payment), follow=True)

    assert answer.redirect_chain[0][0] == reverse("payments:bill-charges", args=[annas_bill.uuid]) + "?amount=100%2C50"
    page = answer.content.decode()
    assert "Время на оплату истекло. Деньги не списаны. Начните заново." in page
    assert 'value="100,50"' in page


@pytest.mark.parametrize("name", ["card", "check"])
def test_a_stranger_sees_nothing(boris_client, annas_payment, name):
    assert boris_client.get(url(name, annas_payment)).status_code == 404
    assert boris_client.post(url("check", annas_payment), CARD).status_code == 404


def test_paying_a_part_says_what_will_be_left(anna_client, anna, annas_bill):
    payment = open_payment(annas_bill, anna, amount=970_24)

    for page in (anna_client.get(url("card", payment)), post_card(anna_client, payment)):
        assert "Останется доплатить" in page.content.decode()
        assert "12\u00a0000,00\u00a0₽" in page.content.decode()


def test_paying_it_all_leaves_nothing_to_say(anna_client, annas_payment):
    assert "Останется доплатить" not in anna_client.get(url("card", annas_payment)).content.decode()


def test_nonsense_about_the_browser_stops_no_card(anna_client, annas_payment):
    page = post_card(anna_client, annas_payment, language="x" * 50, timezone="abc", screen_width="9" * 30)

    assert "Проверьте и оплатите" in page.content.decode()
