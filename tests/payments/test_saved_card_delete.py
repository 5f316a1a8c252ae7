"""«Удалить»: asked once more, confirmed by a one-time password, done at the bank too."""

from unittest.mock import patch

import pytest
from django.urls import reverse

from accounts import confirmations
from accounts.models import Confirmation
from payments.models import SavedCard
from tests.payments.make import CODE, save_card

State = SavedCard.State


@pytest.fixture
def card(anna, bank):
    return save_card(anna, bank_card_id=bank.keep(str(anna.uuid)))


def page(card):
    return reverse("payments:saved-card-delete", args=[card.uuid])


def ask(client, card):
    with patch.object(confirmations, "_new_code", lambda purpose: CODE):
        return client.post(page(card), {"resend": "1"}, follow=True)


def test_it_asks_first(anna_client, card):
    shown = anna_client.get(page(card)).content.decode()

    assert "Удалить карту МИР (***7761)?" in shown
    assert "Получить одноразовый пароль" in shown
    assert "+7 916 ***-**-67" in shown.replace("\u00a0", " ")
    assert not Confirmation.objects.exists()


def test_the_password_deletes_it_here_and_at_the_bank(anna_client, anna, card, bank):
    assert "Одноразовый пароль" in ask(anna_client, card).content.decode()

    answer = anna_client.post(page(card), {"code": CODE}, follow=True)

    assert "Карта МИР (***7761) удалена." in answer.content.decode()
    assert SavedCard.objects.get().state == State.REMOVED
    assert not bank.kept[str(anna.uuid)][card.bank_card_id].is_active


def test_a_silent_bank_does_not_bring_it_back(anna_client, card, bank):
    bank.lose["remove_card"] = "before"
    ask(anna_client, card)

    anna_client.post(page(card), {"code": CODE})

    assert SavedCard.objects.get().state == State.REMOVING
    assert anna_client.get(page(card)).status_code == 404


@pytest.mark.parametrize(
    ("code", "said"), [("000000", "Осталось попыток: 4"), ("12", "состоит из 6 цифр"), ("", "Введите")]
)
def test_a_wrong_password_deletes_nothing(anna_client, card, bank, code, said):
    ask(anna_client, card)

    answer = anna_client.post(page(card), {"code": code})

    assert said in answer.content.decode()
    assert SavedCard.objects.get().state == State.ACTIVE
    assert bank.calls == {}


def test_five_wrong_passwords_are_all_there_are(anna_client, card):
    ask(anna_client, card)

    for _ in range(5):
        shown = anna_client.post(page(card), {"code": "000000"}).content.decode()

    assert "Попытки закончились" in shown
    assert 'name="code"' not in shown
    anna_client.post(page(card), {"code": CODE})
    assert SavedCard.objects.get().state == State.ACTIVE


def test_without_a_password_there_is_nothing_to_type(anna_client, card):
    assert "Пароль больше не действует" in anna_client.post(page(card), {"code": CODE}).content.decode()


def test_a_stranger_sees_nothing(boris_client, card):
    for answer in (boris_client.get(page(card)), boris_client.post(page(card), {"resend": "1"})):
        assert answer.status_code == 404
    assert not Confirmation.objects.exists()
