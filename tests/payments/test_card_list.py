"""The bank's list and ours are equal in the end, whatever happens to either; and owners hear of cards that run out."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from notifications.models import Message
from payments import card_list, saved_cards
from payments.models import BankCustomer, Payment, SavedCard
from tests.payments.make import pay, save_card
from tests.people import NOW

State = SavedCard.State
LATER = NOW + timedelta(days=1, minutes=1)


@pytest.fixture
def key(anna):
    saved_cards.expect(resident=anna, now=NOW)
    return str(anna.uuid)


def states():
    return dict(SavedCard.objects.values_list("bank_card_id", "state"))


def test_a_card_that_the_bank_keeps_becomes_ours(anna, bank, key):
    card_id = bank.keep(key, mask="411111******1111", expiry="0228")

    card_list.sweep(now=NOW)

    card = SavedCard.objects.get()
    assert (card.resident, card.bank_card_id, card.mask) == (anna, card_id, "VISA (***1111)")
    assert (card.expires_on, card.rebill_id, card.is_default) == (date(2028, 2, 29), f"9{card_id}", True)


def test_a_second_card_is_not_made_the_usual_one(bank, key):
    bank.keep(key)
    bank.keep(key, mask="411111******1111")

    card_list.sweep(now=NOW)

    assert SavedCard.objects.filter(is_default=True).count() == 1


def test_what_the_bank_has_forgotten_cannot_pay(bank, key):
    card_id = bank.keep(key)
    card_list.sweep(now=NOW)

    bank.drop(key, card_id)
    card_list.sweep(now=LATER)

    card = SavedCard.objects.get()
    assert (card.state, card.is_default, card.rebill_id) == (State.UNAVAILABLE, False, None)


def test_what_it_keeps_anew_can_pay_again(bank, key):
    card_id = bank.keep(key)
    card_list.sweep(now=NOW)
    bank.drop(key, card_id)
    card_list.sweep(now=LATER)

    bank.keep(key)
    BankCustomer.objects.update(list_at=LATER)
    card_list.sweep(now=LATER)

    assert states() == {card_id: State.ACTIVE}


def test_a_forgotten_card_that_we_never_knew_is_nobodys_business(bank, key):
    bank.drop(key, bank.keep(key))

    card_list.sweep(now=NOW)

    assert states() == {}


def test_a_card_deleted_here_is_deleted_there(anna, bank, key):
    card = save_card(anna, bank_card_id=bank.keep(key), state=State.REMOVING, rebill_id="9500")

    card_list.remove(card=card, now=NOW)

    assert not bank.kept[key][card.bank_card_id].is_active
    card.refresh_from_db()
    assert (card.state, card.rebill_id) == (State.REMOVED, None)


@pytest.mark.parametrize("when", ["before", "after"])
def test_silence_leaves_the_deletion_to_the_sweep(anna, bank, key, when):
    card = save_card(anna, bank_card_id=bank.keep(key), state=State.REMOVING)
    bank.lose["remove_card"] = when
    card_list.remove(card=card, now=NOW)
    assert states() == {card.bank_card_id: State.REMOVING}

    bank.lose.clear()
    card_list.sweep(now=NOW)

    assert states() == {card.bank_card_id: State.REMOVED}
    assert not bank.kept[key][card.bank_card_id].is_active


def test_a_card_being_deleted_does_not_come_back_by_the_list(anna, bank, key):
    save_card(anna, bank_card_id=bank.keep(key), state=State.REMOVING)
    bank.lose["remove_card"] = "before"

    card_list.sweep(now=NOW)

    assert set(states().values()) == {State.REMOVING}


def deleted_while_asked(card, bank, monkeypatch, *, to_the_end):
    """The bank makes its list, the owner deletes the card, the list arrives."""
    ask = bank.list_cards

    def late(**arguments):
        answer = ask(**arguments)
        delete(card)
        if to_the_end:
            card_list.remove(card=card, now=NOW)
        return answer

    monkeypatch.setattr(bank, "list_cards", late)
    card_list.sweep(now=NOW)


def deleted_while_written(card, monkeypatch):
    """The list is here, our row is read, the owner deletes the card, and the row is written."""
    last_day = card_list.last_day

    def late(expiry):
        delete(card)
        return last_day(expiry)

    monkeypatch.setattr(card_list, "last_day", late)
    card_list.sweep(now=NOW)


def delete(card):
    SavedCard.objects.filter(pk=card.pk).update(state=State.REMOVING, is_default=False, moved_at=NOW)


@pytest.fixture(params=[State.ACTIVE, State.UNAVAILABLE])
def mortal(request, anna, bank, key):
    """A card of the bank's list that its owner is about to delete, whether or not it can pay."""
    return save_card(anna, bank_card_id=bank.keep(key), state=request.param, moved_at=NOW - timedelta(days=1))


