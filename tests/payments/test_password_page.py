"""«Подтвердите оплату»: the SMS, the code, and every way of typing it wrong, late or twice."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Confirmation
from billing.models import Bill, Provider
from notifications.models import Message
from payments.models import Payment
from payments.status import Status
from payments.views.charges import CLOSED
from safeguards.models import Throttle
from tests.payments.make import open_payment
from tests.payments.steps import ask_code, confirm, hidden_fields, post_card, url

pytestmark = pytest.mark.usefixtures("bank", "bank_key")


def test_it_sends_the_code_and_says_where(anna_client, annas_payment):
    page = ask_code(anna_client, annas_payment).content.decode()

    assert Message.objects.count() == 1
    assert "+7\u00a0916\u00a0***-**-67" in page or "+7 916 ***-**-67" in page
    assert "Одноразовый пароль" in page
    assert "8 800 100-39-00" in page


def test_it_pays_and_leads_to_the_result(anna_client, annas_payment):
    answer = confirm(anna_client, annas_payment)

    annas_payment.refresh_from_db()
    assert (answer.status_code, answer.url) == (303, url("detail", annas_payment))
    assert annas_payment.status == Status.SUCCEEDED
    assert annas_payment.card == "МИР (***7761)"


def test_a_challenge_leads_to_the_page_of_the_bank(anna_client, annas_payment, bank):
    bank.challenges = True

    answer = confirm(anna_client, annas_payment)

    assert answer.url == url("challenge", annas_payment)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "абвгде", "12 34 5"])
def test_a_code_of_another_shape_costs_no_try(anna_client, annas_payment, code):
    answer = confirm(anna_client, annas_payment, code=code)

    assert answer.status_code == 200
    assert "<title>Ошибка: " in answer.content.decode()
    assert Confirmation.objects.get().tries == 0


def test_spaces_in_the_code_are_forgiven(anna_client, annas_payment):
    confirm(anna_client, annas_payment, code=" 123 456 ")

    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.SUCCEEDED


def test_a_wrong_code_says_how_many_tries_are_left(anna_client, annas_payment):
    page = ask_code(anna_client, annas_payment)

    for left in (4, 3, 2, 1):
        page = confirm(anna_client, annas_payment, page, code="000000")
        assert f"Осталось попыток: {left}" in page.content.decode()
    page = confirm(anna_client, annas_payment, page, code="000000")

    assert "Попытки закончились" in page.content.decode()
    assert 'name="code"' not in page.content.decode()
    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.CONFIRMING


def test_the_button_stands_right_below_the_field(anna_client, annas_payment):
    page = ask_code(anna_client, annas_payment).content.decode()

    assert page.index('name="code"') < page.index("Подтвердить</button>") < page.index("Осталось попыток: 5")
    assert page.index("<button", page.index("/confirm/")) > page.index('name="code"')


def test_the_final_form_sent_twice_shows_the_result(anna_client, annas_payment, bank):
    page = ask_code(anna_client, annas_payment)

    first = confirm(anna_client, annas_payment, page)
    second = confirm(anna_client, annas_payment, page)

    assert first.url == second.url == url("detail", annas_payment)
    assert sum(bank.charges.values()) == 1


def test_the_request_for_a_code_sent_twice_sends_one_sms(anna_client, annas_payment):
    check = post_card(anna_client, annas_payment)

    ask_code(anna_client, annas_payment, check)
    page = ask_code(anna_client, annas_payment, check)

    assert Message.objects.count() == 1
    assert "Новое SMS можно получить через" in page.content.decode()
    assert confirm(anna_client, annas_payment, page).status_code == 303


@pytest.mark.parametrize("changes", [{"sealed": "x"}, {"cryptogram": "B" * 344}, {"cryptogram": ""}])
def test_a_tampered_card_must_be_typed_again(anna_client, annas_payment, changes):
    page = ask_code(anna_client, annas_payment)
    data = {**hidden_fields(page.content.decode()), "code": "123456", **changes}

    answer = anna_client.post(url("confirm", annas_payment), data)

    assert (answer.status_code, answer.url) == (303, url("card", annas_payment))
    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.CONFIRMING


def test_a_changed_sum_makes_the_code_useless(anna_client, annas_payment):
    page = ask_code(anna_client, annas_payment)
    Payment.objects.update(amount=1_00)

    answer = confirm(anna_client, annas_payment, page)

    assert answer.url == url("card", annas_payment)
    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.CONFIRMING


@pytest.mark.parametrize("name", ["password", "confirm"])
def test_there_is_nothing_to_get_and_the_card_page_says_why(anna_client, annas_payment, name):
    answer = anna_client.get(url(name, annas_payment))

    assert (answer.status_code, answer.url) == (303, url("card", annas_payment))
    page = anna_client.get(answer.url).content.decode()
    assert "Данные карты не хранятся: введите их ещё раз. По этой операции деньги не списаны." in page


def test_after_a_quarter_of_an_hour_it_starts_anew(anna_client, annas_payment):
    page = ask_code(anna_client, annas_payment)
    Payment.objects.update(created_at=annas_payment.created_at - timedelta(days=1))

    answer = confirm(anna_client, annas_payment, page)

    assert answer.status_code == 303
    assert answer.url.startswith(reverse("payments:bill-charges", args=[annas_payment.bill.uuid]))
    assert Bill.objects.get(pk=annas_payment.bill_id).held == 0


def test_a_bill_paid_meanwhile_is_said_so(anna_client, annas_payment, annas_bill):
    page = ask_code(anna_client, annas_payment)
    Bill.objects.filter(pk=annas_bill.pk).update(held=annas_bill.total)

    answer = confirm(anna_client, annas_payment, page)

    assert "По этой операции деньги не списаны" in anna_client.get(answer.url).content.decode()


def test_a_provider_closed_meanwhile_is_said_so_and_nothing_is_charged(anna_client, annas_payment, bank):
    page = ask_code(anna_client, annas_payment)
    Provider.objects.update(is_active=False)

    answer = confirm(anna_client, annas_payment, page)

    assert answer.url.startswith(reverse("payments:bill-charges", args=[annas_payment.bill.uuid]))
    said = anna_client.get(answer.url).content.decode()
    assert f"{CLOSED}. По этой операции деньги не списаны." in said
    assert not bank.calls


@pytest.mark.parametrize("name", ["password", "confirm"])
def test_a_stranger_sees_nothing(boris_client, anna_client, annas_payment, name):
    page = ask_code(anna_client, annas_payment)
    data = {**hidden_fields(page.content.decode()), "code": "123456"}

    assert boris_client.post(url(name, annas_payment), data).status_code == 404
    assert boris_client.get(url(name, annas_payment)).status_code == 404


def test_both_pages_are_never_stored_by_the_browser(anna_client, annas_payment):
    assert "no-store" in ask_code(anna_client, annas_payment)["Cache-Control"]


def test_a_typed_code_never_comes_back(anna_client, annas_payment):
    page = confirm(anna_client, annas_payment, code="987654")

    assert "987654" not in page.content.decode()


def test_the_button_for_another_code_keeps_the_card(anna_client, annas_payment):
    page = ask_code(anna_client, annas_payment)
    data = {**hidden_fields(page.content.decode()), "resend": "1", "code": ""}
    Throttle.objects.all().delete()

    answer = anna_client.post(url("confirm", annas_payment), data)

    assert Message.objects.count() == 2
    assert hidden_fields(answer.content.decode())["cryptogram"] == data["cryptogram"]


def test_another_card_within_the_minute_says_that_no_sms_went_out(anna_client, annas_payment):
    ask_code(anna_client, annas_payment)
    check = post_card(anna_client, annas_payment, number="2201 3820 0000 0013")

    page = ask_code(anna_client, annas_payment, check).content.decode()

    assert Message.objects.count() == 1
    assert "SMS не отправлено." in page
    assert "Новое SMS можно получить через" in page
    assert ">Подтвердить<" not in page
    assert "Получить одноразовый пароль</button>" in page


def test_a_second_tab_never_says_that_no_money_was_taken_at_all(anna_client, anna, annas_bill, bank):
    first, second = open_payment(annas_bill, anna), open_payment(annas_bill, anna)
    Throttle.objects.all().delete()
    pages = []
    for payment in (first, second):
        pages.append(ask_code(anna_client, payment))
        Throttle.objects.all().delete()
    confirm(anna_client, first, pages[0])

    warned = confirm(anna_client, second, pages[1])
    page = anna_client.get(confirm(anna_client, second, ask_code(anna_client, second, warned)).url).content.decode()

    assert sum(bank.charges.values()) == 1
    assert "По этой операции деньги пока не списаны" in warned.content.decode()
    assert "По этой операции деньги не списаны" in page


def test_a_code_of_a_wrong_shape_after_it_died_leaves_no_empty_page(anna_client, annas_payment):
    page = ask_code(anna_client, annas_payment)
    Confirmation.objects.update(cancelled_at=annas_payment.created_at)

    answer = confirm(anna_client, annas_payment, page, code="12").content.decode()

    assert "Пароль больше не действует. Получите новый." in answer
