"""«Детали операции»: the truth about a payment in plain words, for its owner alone."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from payments import register_export
from payments.acquirer.base import Word
from payments.models import Payment
from payments.settlement import apply
from payments.status import LIVE, Status
from tests.payments.make import authorise, pay
from tests.payments.steps import url
from tests.people import NOW

PROMISE = "Деньги не списаны"


def page_of(client, payment):
    return client.get(url("detail", payment)).content.decode()


def test_it_shows_a_done_operation_whole(anna_client, anna, annas_bill, bank):
    payment = pay(annas_bill, anna)

    page = page_of(anna_client, payment)

    for words in ("СТАТУС", "выполнена", "Оплата услуг", "Сумма перевода, руб.", "Принято, руб.", "Номер транзакции"):
        assert words in page
    assert str(payment.number) in page
    assert "Отопление, руб." in page
    assert "Смарт Сервис-портал" in page
    assert "Версия для печати" in page
    assert "Скачать PDF" in page
    assert PROMISE not in page


@pytest.mark.parametrize("status", sorted(LIVE - {Status.CHALLENGED}))
def test_while_nothing_is_known_it_says_so_and_looks_again(anna_client, submitted, status):
    Payment.objects.filter(pk=submitted.pk).update(status=status)

    page = page_of(anna_client, submitted)

    assert "в обработке" in page
    assert "Не оплачивайте повторно" in page
    assert '<meta http-equiv="refresh" content="5; url=?refresh=1">' in page
    assert "data-status-url" in page
    assert PROMISE not in page
    assert "Скачать PDF" not in page


def test_a_failed_one_says_why_and_offers_to_pay_again(anna_client, submitted, bank):
    bank.outcome, bank.error_code = Word.DECLINED, "1051"
    authorise(submitted)

    page = page_of(anna_client, submitted)

    assert "не выполнена" in page
    assert PROMISE in page
    assert "едостаточно" in page
    assert "Повторить оплату" in page
    assert 'http-equiv="refresh"' not in page


@pytest.mark.parametrize("status, last", [(Status.DECLINED, "Отклонён банком"), (Status.EXPIRED, "Отменён")])
def test_a_failed_one_names_no_sum_as_taken_and_how_its_way_ended(anna_client, submitted, status, last):
    Payment.objects.filter(pk=submitted.pk).update(status=status)

    page = page_of(anna_client, submitted)

    assert "Принято" not in page
    assert "Сумма перевода" not in page
    assert page.count("Сумма к оплате, руб.") == 2
    assert "Итого, руб." in page
    assert page.index("Подтверждён") < page.index(last)


def test_it_never_promises_that_no_money_was_taken_when_the_bank_says_otherwise(anna_client, submitted, bank):
    authorise(submitted)
    Payment.objects.filter(pk=submitted.pk).update(status=Status.EXPIRED)
    apply(payment=submitted, answer=bank.answer_about(submitted.uuid), source="test", now=timezone.now())

    page = page_of(anna_client, submitted)

    assert "в обработке" in page
    assert "Отменён" not in page
    assert PROMISE not in page
    assert "Повторить оплату" not in page


def test_a_refund_is_shown_with_its_sum(anna_client, anna, annas_bill, bank):
    payment = pay(annas_bill, anna)
    bank.cancel(bank_id=payment.bank_id)
    apply(payment=payment, answer=bank.answer_about(payment.uuid), source="test", now=timezone.now())

    page = page_of(anna_client, payment)

    assert "возвращена" in page
    assert "Возвращено" in page


def test_a_challenged_one_leads_to_the_bank_again(anna_client, submitted, bank):
    bank.challenges = True
    authorise(submitted)

    assert "Перейти на страницу банка" in page_of(anna_client, submitted)


def test_the_challenge_page_lets_its_form_go_to_that_bank_alone(anna_client, submitted, bank):
    bank.challenges = True
    authorise(submitted)

    answer = anna_client.get(url("challenge", submitted))

    assert 'action="http://bank.example/acs"' in answer.content.decode()
    assert "form-action 'self' http://bank.example;" in answer["Content-Security-Policy"]
    assert "bank.example" not in anna_client.get(url("detail", submitted))["Content-Security-Policy"]


def test_without_a_challenge_that_page_leads_to_the_result(anna_client, submitted):
    answer = anna_client.get(url("challenge", submitted))

    assert (answer.status_code, answer.url) == (303, url("detail", submitted))


def test_the_status_for_the_script_is_the_public_word(anna_client, submitted, bank):
    before = json.loads(anna_client.get(url("status", submitted)).content)
    authorise(submitted)
    after = json.loads(anna_client.get(url("status", submitted)).content)

    assert before == {"status": "в обработке", "final": False}
    assert after == {"status": "выполнена", "final": True}


def test_one_that_was_never_confirmed_leads_back_to_the_card(anna_client, annas_payment):
    answer = anna_client.get(url("detail", annas_payment))

    assert (answer.status_code, answer.url) == (303, url("card", annas_payment))


def test_looking_again_moves_neither_visit_nor_idleness(anna_client, anna, submitted):
    anna_client.get(url("detail", submitted))
    anna.refresh_from_db()
    before = anna.last_visit_at

    anna_client.get(url("status", submitted))

    anna.refresh_from_db()
    assert anna.last_visit_at == before


@pytest.mark.parametrize("name", ["detail", "status", "challenge", "receipt", "receipt-pdf"])
def test_a_stranger_sees_nothing(boris_client, submitted, name):
    assert boris_client.get(url(name, submitted)).status_code == 404


def test_it_shows_the_way_of_the_money_as_far_as_it_came(anna_client, anna, annas_bill, bank):
    payment = pay(annas_bill, anna)

    before = page_of(anna_client, payment)
    register_export.export(provider=payment.provider, day=NOW.date(), now=NOW + timedelta(days=1))
    after = page_of(anna_client, payment)

    assert "Путь платежа" in before
    assert "Подтверждён" in before
    assert "Списан банком" in before
    assert "Передан поставщику" not in before
    assert "реестр № 1 за 20.11.2026" in after


def test_what_the_bank_did_not_take_stops_on_its_way(anna_client, anna, annas_bill, bank):
    bank.outcome = Word.DECLINED

    page = page_of(anna_client, pay(annas_bill, anna))

    assert "Подтверждён" in page
    assert "Списан банком" not in page
