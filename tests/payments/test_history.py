"""«История операций»: his own, confirmed ones, newest first, under six filters, in three queries."""

import re
from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.urls import reverse

from payments import history
from payments.models import Payment
from payments.status import Outcome, Status
from tests.billing.make import make_account, make_provider
from tests.payments.make import pay, save_card
from tests.payments.operations import make_operation, moscow
from tests.people import NOW

ADDRESS = reverse("payments:history")
# Session and user stand beside the page's own three.
QUERIES = 5


def page_of(client, **asked):
    return client.get(ADDRESS, asked).content.decode()


def shown(client, **asked):
    """The operations of a page, by their links."""
    page = page_of(client, **asked)
    return [payment for payment in Payment.objects.order_by("-submitted_at", "-id") if str(payment.uuid) in page]


def test_it_has_the_columns_and_filters_of_the_manual(anna_client, anna, annas_bill, bank):
    payment = pay(annas_bill, anna)

    page = page_of(anna_client)

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
        ">С</label>",
        ">По</label>",
        "Показать</button>",
        "За дополнительной информацией обращайтесь в Контакт-Центр",
    ):
        assert words in page
    assert page.count('<option value="" selected>Все</option>') == 4


def test_it_shows_only_what_was_confirmed(anna_client, annas_payment):
    assert "Операций ещё не было" in page_of(anna_client)


def test_by_default_it_is_about_all_the_time_since_the_first_one(anna_client, anna):
    make_operation(anna, at=moscow("2010-10-10 09:00:00"))

    page = page_of(anna_client)

    assert 'name="start" value="2010-10-10"' in page
    assert 'name="end" value="2026-11-20"' in page


def test_the_newest_comes_first(anna_client, anna):
    newer, older = make_operation(anna), make_operation(anna)

    page = page_of(anna_client)

    assert page.index(str(newer.uuid)) < page.index(str(older.uuid))


def test_a_day_is_moscows_from_midnight_to_midnight(anna_client, anna):
    first = make_operation(anna, at=moscow("2026-10-31 00:00:00"))
    last = make_operation(anna, at=moscow("2026-10-31 23:59:59.999999"))
    make_operation(anna, at=moscow("2026-10-30 23:59:59.999999"))
    make_operation(anna, at=moscow("2026-11-01 00:00:00"))

    assert shown(anna_client, start="2026-10-31", end="31.10.2026") == [last, first]


def test_it_chooses_by_the_way_of_paying(anna_client, anna):
    visa = make_operation(anna, card_brand="VISA", card_last_four="0551")
    unknown = make_operation(anna, card_brand="", card_last_four="")
    make_operation(anna)

    assert shown(anna_client, method="VISA-0551") == [visa]
    assert shown(anna_client, method="-") == [unknown]


def test_it_chooses_by_the_provider(anna_client, anna):
    other = make_account(provider=make_provider("mts", short_name="МТС"))
    wanted = make_operation(anna, other)
    make_operation(anna)

    assert shown(anna_client, provider=str(other.provider_id)) == [wanted]


def test_it_chooses_by_the_channel(anna_client, anna):
    former = make_operation(anna, channel="ДС Эксплуатация-портал")
    make_operation(anna)

    assert shown(anna_client, channel="ДС Эксплуатация-портал") == [former]


@pytest.mark.parametrize("outcome", Outcome)
def test_it_chooses_by_the_word_of_the_status(anna_client, anna, outcome):
    for status in Status:
        make_operation(anna, status=status)

    found = shown(anna_client, outcome=outcome)

    assert found
    assert {payment.public_status for payment in found} == {outcome.label}


def test_the_database_and_the_page_agree_on_every_word(anna):
    """A filter that found an operation under another word than the row shows would be a riddle."""
    for status, attention_at in product(Status, (None, NOW)):
        make_operation(anna, status=status, attention_at=attention_at)

    wrong = [payment for payment in Payment.objects.all() if Outcome(payment.outcome).label != payment.public_status]

    assert wrong == []


def test_filters_work_together(anna_client, anna):
    wanted = make_operation(anna, at=moscow("2026-10-05 10:00:00"), status=Status.DECLINED)
    make_operation(anna, at=moscow("2026-10-05 10:00:00"))
    make_operation(anna, at=moscow("2026-09-05 10:00:00"), status=Status.DECLINED)

    found = shown(anna_client, start="2026-10-01", end="2026-10-31", outcome="FAILED", method="МИР-7761")

    assert found == [wanted]


