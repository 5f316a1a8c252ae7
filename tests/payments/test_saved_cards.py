"""The rules of saved cards: who has which, which comes first, when none may pay, and how one goes."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection

from accounts import confirmations
from accounts.models import Confirmation
from payments import saved_cards
from payments.models import SavedCard
from tests.payments.make import CODE, save_card
from tests.people import NOW

State = SavedCard.State


def usable(resident, now=NOW):
    return list(SavedCard.objects.usable(resident, now=now))


def removal_code(card, resident):
    with patch.object(confirmations, "_new_code", lambda purpose: CODE):
        return saved_cards.send_removal_code(card=card, resident=resident, ip="127.0.0.1", now=NOW)


def test_only_his_own_living_cards_can_pay(anna, boris):
    own = save_card(anna)
    save_card(boris)
    for number, state in enumerate((State.UNAVAILABLE, State.REMOVING, State.REMOVED)):
        save_card(anna, state=state, bank_card_id=f"7{number}")
    save_card(anna, expires_on=NOW.date() - timedelta(days=1), bank_card_id="80")

    assert usable(anna) == [own]


def test_a_card_whose_term_nobody_told_can_pay(anna):
    assert usable(anna) == [] == usable(anna)
    card = save_card(anna, expires_on=None)
    assert usable(anna) == [card]


def test_the_usual_card_comes_first_then_the_newest(anna):
    first, second, third = (save_card(anna) for _ in range(3))

    saved_cards.choose_default(resident=anna, card=second)

    assert usable(anna) == [second, third, first]


def test_there_is_one_usual_card_or_none(anna):
    first, second = save_card(anna), save_card(anna)
    for card in (first, second):
        saved_cards.choose_default(resident=anna, card=card)
    assert [card.is_default for card in SavedCard.objects.order_by("id")] == [False, True]

    saved_cards.choose_default(resident=anna, card=None)

    assert not SavedCard.objects.filter(is_default=True).exists()


def test_nobody_chooses_for_another(anna, boris):
    card = save_card(anna)

    saved_cards.choose_default(resident=boris, card=card)

    assert not SavedCard.objects.filter(is_default=True).exists()


def test_frozen_cards_pay_again_when_their_time_has_come(anna):
    card = save_card(anna)
    until = NOW + timedelta(hours=24)

    saved_cards.freeze(resident=anna, until=until, now=NOW)

    assert usable(anna) == []
    assert saved_cards.frozen_until(resident=anna, now=NOW) == until
    with pytest.raises(saved_cards.CardGone):
        saved_cards.find(resident=anna, uuid=card.uuid, now=NOW)
    assert usable(anna, until) == [card]
    assert saved_cards.frozen_until(resident=anna, now=until) is None


def test_a_frozen_neighbour_freezes_nobody(anna, boris):
    card = save_card(anna)

    saved_cards.freeze(resident=boris, until=NOW + timedelta(hours=24), now=NOW)

    assert usable(anna) == [card]


def test_a_frost_that_is_over_is_none(anna):
    saved_cards.freeze(resident=anna, until=NOW, now=NOW)

    assert saved_cards.frozen_until(resident=anna, now=NOW - timedelta(hours=1)) is None


def test_a_card_goes_with_its_password_alone(anna):
    card = save_card(anna, is_default=True)
    confirmation = removal_code(card, anna)

    with pytest.raises(confirmations.WrongCode):
        saved_cards.remove(card=card, confirmation=confirmation, code="000000", now=NOW)
    assert usable(anna) == [card]

    saved_cards.remove(card=card, confirmation=confirmation, code=CODE, now=NOW)
    card.refresh_from_db()
    assert (card.state, card.is_default, usable(anna)) == (State.REMOVING, False, [])


def test_the_password_of_one_card_removes_no_other(anna):
    first, second = save_card(anna), save_card(anna, last_four="0013")
    confirmation = removal_code(first, anna)

    with pytest.raises(confirmations.DigestChanged):
        saved_cards.remove(card=second, confirmation=confirmation, code=CODE, now=NOW)

    assert SavedCard.objects.filter(state=State.ACTIVE).count() == 2


def test_a_password_works_once(anna):
    card = save_card(anna)
    confirmation = removal_code(card, anna)
    saved_cards.remove(card=card, confirmation=confirmation, code=CODE, now=NOW)

    with pytest.raises(confirmations.CodeExpired):
        saved_cards.remove(card=card, confirmation=Confirmation.objects.get(), code=CODE, now=NOW)


@pytest.mark.parametrize("state", [State.REMOVING, State.REMOVED])
def test_a_card_that_has_gone_meanwhile_does_not_begin_to_go_again(anna, state):
    """The bank was told, or its list did without the card, before the password was typed."""
    card = save_card(anna, state=state)
    confirmation = removal_code(card, anna)

    saved_cards.remove(card=card, confirmation=confirmation, code=CODE, now=NOW + timedelta(minutes=1))

    card.refresh_from_db()
    assert (card.state, card.moved_at) == (state, NOW)


def test_what_charges_a_card_alone_is_encrypted(anna):
    save_card(anna, rebill_id="145919000015")

    assert SavedCard.objects.get().rebill_id == "145919000015"
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM payments_savedcard")
        assert "145919000015" not in str(cursor.fetchall())


def test_a_row_has_room_for_no_number_and_no_code():
    kept = {field.name for field in SavedCard._meta.fields}

    assert kept == {
        *("id", "uuid", "resident", "bank_card_id", "rebill_id", "brand", "last_four", "expires_on"),
        *("title", "state", "is_default", "created_at", "moved_at"),
    }
