"""«Способы оплаты»: his cards with their words and links, and what is said when there are none."""

from datetime import timedelta

import pytest
from django.urls import reverse

from payments import card_binding, saved_cards
from payments.models import CardBinding, SavedCard
from tests.payments.make import save_card
from tests.people import NOW

LIST = reverse("payments:saved-card-list")


def text(client):
    return client.get(LIST).content.decode()


def test_a_card_is_shown_with_everything_that_can_be_done(anna_client, anna):
    card = save_card(anna, brand="VISA", last_four="0551", title="Зарплатная")

    page = text(anna_client)

    assert "VISA (***0551)" in page
    assert "Зарплатная" in page
    assert "Активен" in page
    for words in (
        "Сделать основным способом оплаты",
        "Редактировать",
        "Удалить",
        "История операций",
        "Добавить новую карту",
    ):
        assert words in page
    assert reverse("payments:saved-card-delete", args=[card.uuid]) in page
    assert f"{reverse('payments:history')}?card={card.uuid}" in page


def test_the_usual_card_is_marked_and_offers_no_choice(anna_client, anna):
    save_card(anna, is_default=True)

    page = text(anna_client)

    assert '<span class="tag">Основной способ оплаты</span>' in page
    assert "Сделать основным способом оплаты" not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"expires_on": NOW.date() - timedelta(days=1)}, "Истёк срок"),
        ({"state": SavedCard.State.UNAVAILABLE}, "Недоступна"),
    ],
)
def test_a_card_that_cannot_pay_says_why_and_may_be_deleted(anna_client, anna, fields, words):
    save_card(anna, **fields)

    page = text(anna_client)

    assert words in page
    assert "Сделать основным способом оплаты" not in page
    assert "Удалить" in page


@pytest.mark.parametrize(("left", "is_said"), [(0, True), (30, True), (31, False), (-1, False)])
def test_a_card_that_runs_out_says_when(anna_client, anna, left, is_said):
    save_card(anna, expires_on=NOW.date() + timedelta(days=left))

    assert ("Действует до" in text(anna_client)) == is_said


def test_without_cards_it_says_so_in_the_words_of_the_manual(anna_client):
    assert "У Вас нет привязанных карт" in text(anna_client)


@pytest.mark.parametrize("state", [SavedCard.State.REMOVING, SavedCard.State.REMOVED])
def test_a_deleted_card_is_gone_at_once(anna_client, anna, state):
    save_card(anna, state=state)

    assert "У Вас нет привязанных карт" in text(anna_client)


def test_a_binding_that_waits_is_said(anna_client, anna):
    card_binding.open_binding(resident=anna, now=NOW)
    CardBinding.objects.update(status=CardBinding.Status.CHALLENGED)

    assert "Перейти к подтверждению банка" in text(anna_client)


def test_frozen_cards_are_said_to_be(anna_client, anna):
    save_card(anna)
    saved_cards.freeze(resident=anna, until=NOW + timedelta(hours=24), now=NOW)

    assert "Номер телефона недавно изменён" in text(anna_client)


def test_a_neighbour_sees_none_of_it(boris_client, anna):
    save_card(anna, last_four="0551", title="Зарплатная")

    page = text(boris_client)

    assert "0551" not in page
    assert "Зарплатная" not in page


def test_what_a_card_is_at_the_bank_is_not_on_the_page(anna_client, anna):
    save_card(anna, bank_card_id="70000015", rebill_id="145919000015")

    page = text(anna_client)

    assert "70000015" not in page
    assert "145919000015" not in page


def test_it_asks_the_same_number_of_questions_for_many_cards(anna_client, anna, django_assert_num_queries):
    text(anna_client)
    with django_assert_num_queries(5):
        text(anna_client)

    for number in range(5):
        save_card(anna, bank_card_id=str(number))
    with django_assert_num_queries(5):
        text(anna_client)


def test_the_menu_leads_there_in_the_manuals_order(anna_client):
    page = text(anna_client)

    words = ["Управление счетами", "Способы оплаты", "Основной способ оплаты", "Смена пароля"]
    menu = page[page.index('id="menu"') :]
    places = [menu.index(f">{word}<") for word in words]
    assert places == sorted(places)