@pytest.mark.parametrize(("to_the_end", "state"), [(False, State.REMOVING), (True, State.REMOVED)])
def test_a_card_deleted_while_the_list_is_on_its_way_stays_deleted(mortal, bank, monkeypatch, to_the_end, state):
    deleted_while_asked(mortal, bank, monkeypatch, to_the_end=to_the_end)

    mortal.refresh_from_db()
    assert (mortal.state, mortal.rebill_id) == (state, None)


def test_a_card_deleted_while_its_row_is_being_written_is_still_deleted_at_the_bank(mortal, bank, key, monkeypatch):
    deleted_while_written(mortal, monkeypatch)
    assert states() == {mortal.bank_card_id: State.REMOVING}

    card_list.sweep(now=NOW)

    assert states() == {mortal.bank_card_id: State.REMOVED}
    assert not bank.kept[key][mortal.bank_card_id].is_active


def test_a_card_deleted_before_it_reached_the_list_is_still_deleted_at_the_bank(anna, bank, key, monkeypatch):
    """The list was made before the card was kept: that it is not there does not mean that it is gone."""
    ask = bank.list_cards

    def late(**arguments):
        answer = ask(**arguments)
        save_card(anna, bank_card_id=bank.keep(key), state=State.REMOVING)
        return answer

    monkeypatch.setattr(bank, "list_cards", late)

    card_list.sweep(now=NOW)

    assert set(states().values()) == {State.REMOVING}


def test_a_card_deleted_and_kept_anew_can_pay_again(anna, bank, key):
    save_card(anna, bank_card_id=bank.keep(key), state=State.REMOVED)

    card_list.sweep(now=NOW)

    card = SavedCard.objects.get()
    assert (card.state, card.is_default, card.rebill_id) == (State.ACTIVE, True, f"9{card.bank_card_id}")


def test_saboteur_a_list_that_may_say_anything_gives_a_deleted_card_back(mortal, bank, monkeypatch):
    def let_pay(card, now, removed):
        SavedCard.objects.filter(pk=card.pk).update(state=State.ACTIVE, moved_at=now)

    monkeypatch.setattr(card_list, "_let_pay", let_pay)

    deleted_while_asked(mortal, bank, monkeypatch, to_the_end=True)

    assert states() == {mortal.bank_card_id: State.ACTIVE}


def test_silence_is_asked_again_soon_and_changes_nothing(bank, key):
    bank.keep(key)
    bank.lose["list_cards"] = "after"
    card_list.sweep(now=NOW)
    assert states() == {}

    bank.lose.clear()
    card_list.sweep(now=NOW + timedelta(minutes=6))

    assert len(states()) == 1


def test_a_list_is_asked_for_once_a_day_while_there_are_cards(bank, key):
    bank.keep(key)
    card_list.sweep(now=NOW)
    card_list.sweep(now=NOW + timedelta(hours=1))
    card_list.sweep(now=LATER)

    assert bank.calls["list_cards"] == 2


def test_who_keeps_no_card_is_not_asked_about(bank, key):
    card_list.sweep(now=NOW)
    card_list.sweep(now=LATER)

    assert bank.calls["list_cards"] == 1


def test_a_card_kept_while_the_list_was_on_its_way_is_not_lost(anna, bank, key, monkeypatch):
    """The list was made before, and arrives after the card is ours."""
    ask = bank.list_cards

    def late(**arguments):
        answer = ask(**arguments)
        save_card(anna, moved_at=NOW + timedelta(seconds=1))
        return answer

    monkeypatch.setattr(bank, "list_cards", late)

    card_list.sweep(now=NOW)

    assert set(states().values()) == {State.ACTIVE}


def test_two_sweeps_ask_once(bank, key):
    customer = BankCustomer.objects.get()
    twin = BankCustomer.objects.get()

    card_list.refresh(customer=customer, now=NOW)
    card_list.refresh(customer=twin, now=NOW)

    assert bank.calls["list_cards"] == 1


