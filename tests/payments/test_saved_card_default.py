"""«Основной способ оплаты»: radios of his cards and «Не выбран», and the button beside each card."""

import pytest
from django.urls import reverse

from payments.models import SavedCard
from tests.payments.make import save_card

PAGE = reverse("payments:saved-card-default")
LIST = reverse("payments:saved-card-list")


def usual():
    return list(SavedCard.objects.filter(is_default=True))


def test_it_offers_his_cards_and_none(anna_client, anna):
    save_card(anna, title="Зарплатная", is_default=True)
    save_card(anna, last_four="0551")

    page = anna_client.get(PAGE).content.decode()

    for words in ("МИР (***7761) «Зарплатная»", "МИР (***0551)", "Не выбран", "Сохранить"):
        assert words in page


def test_the_chosen_card_comes_first_from_now_on(anna_client, anna):
    save_card(anna, is_default=True)
    other = save_card(anna)

    answer = anna_client.post(PAGE, {"card": str(other.uuid)}, follow=True)

    assert usual() == [other]
    assert "Основной способ оплаты: МИР (***7761)." in answer.content.decode()


def test_none_may_be_chosen(anna_client, anna):
    save_card(anna, is_default=True)

    anna_client.post(PAGE, {"card": ""})

    assert usual() == []


@pytest.mark.parametrize("card", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_card_that_is_none_is_refused(anna_client, anna, card):
    own = save_card(anna, is_default=True)

    page = anna_client.post(PAGE, {"card": card}).content.decode()

    assert "Такой карты нет" in page
    assert usual() == [own]


def test_anothers_card_is_refused(anna_client, anna, boris):
    save_card(anna)
    foreign = save_card(boris)

    assert "Такой карты нет" in anna_client.post(PAGE, {"card": str(foreign.uuid)}).content.decode()
    assert usual() == []


def test_the_button_beside_a_card_does_the_same(anna_client, anna):
    card = save_card(anna)

    answer = anna_client.post(reverse("payments:saved-card-make-default", args=[card.uuid]))

    assert (answer.status_code, answer.url) == (302, LIST)
    assert usual() == [card]


def test_a_get_of_the_button_changes_nothing(anna_client, anna):
    card = save_card(anna)

    assert anna_client.get(reverse("payments:saved-card-make-default", args=[card.uuid])).status_code == 405
    assert usual() == []


def test_a_stranger_finds_no_button(boris_client, anna):
    card = save_card(anna)

    assert boris_client.post(reverse("payments:saved-card-make-default", args=[card.uuid])).status_code == 404
    assert usual() == []


def test_without_cards_there_is_nothing_to_choose(anna_client):
    assert "У Вас нет привязанных карт" in anna_client.get(PAGE).content.decode()
