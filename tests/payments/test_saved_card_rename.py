"""«Редактировать»: a name of his own, and never card data in it."""

import pytest
from django.urls import reverse

from payments.models import SavedCard
from tests.payments.make import save_card


def page(card):
    return reverse("payments:saved-card-rename", args=[card.uuid])


def test_a_card_gets_a_name(anna_client, anna):
    card = save_card(anna)

    answer = anna_client.post(page(card), {"title": "  Моя   зарплатная  "}, follow=True)

    assert SavedCard.objects.get().title == "Моя зарплатная"
    assert "Моя зарплатная" in answer.content.decode()


def test_a_name_may_be_taken_away(anna_client, anna):
    card = save_card(anna, title="Зарплатная")

    anna_client.post(page(card), {"title": ""})

    assert SavedCard.objects.get().title == ""


@pytest.mark.parametrize("title", ["739", "CVV 123", "2200 7702 3909 7761", "моя 220-077", "2200-7702"])
def test_card_data_are_not_taken_for_a_name(anna_client, anna, title):
    card = save_card(anna)

    answer = anna_client.post(page(card), {"title": title})

    assert "Не пишите сюда данные карты" in answer.content.decode()
    assert SavedCard.objects.get().title == ""


def test_a_longer_name_than_there_is_room_for_is_refused(anna_client, anna):
    card = save_card(anna)

    assert "Ошибка: " in anna_client.post(page(card), {"title": "ж" * 41}).content.decode()


def test_a_name_is_shown_as_it_is_and_runs_nothing(anna_client, anna):
    card = save_card(anna)

    shown = anna_client.post(page(card), {"title": "<script>alert()</script>"}, follow=True).content.decode()

    assert "<script>alert" not in shown


def test_a_stranger_sees_nothing(boris_client, anna):
    card = save_card(anna)

    assert boris_client.get(page(card)).status_code == 404
    assert boris_client.post(page(card), {"title": "x"}).status_code == 404
