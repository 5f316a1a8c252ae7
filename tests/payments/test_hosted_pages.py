"""The pages of a payment whose card is typed at the bank: no field of a card, a plain link, a way back that asks."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Confirmation
from billing.models import Provider
from payments import saved_cards, settlement
from payments.acquirer.base import Word
from payments.models import Payment
from payments.status import Status
from payments.views.charges import CLOSED
from tests.payments.hosted import check_page, confirmed
from tests.payments.hosted import hosted as hosted
from tests.payments.make import save_card
from tests.payments.steps import CARD, ask_code, confirm, hidden_fields, post_card, url
from tests.people import NOW

pytestmark = pytest.mark.usefixtures("hosted", "bank_key")
LINK = 'href="http://bank.example/pay/1000" rel="noreferrer">Перейти на страницу банка'
TICK = "Показать мои сохранённые карты или запомнить новую"


def text_of(answer):
    return answer.content.decode()


def back(payment):
    """The browser follows the bank's link, without a login of ours."""
    return Client(enforce_csrf_checks=True).get(reverse("payments:challenge-return", args=[payment.return_token]))


@pytest.mark.parametrize("name", ["card", "charges"])
def test_no_page_asks_for_a_card(anna, anna_client, annas_payment, name):
    save_card(anna, is_default=True)
    address = url("card", annas_payment) if name == "card" else charges(annas_payment)

    page = text_of(anna_client.get(address))

    for label in ("Номер карты", "CVV", "Новая карта", "data-card", "card.js"):
        assert label not in page
    assert (TICK in page) == (name == "card")


def charges(payment):
    return reverse("payments:bill-charges", args=[payment.bill.uuid])


def test_the_check_page_says_where_the_card_goes(anna_client, annas_payment):
    page = text_of(check_page(anna_client, annas_payment))

    assert "Банковская карта" in page
    assert "После него откроется страница банка" in page
    assert "новую запомнит" not in page
    assert not hidden_fields(page).get("cryptogram")


def test_the_password_leads_to_a_plain_link_to_the_bank(anna_client, annas_payment, bank):
    answer = confirmed(anna_client, annas_payment)

    assert (answer.status_code, answer.url) == (303, url("bank-page", annas_payment))
    shown = anna_client.get(answer.url)
    assert LINK in text_of(shown)
    assert "Заплатить там можно до" in text_of(shown)
    assert "form-action 'self';" in shown["Content-Security-Policy"]
    assert annas_payment.is_hosted
    assert not annas_payment.keeps_card


def test_the_tick_names_him_to_the_bank(anna, anna_client, annas_payment, bank):
    page = text_of(check_page(anna_client, annas_payment, remember="on"))
    assert "Банк покажет Ваши сохранённые карты, а новую запомнит" in page

    confirmed(anna_client, annas_payment, remember="on")

    assert bank.orders["1000"].order.customer_key == str(anna.uuid)


def test_the_link_is_there_again_while_the_bank_waits(anna_client, annas_payment, bank):
    confirmed(anna_client, annas_payment)

    assert LINK in text_of(anna_client.get(url("detail", annas_payment)))
    for name in ("card", "check", "password", "confirm"):
        assert anna_client.get(url(name, annas_payment)).url == url("bank-page", annas_payment)
    bank.pay_there(annas_payment.uuid)
    settlement.settle_due(now=NOW, everything=True)
    assert LINK not in text_of(anna_client.get(url("detail", annas_payment)))
    assert anna_client.get(url("bank-page", annas_payment)).url == url("detail", annas_payment)


def test_the_link_is_nobody_elses(anna_client, boris_client, annas_payment, bank):
    confirmed(anna_client, annas_payment)

    assert boris_client.get(url("bank-page", annas_payment)).status_code == 404
    assert Client().get(url("bank-page", annas_payment)).status_code == 302


def test_a_provider_closed_meanwhile_is_said_so_and_no_page_is_opened(anna_client, annas_payment, bank):
    password_page = ask_code(anna_client, annas_payment, check_page(anna_client, annas_payment))
    Provider.objects.update(is_active=False)

    answer = confirm(anna_client, annas_payment, password_page)

    assert f"{CLOSED}. По этой операции деньги не списаны." in text_of(anna_client.get(answer.url))
    assert not bank.calls


def test_pressing_twice_opens_one_order(anna_client, annas_payment, bank):
    password_page = ask_code(anna_client, annas_payment, check_page(anna_client, annas_payment))

    for _ in range(2):
        answer = confirm(anna_client, annas_payment, password_page)

    assert answer.url == url("bank-page", annas_payment)
    assert bank.calls["start"] == 1


def test_the_way_back_asks_the_bank_and_needs_no_login(anna_client, annas_payment, bank):
    confirmed(anna_client, annas_payment)
    bank.pay_there(annas_payment.uuid)

    answer = back(annas_payment)

    annas_payment.refresh_from_db()
    assert (answer.status_code, answer.url) == (303, url("detail", annas_payment))
    assert annas_payment.status == Status.SUCCEEDED
    assert Client().get(answer.url).status_code == 302


@pytest.mark.parametrize("does", ["nothing", "looks", "types"])
def test_coming_back_early_changes_nothing(anna_client, annas_payment, bank, does):
    bank.challenges = True
    confirmed(anna_client, annas_payment)
    if does != "nothing":
        {"looks": bank.open_page, "types": bank.pay_there}[does](annas_payment.uuid)

    answer = back(annas_payment)

    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.AUTHORISING
    assert (bank.calls["finish_challenge"], bank.calls["cancel"], len(bank.charges)) == (0, 0, 0)
    assert "в обработке" in text_of(anna_client.get(answer.url))


