"""A card added on the bank's page: the password first, then a link, and a way back that asks the bank."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from accounts import confirmations
from notifications.models import Message
from payments import card_binding
from payments.models import CardBinding, SavedCard
from tests.payments.hosted import hosted as hosted
from tests.payments.make import CODE
from tests.payments.steps import CARD, hidden_fields
from tests.people import NOW

pytestmark = pytest.mark.usefixtures("hosted", "bank_key")
ADD, LIST, RETURN = (reverse(f"payments:saved-card-{name}") for name in ("add", "list", "return"))
LINK = 'href="http://bank.example/bind/key-0" rel="noreferrer">Перейти на страницу банка'
Status = CardBinding.Status


def add(client):
    """«Получить одноразовый пароль», and the right one."""
    with patch.object(confirmations, "_new_code", lambda purpose: CODE):
        page = client.post(ADD, {}).content.decode()
    binding = CardBinding.objects.get()
    address = reverse("payments:saved-card-confirm", args=[binding.uuid])
    return client.post(address, {**hidden_fields(page), "code": CODE})


def page_of(binding):
    return reverse("payments:saved-card-bank-page", args=[binding.uuid])


def test_it_asks_for_no_card(anna_client):
    page = anna_client.get(ADD).content.decode()

    assert "Номер карты" not in page
    assert "на странице банка, после одноразового пароля" in page


def test_the_password_leads_to_the_banks_page(anna_client, bank):
    answer = add(anna_client)

    binding = CardBinding.objects.get()
    assert (answer.status_code, answer.url) == (303, page_of(binding))
    assert LINK in anna_client.get(answer.url).content.decode()
    assert page_of(binding) in anna_client.get(LIST).content.decode()
    assert "bank.example" not in str(CardBinding.objects.values_list("challenge"))


def test_the_sms_names_no_card_that_nobody_knows(anna_client, bank):
    add(anna_client)

    assert "Добавление банковской карты" in (Message.objects.get().secret_text or "")


def test_the_way_back_shows_the_card(anna_client, bank):
    add(anna_client)
    bank.pass_binding("key-0")

    page = anna_client.get(RETURN, follow=True).content.decode()

    assert "Карта добавлена." in page
    assert "МИР (***7761)" in page
    assert CardBinding.objects.get().challenge is None


def test_it_is_said_and_shown_when_the_bank_told_it_before_he_came_back(anna_client, bank):
    add(anna_client)
    bank.pass_binding("key-0")
    binding = CardBinding.objects.get()
    card_binding.apply(binding=binding, answer=bank.query_binding(request_key="key-0"), now=NOW)

    page = anna_client.get(RETURN, follow=True).content.decode()

    assert "Карта добавлена." in page
    assert "МИР (***7761)" in page


def test_coming_back_early_adds_nothing_and_keeps_the_link(anna_client, bank):
    add(anna_client)

    page = anna_client.get(RETURN, follow=True).content.decode()

    assert "Банк ещё проверяет карту" in page
    assert page_of(CardBinding.objects.get()) in page
    assert not SavedCard.objects.exists()


def test_a_card_that_the_bank_refused_says_why(anna_client, bank):
    add(anna_client)
    bank.binding_error = "1051"
    bank.pass_binding("key-0")

    assert "недостаточно средств" in anna_client.get(RETURN, follow=True).content.decode()


def test_what_was_given_up_here_and_finished_there_is_ours(anna_client, bank):
    add(anna_client)
    card_binding.sweep(now=NOW + timedelta(minutes=21))
    assert CardBinding.objects.get().status == Status.EXPIRED
    bank.pass_binding("key-0")

    anna_client.get(RETURN)

    assert SavedCard.objects.get().state == SavedCard.State.ACTIVE


def test_the_way_back_finds_nobody_elses(anna_client, boris_client, bank):
    add(anna_client)
    binding = CardBinding.objects.get()

    assert boris_client.get(RETURN).url == LIST
    assert boris_client.get(page_of(binding)).status_code == 404
    assert Client().get(RETURN).status_code == 302
    assert bank.calls["query_binding"] == 0


@pytest.mark.parametrize("lost", ["add_customer", "start_binding"])
def test_a_bank_that_does_not_answer_adds_nothing(anna_client, bank, lost):
    bank.lose[lost] = "before"

    answer = add(anna_client)

    assert answer.url == LIST
    assert CardBinding.objects.get().page_url == ""


def test_a_card_typed_here_is_refused(anna_client, bank):
    page = anna_client.post(ADD, CARD).content.decode()

    assert "Данные карты теперь вводят на странице банка" in page
    assert "2200" not in page.replace(" ", "")
    assert not CardBinding.objects.exists()


def test_a_password_page_from_before_the_switch_begins_anew(anna_client, settings, bank):
    settings.CARD_ENTRY = "own"
    page = anna_client.post(ADD, CARD).content.decode()
    settings.CARD_ENTRY = "hosted"
    address = reverse("payments:saved-card-confirm", args=[CardBinding.objects.get().uuid])

    answer = anna_client.post(address, {**hidden_fields(page), "code": CODE}, follow=True)

    assert "изменился способ ввода карты" in answer.content.decode()
    assert bank.calls == {}
