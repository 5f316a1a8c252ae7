"""A request about a saved card killed at any statement or call: bank and portal keep the same cards in the end."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection

from accounts import confirmations
from accounts.models import Confirmation
from billing.models import Bill, BillEntry
from payments import card_binding, card_list, saved_cards, settlement
from payments.models import BankCustomer, CardBinding, Payment, PaymentEvent, PaymentSnapshot, SavedCard
from payments.status import LIVE, Status
from safeguards.models import Throttle
from safeguards.secret import Secret
from tests.payments.make import BROWSER, CODE, CRYPTOGRAM, authorise, open_payment, send_code, submit
from tests.payments.test_killed_anywhere import MOMENTS_APART, Bomb, Killed
from tests.people import NOW

pytestmark = pytest.mark.django_db
# Every moment in make proofs, every seventeenth in make test.
APART = MOMENTS_APART * 2 - 1
CALLS = ("start", "check_card", "authorise", "add_customer", "start_binding", "bind_card", "list_cards", "remove_card")
ROWS = (PaymentEvent, PaymentSnapshot, Payment, BillEntry, CardBinding, SavedCard, BankCustomer, Confirmation, Throttle)
MASK = "МИР (***7761)"


@pytest.fixture(autouse=True)
def _known_code():
    with patch.object(confirmations, "_new_code", lambda purpose: CODE):
        yield


def keep_while_paying(anna, bill, bank):
    """«Запомнить карту», to the sweep that asks for the list."""
    payment = open_payment(bill, anna)
    if submit(payment, anna, send_code(payment, anna), keeps_card=True):
        authorise(payment)
    card_list.sweep(now=NOW)


def add(anna, bill, bank):
    """«Добавить новую карту», confirmed."""
    binding = card_binding.open_binding(resident=anna, now=NOW)
    confirmation = card_binding.send_code(binding=binding, mask=MASK, ip="127.0.0.1", now=NOW)
    card_binding.submit(binding=binding, mask=MASK, confirmation=confirmation, code=CODE, now=NOW)
    card_binding.bind(binding=binding, cryptogram=Secret(CRYPTOGRAM), browser=BROWSER, now=NOW)
    card_list.sweep(now=NOW)


def have_card(anna, bank):
    """One that both know."""
    SavedCard.objects.create(
        resident=anna,
        bank_card_id=bank.keep(str(anna.uuid)),
        brand="МИР",
        last_four="7761",
        created_at=NOW,
        moved_at=NOW,
    )
    saved_cards.expect(resident=anna, now=NOW)


def delete(anna, bill, bank):
    """«Удалить»."""
    card = SavedCard.objects.get()
    confirmation = saved_cards.send_removal_code(card=card, resident=anna, ip="127.0.0.1", now=NOW)
    saved_cards.remove(card=card, confirmation=confirmation, code=CODE, now=NOW)
    card_list.remove(card=card, now=NOW)


def sweep_to_the_end():
    for minutes in (11, 35, 60, 60 * 24 + 61):
        settlement.settle_due(now=NOW + timedelta(minutes=minutes))
        card_list.sweep_all(now=NOW + timedelta(minutes=minutes))


def disagreements(anna, bank):
    """Cards of which one side alone knows, and whatever hangs."""
    ours = dict(SavedCard.objects.values_list("bank_card_id", "state"))
    theirs = {number for number, card in bank.kept.get(str(anna.uuid), {}).items() if card.is_active}
    found = [("hangs", state) for state in ours.values() if state == SavedCard.State.REMOVING]
    if {number for number, state in ours.items() if state == SavedCard.State.ACTIVE} != theirs:
        found.append((ours, theirs))
    found += [("hangs", binding.status) for binding in CardBinding.objects.filter(status__in=["NEW", "SUBMITTED"])]
    for payment in Payment.objects.all():
        taken = bank.charges[str(payment.uuid)]
        if payment.status in LIVE or taken != (payment.status == Status.SUCCEEDED):
            found.append((payment.status, taken))
    return found


def kill_everywhere(walk, anna, bill, bank, monkeypatch):
    """Until it lives to its end, or something has gone wrong; the moments, and what it was."""
    at, wrong, killed = 0, [], True
    while killed and not wrong:
        at += APART if at else 1
        for model in ROWS:
            model.objects.all().delete()
        Bill.objects.update(held=0, paid=0)
        for store in (bank.charges, bank.orders, bank.kept, bank.bindings, bank.owners):
            store.clear()
        bill.refresh_from_db()
        if walk is delete:
            have_card(anna, bank)
        bomb = Bomb(at)
        with monkeypatch.context() as patched, connection.execute_wrapper(bomb):
            for name in CALLS:
                patched.setattr(bank, name, bomb.around(getattr(bank, name)))
            try:
                walk(anna, bill, bank)
                killed = False
            except Killed:
                pass
            bomb.at = 0
        sweep_to_the_end()
        wrong += disagreements(anna, bank)
    return at, wrong


@pytest.mark.parametrize("walk", [keep_while_paying, add, delete])
def test_both_keep_the_same_cards_wherever_it_is_killed(walk, anna, annas_bill, bank, monkeypatch):
    moments, wrong = kill_everywhere(walk, anna, annas_bill, bank, monkeypatch)

    assert moments > 20
    assert wrong == []


def test_without_the_intent_before_it_a_deleted_card_would_live_on(anna, annas_bill, bank, monkeypatch):
    """The saboteur: the sweep forgets the cards that are still to be deleted at the bank."""
    monkeypatch.setattr(card_list, "remove", lambda *, card, now: None)

    _, wrong = kill_everywhere(delete, anna, annas_bill, bank, monkeypatch)

    assert wrong


def test_without_the_list_a_kept_card_would_be_lost(anna, annas_bill, bank, monkeypatch):
    """The saboteur: nobody asks for the list, and what the bank said at once is all there is."""
    monkeypatch.setattr(card_list, "refresh", lambda *, customer, now: None)

    _, wrong = kill_everywhere(add, anna, annas_bill, bank, monkeypatch)

    assert wrong