def test_a_post_of_the_way_back_charges_nothing_either(anna_client, annas_payment, bank):
    bank.challenges = True
    confirmed(anna_client, annas_payment)
    bank.pay_there(annas_payment.uuid)

    Client().post(reverse("payments:challenge-return", args=[annas_payment.return_token]), {"cres": "eyJZIn0"})

    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.AUTHORISING
    assert bank.calls["finish_challenge"] == 0


def test_a_way_back_that_believed_the_browser_would_be_found(anna_client, annas_payment, bank, monkeypatch):
    """The saboteur: who comes back has paid."""

    def believing(*, payment, now):
        answer = bank.answer_about(payment.uuid, word=Word.CONFIRMED)
        settlement.apply(payment=payment, answer=answer, source="return", now=now)

    confirmed(anna_client, annas_payment)
    monkeypatch.setattr(settlement, "ask", believing)

    back(annas_payment)

    annas_payment.refresh_from_db()
    assert (annas_payment.status, len(bank.charges)) == (Status.SUCCEEDED, 0)


def test_a_loop_of_ways_back_does_not_wear_the_bank_out(anna_client, annas_payment, bank):
    confirmed(anna_client, annas_payment)
    Payment.objects.update(asked=50)

    back(annas_payment)

    assert bank.calls["query"] == 0


def test_an_order_that_the_bank_did_not_open_is_waited_for(anna_client, annas_payment, bank):
    bank.lose["start"] = "before"

    answer = confirmed(anna_client, annas_payment)

    assert answer.url == url("detail", annas_payment)
    assert "Не оплачивайте повторно" in text_of(anna_client.get(answer.url))


@pytest.mark.parametrize("typed", [CARD, {"cvv": "123"}, {"cryptogram": "A" * 344}], ids=["card", "cvv", "cryptogram"])
def test_a_card_typed_on_a_page_from_before_the_switch_is_refused(anna_client, annas_payment, typed):
    answer = anna_client.post(url("check", annas_payment), typed)

    page = text_of(answer)
    assert (answer.status_code, answer["Cache-Control"].count("no-store")) == (200, 1)
    assert "Данные карты теперь вводят на странице банка" in page
    assert "970,24" in page
    assert "2200" not in page.replace(" ", "")
    assert not Confirmation.objects.exists()


def test_the_same_beside_the_sum_keeps_the_sum(anna, anna_client, annas_payment):
    form = text_of(anna_client.get(charges(annas_payment)))
    typed = {**hidden_fields(form), "amount": "970,24", "cvv": "123", "method": str(save_card(anna).uuid)}

    page = text_of(anna_client.post(charges(annas_payment), typed))

    assert "Данные карты теперь вводят на странице банка" in page
    assert 'value="970,24"' in page
    assert Payment.objects.count() == 1
    typed = {name: value for name, value in typed.items() if name not in {"cvv", "method"}}
    assert anna_client.post(charges(annas_payment), typed).url.endswith("/card/")


@pytest.mark.parametrize("step", ["password", "confirm"])
@pytest.mark.parametrize("before, after", [("own", "hosted"), ("hosted", "own")])
def test_a_check_page_from_before_the_switch_leads_back_to_the_card(
    anna_client, annas_payment, settings, bank, step, before, after
):
    settings.CARD_ENTRY = before
    page = post_card(anna_client, annas_payment) if before == "own" else check_page(anna_client, annas_payment)
    if step == "confirm":
        page = ask_code(anna_client, annas_payment, page)
    settings.CARD_ENTRY = after

    answer = anna_client.post(url(step, annas_payment), {**hidden_fields(text_of(page)), "code": "123456"}, follow=True)

    assert answer.request["PATH_INFO"] == url("card", annas_payment)
    assert "изменился способ ввода карты. Сумма сохранена" in text_of(answer)
    assert (bank.calls, Payment.objects.get().is_submitted) == ({}, False)


def test_a_payment_under_way_ends_as_it_began(anna_client, annas_payment, settings, bank):
    """The switch is for new payments: this one remembers where its card is typed."""
    confirmed(anna_client, annas_payment)
    settings.CARD_ENTRY = "own"

    assert LINK in text_of(anna_client.get(url("detail", annas_payment)))
    bank.pay_there(annas_payment.uuid)
    back(annas_payment)

    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.SUCCEEDED


def test_frozen_cards_have_no_tick_and_a_kept_one_is_no_way_round(anna, anna_client, annas_payment, bank):
    password_page = ask_code(anna_client, annas_payment, check_page(anna_client, annas_payment, remember="on"))
    saved_cards.freeze(resident=anna, until=NOW + timedelta(hours=24), now=NOW)

    answer = confirm(anna_client, annas_payment, password_page)

    assert answer.url == url("card", annas_payment)
    page = text_of(anna_client.get(answer.url))
    assert "Сохранённые карты сейчас недоступны" in page
    assert TICK not in page
    assert bank.calls == {}


def test_the_operation_and_its_receipt_read_as_ever(anna_client, annas_payment, bank):
    confirmed(anna_client, annas_payment)
    bank.pay_there(annas_payment.uuid)
    answer = bank.answer_about(annas_payment.uuid, card_mask="220077******7761")
    settlement.apply(payment=annas_payment, answer=answer, source="notification", now=NOW)

    for name in ("detail", "receipt"):
        page = text_of(anna_client.get(url(name, annas_payment)))
        assert "МИР (***7761)" in page
        assert "970,24" in page