def test_when_nothing_fits_it_says_so_and_leads_back(anna_client, anna):
    make_operation(anna)

    page = page_of(anna_client, outcome="REFUNDED")

    assert "Таких операций нет" in page
    assert f'href="{ADDRESS}">Показать все операции' in page


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("start", "вчера", "Введите дату в виде 05.07.2017"),
        ("end", "31.02.2026", "Введите дату в виде 05.07.2017"),
        ("end", "0001-01-01", "Введите дату с 1990 по 2100 год"),
        ("start", "9999-12-31", "Введите дату с 1990 по 2100 год"),
        ("method", "VISA-0000", "Такого варианта нет. Выберите из списка"),
        ("outcome", "PAID", "Такого варианта нет. Выберите из списка"),
        ("provider", "7; drop", "Такого варианта нет. Выберите из списка"),
    ],
)
def test_what_cannot_be_understood_is_said_at_the_field_and_hides_nothing(anna_client, anna, name, value, words):
    payment = make_operation(anna)

    page = page_of(anna_client, **{name: value})

    assert page.count(words) == 2
    assert "Ошибка: История операций" in page
    assert str(payment.uuid) in page


def test_a_span_that_ends_before_it_starts_is_refused(anna_client, anna):
    make_operation(anna)

    assert "Эта дата раньше начала периода" in page_of(anna_client, start="2026-10-02", end="2026-10-01")


def test_it_takes_three_queries_however_long_it_is(anna_client, anna, django_assert_max_num_queries):
    for _ in range(35):
        make_operation(anna)
    page_of(anna_client)

    with django_assert_max_num_queries(QUERIES):
        page = page_of(anna_client)
    with django_assert_max_num_queries(QUERIES):
        last = page_of(anna_client, page="3", outcome="SUCCEEDED", start="2026-01-01")

    assert page.count("> операции ") == 15
    assert 'aria-label="Страница 3"' in page
    assert last.count("> операции ") == 5
    assert "outcome=SUCCEEDED&amp;start=2026-01-01" in last


@pytest.mark.parametrize("number", ["сто", "0", "-1", "99999999999999999999"])
def test_a_page_that_is_not_there_is_the_nearest_one(anna_client, anna, number):
    payment = make_operation(anna)

    assert shown(anna_client, page=number) == [payment]


def test_beyond_the_numbers_older_ones_follow_without_end(anna_client, anna, monkeypatch):
    monkeypatch.setattr(history, "WITHIN_REACH", 20)
    at = NOW - timedelta(days=1)
    # All of one moment: the number alone tells which comes next.
    made = [make_operation(anna, at=at) for _ in range(55)][::-1]

    first, second = shown(anna_client, page="1"), page_of(anna_client, page="2")
    seen, found = [*first, *shown(anna_client, page="2")], second
    for _ in range(3):
        (after,) = re.findall(r'href="[^"]*after=([0-9-]+)"', found)
        seen += shown(anna_client, after=after)
        found = page_of(anna_client, after=after)

    assert "Более ранние операции" not in page_of(anna_client, page="1")
    assert seen == made
    assert "К новым операциям" in found
    assert "Более ранние операции" not in found


@pytest.mark.parametrize("after", ["вчера", "1-", "-1", "1-2-3", "٣-٣"])
def test_a_place_that_is_none_shows_the_newest(anna_client, anna, after):
    payment = make_operation(anna)

    assert shown(anna_client, after=after) == [payment]


def test_a_neighbour_sees_none_of_it(boris_client, anna):
    payment = make_operation(anna)
    place = f"{int(NOW.timestamp() * 1_000_000) + 1}-{payment.pk + 1}"

    pages = [page_of(boris_client), page_of(boris_client, after=place), page_of(boris_client, method="МИР-7761")]

    for page in pages:
        assert str(payment.uuid) not in page
        assert "МИР (***7761)" not in page
        assert "Операций ещё не было" in page


def test_of_a_saved_card_it_is_the_history_under_its_way_of_paying(anna_client, anna):
    card = save_card(anna, brand="VISA", last_four="0551")
    wanted = make_operation(anna, card_brand="VISA", card_last_four="0551")
    other = make_operation(anna)

    answer = anna_client.get(ADDRESS, {"card": card.uuid}, follow=True)

    page = answer.content.decode()
    assert '<option value="VISA-0551" selected>VISA (***0551)</option>' in page
    assert str(wanted.uuid) in page
    assert str(other.uuid) not in page


def test_of_a_card_that_never_paid_it_says_so(anna_client, anna):
    make_operation(anna)
    card = save_card(anna, brand="VISA", last_four="0551")

    page = anna_client.get(ADDRESS, {"card": card.uuid}, follow=True).content.decode()

    assert "По карте VISA (***0551) операций ещё не было" in page


def test_of_somebody_elses_card_or_none_there_is_no_history(boris_client, anna):
    card = save_card(anna, brand="VISA", last_four="0551")

    for asked in (card.uuid, uuid4(), "вчера", ""):
        assert boris_client.get(ADDRESS, {"card": asked}).status_code == 404