def test_his_own_name_and_choice_are_not_the_banks_matter(anna, bank, key):
    card = save_card(anna, bank_card_id=bank.keep(key), title="Зарплатная", is_default=True)
    save_card(anna, bank_card_id=bank.keep(key, mask="411111******1111"))

    card_list.sweep(now=NOW)

    card.refresh_from_db()
    assert (card.title, card.is_default) == ("Зарплатная", True)


def test_who_chose_no_card_is_not_given_one_by_the_next_list(anna, bank, key):
    bank.keep(key)
    card_list.sweep(now=NOW)
    saved_cards.choose_default(resident=anna, card=None)

    card_list.sweep(now=LATER)

    assert not SavedCard.objects.get().is_default


def test_a_sick_row_keeps_no_other_from_its_turn(anna, boris, bank, key, monkeypatch):
    saved_cards.expect(resident=boris, now=NOW - timedelta(minutes=1))
    bank.keep(str(boris.uuid))
    bank.keep(key, mask="411111******1111")
    take_over = card_list._take_over

    def stumble(resident, *arguments):
        if resident == boris:
            raise DatabaseError
        take_over(resident, *arguments)

    monkeypatch.setattr(card_list, "_take_over", stumble)

    card_list.sweep(now=NOW)

    assert SavedCard.objects.get().resident == anna


def test_a_slow_bank_does_not_hold_the_sweep_up(anna, boris, bank, key, monkeypatch):
    """What is left over stays due and comes first in the next round."""
    saved_cards.expect(resident=boris, now=NOW)
    monkeypatch.setattr(card_list, "SWEEP_TAKES", -1)

    assert card_list.sweep(now=NOW) == 0

    monkeypatch.undo()
    assert bank.calls["list_cards"] == 0


def test_a_payment_learns_which_card_it_kept(anna, annas_bill, bank):
    pay(annas_bill, anna, keeps_card=True)
    Payment.objects.update(saved_card=None)
    BankCustomer.objects.update(list_at=NOW)

    card_list.sweep(now=NOW)

    assert Payment.objects.get().saved_card == SavedCard.objects.get()


@pytest.mark.parametrize(("left", "sent"), [(31, 0), (30, 1), (8, 1), (7, 1), (0, 1)])
def test_the_owner_of_a_card_that_runs_out_hears_of_it(anna, bank, key, left, sent):
    last = NOW.date() + timedelta(days=left)
    save_card(anna, bank_card_id=bank.keep(key, expiry=""), expires_on=last)

    card_list.sweep(now=NOW)

    told = [message.text for message in Message.objects.all()]
    assert len(told) == sent
    assert all("МИР (***7761)" in text and f"{last:%d.%m.%Y}" in text for text in told)


def test_he_hears_of_it_twice_and_no_more(anna, bank, key):
    save_card(anna, bank_card_id=bank.keep(key, expiry=""), expires_on=NOW.date() + timedelta(days=30))

    for days in range(32):
        card_list.sweep(now=NOW + timedelta(days=days, minutes=days))

    assert Message.objects.count() == 2


@given(st.integers(1, 12), st.integers(20, 60))
def test_a_card_works_to_the_end_of_its_month(month, year):
    day = card_list.last_day(f"{month:02}{year}")

    assert (day.month, day.year) == (month, 2000 + year)
    assert (day + timedelta(days=1)).day == 1


# --- a person who leaves ----------------------------------------------------------------------------------------------
def test_the_bank_forgets_whom_we_forget(anna, bank, key):
    card_id = bank.keep(key)
    card_list.sweep(now=NOW)

    assert card_list.forget(resident=anna)

    assert key not in bank.kept
    assert bank.calls["remove_card"] == 1
    assert card_id


@pytest.mark.parametrize("method", ["list_cards", "remove_card", "remove_customer"])
def test_a_silent_bank_is_waited_for(anna, bank, key, method):
    bank.keep(key)
    card_list.sweep(now=NOW)
    bank.lose[method] = "before"

    assert not card_list.forget(resident=anna)


def test_of_whom_the_bank_never_heard_it_hears_nothing(anna, bank):
    assert card_list.forget(resident=anna)
    assert bank.calls == {}
