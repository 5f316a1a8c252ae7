"""«История операций»: his own, confirmed ones, newest first."""

from datetime import timedelta

from django.urls import reverse

from payments.models import Payment
from tests.payments.make import open_payment, pay, submit
from tests.people import NOW

ADDRESS = reverse("payments:history")


def test_it_has_the_columns_of_the_manual(anna_client, anna, annas_bill, bank):
    payment = pay(annas_bill, anna)

    page = anna_client.get(ADDRESS).content.decode()

    for words in (
        "Здесь хранится история всех операций, совершённых Вами через Систему А3.",
        "Дата и время операции",
        "Способ оплаты",
        "Поставщик услуг",
        "Канал взаимодействия",
        "Сумма операции",
        "Статус",
        "Детали",
        "Страницы:",
        "МИР (***7761)",
        "12\u00a0970,24\u00a0₽",
        "выполнена",
        "20.11.2026 12:00:00",
        reverse("payments:detail", args=[payment.uuid]),
    ):
        assert words in page


def test_it_shows_only_what_was_confirmed(anna_client, annas_payment):
    assert "Операций ещё не было" in anna_client.get(ADDRESS).content.decode()


def test_the_newest_comes_first(anna_client, anna, annas_bill):
    older = open_payment(annas_bill, anna, amount=1_00)
    submit(older, anna)
    newer = open_payment(annas_bill, anna, amount=2_00, now=NOW + timedelta(minutes=2))
    submit(newer, anna, now=NOW + timedelta(minutes=2))

    page = anna_client.get(ADDRESS).content.decode()

    assert page.index(str(newer.uuid)) < page.index(str(older.uuid))


def test_it_takes_three_queries_however_long_it_is(anna_client, anna, annas_payment, django_assert_max_num_queries):
    submit(annas_payment, anna)
    copies(annas_payment, 45)
    anna_client.get(ADDRESS)

    # Session and user stand beside the page's own.
    with django_assert_max_num_queries(5):
        page = anna_client.get(ADDRESS).content.decode()

    assert page.count("> операции ") == 20
    assert 'aria-label="Страница 3"' in page
    assert anna_client.get(ADDRESS, {"page": "3"}).content.decode().count("> операции ") == 6
    assert anna_client.get(ADDRESS, {"page": "сто"}).status_code == 200


def test_a_stranger_sees_none_of_it(boris_client, anna, annas_payment):
    submit(annas_payment, anna)

    page = boris_client.get(ADDRESS).content.decode()

    assert str(annas_payment.uuid) not in page
    assert "Операций ещё не было" in page


def copies(payment, number):
    """More operations like this one."""
    for second in range(number):
        snapshot = payment.snapshot
        copy = Payment.objects.get(pk=payment.pk)
        copy.pk = copy.return_token = copy.form_key = None
        copy.uuid = type(payment)._meta.get_field("uuid").get_default()
        copy.submitted_at = NOW + timedelta(seconds=second)
        copy.save(force_insert=True)
        snapshot.pk, snapshot.payment = None, copy
        snapshot.save(force_insert=True)
