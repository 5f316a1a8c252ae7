"""«Отправить на e-mail»: the receipt goes to the address that its owner confirmed, and nowhere else."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from notifications.models import Message
from payments import check_codes, receipts
from payments.status import Status
from tests.payments.operations import make_operation
from tests.payments.steps import url
from tests.people import NOW


@pytest.fixture
def operation(anna):
    anna.email_confirmed_at = NOW
    anna.save()
    return make_operation(anna, amount=12_970_24)


def send(client, operation):
    return client.post(url("receipt-email", operation), follow=True).content.decode()


def test_pressed_after_the_session_has_ended_it_leads_back_to_the_operation(client, operation):
    detail = url("detail", operation)

    answer = client.post(url("receipt-email", operation), headers={"Referer": f"http://testserver{detail}"})

    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.url).query)["next"] == [detail]
    assert not Message.objects.exists()


def test_the_letter_says_what_was_paid(anna_client, anna, operation):
    page = send(anna_client, operation)

    letter = Message.objects.get()
    assert f"Квитанция отправлена на {anna.email}" in page
    assert (letter.address, letter.resident_uuid) == (anna.email, anna.uuid)
    assert letter.attachment == f"receipt:{operation.uuid}"
    assert letter.subject == f"Квитанция № {operation.number}: Смарт Сервис (ЖКУ), 12 970,24 ₽"
    for words in (
        "12\u00a0970,24\u00a0₽",
        check_codes.words(operation.snapshot.check_code),
        url("receipt", operation),
        reverse("payments:document-check"),
    ):
        assert words in letter.text


def test_of_money_that_is_back_in_full_the_letter_does_not_say_that_it_was_accepted(anna_client, anna, operation):
    returned = make_operation(anna, amount=100_00, status=Status.REFUNDED, refunded=100_00)

    send(anna_client, operation)
    send(anna_client, returned)

    accepted, back = (letter.text for letter in Message.objects.order_by("id"))
    assert "Ваш перевод принят" in accepted
    assert "Операция возвращена" in back
    assert "перевод принят" not in back


def test_pressed_twice_it_goes_once(anna_client, operation):
    send(anna_client, operation)
    send(anna_client, operation)

    assert Message.objects.count() == 1


def test_to_an_address_that_nobody_confirmed_nothing_goes(anna_client, anna, operation):
    anna.email_confirmed_at = None
    anna.save()

    page = send(anna_client, operation)

    assert "Сначала подтвердите e-mail" in page
    assert not Message.objects.exists()


def test_a_day_has_so_many_and_no_more(anna_client, operation):
    for _ in range(receipts.LETTERS_A_DAY.times):
        send(anna_client, operation)

    assert "Сегодня отправлено уже много квитанций" in send(anna_client, operation)


def test_what_was_not_taken_is_not_sent(anna_client, anna, operation):
    failed = make_operation(anna, status=Status.DECLINED)

    send(anna_client, failed)

    assert not Message.objects.exists()


def test_only_a_post_sends(anna_client, operation):
    assert anna_client.get(url("receipt-email", operation)).status_code == 405


def test_a_neighbour_sends_nothing(boris_client, operation):
    assert boris_client.post(url("receipt-email", operation)).status_code == 404
    assert not Message.objects.exists()
