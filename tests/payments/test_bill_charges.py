"""The page «Параметры операции»: every charge line, the sum, and the way to the card."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from billing.models import BillVersion, Provider
from payments.models import Payment
from tests.accounts.make import log_in, words
from tests.billing.make import MANUAL_CHARGES, make_bill
from tests.payments.make import pay, submit
from tests.payments.steps import hidden_fields
from tests.people import ANNAS_PHONE, NOW


@pytest.fixture
def address(annas_bill):
    return reverse("payments:bill-charges", args=[annas_bill.uuid])


def form(client, address, **changes):
    return {**hidden_fields(client.get(address).content.decode()), "amount": "12 970,24", **changes}


def test_it_shows_every_charge_and_the_sums(anna_client, address, annas_bill):
    page = re.sub(r"</?button[^>]*>", "", anna_client.get(address).content.decode())

    for charge in annas_bill.charges:
        assert f"{charge.name}, руб." in page
    assert "Сумма выставленного счёта, руб." in page
    assert "12\u00a0970,24" in page
    assert annas_bill.account.provider.full_name in page


def test_a_word_is_explained_where_it_stands(anna_client, address):
    page = anna_client.get(address).content.decode()

    (key,) = set(re.findall(r'popovertarget="([a-z0-9-]+)" aria-describedby="\1">ОДН</button>', page))
    assert f'id="{key}" popover><dfn>ОДН</dfn> – общедомовые нужды' in page


def test_it_explains_the_bill(anna_client, address, annas_bill):
    make_bill(annas_bill.account, period=date(2017, 5, 1), charges=(("Отопление", 3_600_42), *MANUAL_CHARGES[1:]))

    page = anna_client.get(address).content.decode().replace("\u00a0", " ")

    assert "Отопление: на 120,00 ₽ больше, чем в мае" in page
    assert "в мае 3 600,42" in page
    assert "<summary>Что значат слова в счёте</summary>" in page
    assert "<dfn>ОДН</dfn>" in page


def test_a_corrected_bill_says_what_it_was(anna_client, address, annas_bill):
    BillVersion.objects.create(
        bill=annas_bill,
        version=1,
        issued_date=date(2017, 7, 1),
        stored_charges=[
            [annas_bill.stored_charges[0][0], 4_000_00, None, None, "", ""],
            *annas_bill.stored_charges[1:],
        ],
        total=13_249_82,
        register=annas_bill.register,
        replaced_at=NOW,
    )
    annas_bill.version = 2
    annas_bill.save()

    page = anna_client.get(address).content.decode().replace("\u00a0", " ")

    assert "Поставщик услуг исправил счёт 05.07.2017" in page
    assert "Прежний счёт был от 01.07.2017" in page
    assert "Отопление: было 4 000,00 ₽, стало <strong>3 720,42 ₽</strong>" in page
    assert "Сумма счёта: было 13 249,82 ₽, стало <strong>12 970,24 ₽</strong>" in page


def test_a_payment_of_a_part_stays_with_the_corrected_bill(anna_client, anna, address, annas_bill, bank):
    pay(annas_bill, anna, amount=1_000_00)
    annas_bill.refresh_from_db()
    annas_bill.version, annas_bill.total = 2, 12_000_00
    annas_bill.save()

    page = anna_client.get(address).content.decode().replace("\u00a0", " ")

    assert re.search(r"Уже оплачено здесь, руб\.</th><td class=\"amount\">1 000,00", page)
    assert 'value="11000,00"' in page


def test_it_asks_four_questions(anna_client, address, annas_bill, django_assert_max_num_queries):
    anna_client.get(address)

    with django_assert_max_num_queries(6):
        anna_client.get(address)


def test_it_opens_a_payment_and_goes_on_to_the_card(anna_client, address):
    answer = anna_client.post(address, form(anna_client, address))

    payment = Payment.objects.get()
    assert answer.status_code == 303
    assert answer.url == reverse("payments:card", args=[payment.uuid])
    assert payment.amount == 12_970_24


def test_the_same_form_twice_is_one_payment(anna_client, address):
    data = form(anna_client, address)

    first = anna_client.post(address, data)
    second = anna_client.post(address, data)

    assert first.url == second.url
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    "amount, words",
    [
        ("", "Введите сумму"),
        ("0", "больше нуля"),
        ("-5", "Введите сумму"),
        ("12.345", "не больше двух цифр"),
        ("1e3", "Введите сумму"),
        ("сто", "Введите сумму"),
        ("12 970,25", "По этому счёту осталось 12\u00a0970,24\u00a0₽"),
    ],
)
def test_it_says_in_russian_what_is_wrong_with_the_sum(anna_client, address, amount, words):
    answer = anna_client.post(address, form(anna_client, address, amount=amount))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count(words) >= 2
    assert "<title>Ошибка: " in page
    assert f'value="{amount}"' in page or not amount
    assert not Payment.objects.exists()


def test_it_says_that_the_bill_changed_and_shows_the_new_sum(anna_client, address, annas_bill):
    data = form(anna_client, address)
    annas_bill.version += 1
    annas_bill.save()

    first = anna_client.post(address, data)
    again = anna_client.post(address, {**data, **hidden_fields(first.content.decode())})

    assert "Счёт изменился, проверьте сумму" in first.content.decode()
    assert again.status_code == 303


def test_a_provider_that_closed_meanwhile_says_so(anna_client, address, annas_bill):
    data = form(anna_client, address)
    Provider.objects.update(is_active=False)

    answer = anna_client.post(address, data)

    assert "Сейчас этот поставщик не принимает оплату через портал" in answer.content.decode()
    assert not Payment.objects.exists()


def test_a_form_of_a_submitted_payment_shows_its_result(anna_client, anna, address):
    data = form(anna_client, address)
    anna_client.post(address, data)
    payment = Payment.objects.get()
    submit(payment, anna)

    answer = anna_client.post(address, data)

    assert answer.url == reverse("payments:detail", args=[payment.uuid])


def test_a_paid_bill_shows_its_charges_but_no_form(anna_client, anna, address, annas_bill, bank):
    pay(annas_bill, anna)

    page = anna_client.get(address).content.decode()

    assert "нечего платить" in page
    assert "Сумма к оплате, руб." not in page


def test_a_get_writes_nothing(anna_client, address):
    anna_client.get(address)

    assert not Payment.objects.exists()


def test_it_says_by_when_to_pay(anna_client, address):
    assert "10.07.2017" in anna_client.get(address).content.decode()


def test_an_older_bill_has_no_form_unless_its_provider_allows_it(anna_client, address, annas_bill):
    make_bill(annas_bill.account, period=date(2017, 7, 1), issued_date=date(2017, 8, 5))
    refused = anna_client.get(address).content.decode()
    Provider.objects.update(older_bills_payable=True)

    page = anna_client.get(address).content.decode()
    response = anna_client.post(address, form(anna_client, address))

    assert "По этому счёту сейчас нечего платить" in refused
    assert "Если Вы платили другим способом, здесь это не видно" in page
    assert response.url == reverse("payments:card", args=[Payment.objects.get().uuid])


def test_where_it_is_not_allowed_a_posted_form_pays_no_older_bill(anna_client, address, annas_bill):
    posted = form(anna_client, address)
    make_bill(annas_bill.account, period=date(2017, 7, 1), issued_date=date(2017, 8, 5))

    assert anna_client.post(address, posted).status_code == 200
    assert not Payment.objects.exists()


def test_a_form_key_that_is_no_key_is_refused(anna_client, address):
    answer = anna_client.post(address, form(anna_client, address, form_key="abc"))

    assert answer.status_code == 200
    assert not Payment.objects.exists()


def test_a_stranger_sees_nothing(boris_client, address):
    assert boris_client.get(address).status_code == 404
    assert boris_client.post(address, {"amount": "1", "form_key": str(uuid4()), "version": 1}).status_code == 404


@pytest.mark.parametrize(
    ("is_gone", "why"), [(False, "Вас долго не было"), (True, "Сеанс завершён. Войдите, чтобы продолжить.")]
)
def test_a_sum_typed_in_a_session_that_has_ended_is_still_there_after_the_login(client, address, is_gone, why):
    log_in(client, ANNAS_PHONE)
    typed = form(client, address, amount="100,50", cvv="987")
    if is_gone:
        client.cookies.clear()

    with time_machine.travel(NOW + timedelta(hours=1)):
        login = client.post(address, typed, follow=True)
        back = log_in(client, ANNAS_PHONE, next=f"{address}?amount=100%2C50")
        page = client.get(back.url)

    assert f'<input type="hidden" name="next" value="{address}?amount=100%2C50">' in login.content.decode()
    assert why in words(login)
    assert "987" not in login.redirect_chain[0][0]
    assert 'value="100,50"' in page.content.decode()
    assert not Payment.objects.exists()


def test_a_visitor_is_asked_to_log_in(client, address):
    answer = client.get(address)

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("accounts:login"))
