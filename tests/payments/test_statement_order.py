"""«Заказать справку по почте»: an order with a number, waiting for staff, whose state its owner sees."""

import pytest
from django.urls import reverse

from accounts.models import Profile
from payments import statement_orders, statements
from payments.models import StatementOrder
from payments.status import Status
from tests.payments.operations import make_operation, moscow
from tests.people import NOW, make_resident

ADDRESS = reverse("payments:statement-order")
HOME = "121552, Москва, Центральная ул., д. 5, кв. 1, Соколовой Анне"
ORDER = {"start": "2026-10-01", "end": "2026-10-31", "address": HOME}


def text(response):
    return response.content.decode().replace("\u00a0", " ")


@pytest.fixture(autouse=True)
def october(anna):
    return make_operation(anna, at=moscow("2026-10-31 23:59:59"))


@pytest.fixture
def order(anna, anna_client):
    anna_client.post(ADDRESS, ORDER)
    return StatementOrder.objects.get()


@pytest.fixture
def staff(db):
    return make_resident("+79000000001", is_staff=True)


def test_it_is_in_the_queue_with_a_number_for_its_owner(anna_client, anna):
    page = text(anna_client.post(ADDRESS, ORDER, follow=True))

    order = StatementOrder.objects.get()
    assert f"Заказ № {order.number} принят" in page
    assert (order.resident, order.address, order.status) == (anna, HOME, "NEW")
    assert len(order.statement.lines) == 1
    for words in (f"№ {order.number}", "20.11.2026", "01.10.2026 – 31.10.2026", "Принята"):
        assert words in page


def test_the_address_for_letters_is_filled_in(anna_client, anna):
    Profile.objects.create(resident=anna, address="Живёт здесь", postal_address=HOME)

    assert HOME in text(anna_client.get(ADDRESS))


def test_else_it_is_where_he_lives(anna_client, anna):
    Profile.objects.create(resident=anna, address="121552, Москва")

    assert "121552, Москва" in text(anna_client.get(ADDRESS))


def test_ordered_twice_it_is_one_order(anna_client, order):
    anna_client.post(ADDRESS, ORDER)

    assert StatementOrder.objects.count() == 1


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"address": ""}, "Введите почтовый адрес"),
        ({"address": "Москва, Центральная ул., д. 5"}, "Добавьте почтовый индекс: шесть цифр"),
        ({"address": "1" * 301}, "Адрес длиннее 300 знаков"),
        ({"end": "2026-09-01"}, "Эта дата раньше начала периода"),
        ({"start": "когда-нибудь"}, "Введите дату в виде 05.07.2017"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_kept(anna_client, changes, words):
    page = text(anna_client.post(ADDRESS, {**ORDER, **changes}))

    assert words in page
    assert not StatementOrder.objects.exists()
    assert "address" in changes or HOME in page


def test_a_day_has_so_many_and_no_more(anna_client, anna):
    for day in range(1, statement_orders.A_DAY.times + 1):
        anna_client.post(ADDRESS, {**ORDER, "start": f"2026-10-0{day}"})

    page = text(anna_client.post(ADDRESS, {**ORDER, "start": "2026-10-09"}))

    assert "Сегодня заказов уже много" in page
    assert StatementOrder.objects.count() == statement_orders.A_DAY.times


def test_too_long_a_period_is_refused(anna_client, anna, monkeypatch):
    monkeypatch.setattr(statements, "LONGEST", 0)

    assert "Выберите период короче" in text(anna_client.post(ADDRESS, ORDER))


def test_when_staff_sent_it_the_resident_sees_it(anna_client, order, staff):
    assert statement_orders.mark_sent(order=order, staff=staff, now=NOW)

    page = text(anna_client.get(ADDRESS))
    assert "Отправлена" in page
    assert (order.ended_by, order.ended_at) == (staff, NOW)


def test_when_staff_cannot_send_it_the_resident_reads_why(anna_client, order, staff):
    statement_orders.refuse(order=order, staff=staff, answer="Такого дома нет", now=NOW)

    page = text(anna_client.get(ADDRESS))
    assert "Есть ответ" in page
    assert "Такого дома нет" in page


def test_it_ends_once(order, staff):
    assert statement_orders.mark_sent(order=order, staff=staff, now=NOW)

    assert not statement_orders.refuse(order=order, staff=staff, answer="Поздно", now=NOW)
    assert (order.status, order.answer) == ("SENT", "")


def test_after_it_ended_the_same_may_be_ordered_anew(anna_client, order, staff):
    statement_orders.mark_sent(order=order, staff=staff, now=NOW)

    anna_client.post(ADDRESS, ORDER)

    assert StatementOrder.objects.count() == 2


def test_the_letter_is_what_it_was_when_it_was_ordered(order, october):
    type(october).objects.update(status=Status.REFUNDED)

    order.refresh_from_db()
    assert statements.lines(order.statement)[0].status == "выполнена"


def test_the_list_takes_three_queries(anna_client, order, django_assert_max_num_queries):
    anna_client.get(ADDRESS)

    # Session and user stand beside the first day, the profile and the orders.
    with django_assert_max_num_queries(5):
        anna_client.get(ADDRESS)


def test_a_neighbour_sees_none_of_it(boris_client, order):
    page = text(boris_client.get(ADDRESS))

    assert "Ваши заказы" not in page
    assert "Центральная" not in page.replace("Центральная ул., д. 5, кв. 1, Иванову", "")
