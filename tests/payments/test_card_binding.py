"""A card being added: no step without the one before it committed, and it comes out right without any answer."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection

from accounts import confirmations
from payments import card_binding, card_list
from payments.acquirer.base import Binding, BindingWord, OldResult
from payments.models import BankCustomer, CardBinding, SavedCard
from safeguards.secret import Secret
from tests.payments.make import BROWSER, CODE, CRYPTOGRAM
from tests.people import NOW

Status = CardBinding.Status
MASK = "МИР (***7761)"
LATER = NOW + timedelta(minutes=30)
CALLS = ("add_customer", "start_binding", "check_card", "bind_card")


@pytest.fixture
def opened(anna):
    return card_binding.open_binding(resident=anna, now=NOW)


def confirm(binding, *, code=CODE, mask=MASK, now=NOW):
    with patch.object(confirmations, "_new_code", lambda purpose: CODE):
        confirmation = card_binding.send_code(binding=binding, mask=MASK, ip="127.0.0.1", now=NOW)
    card_binding.submit(binding=binding, mask=mask, confirmation=confirmation, code=code, now=now)


def bind(binding, now=NOW):
    card_binding.bind(binding=binding, cryptogram=Secret(CRYPTOGRAM), browser=BROWSER, now=now)


@pytest.fixture
def submitted(opened):
    confirm(opened)
    return opened


def test_a_card_is_bound_and_ours(submitted, bank, anna):
    bind(submitted)
    card_list.sweep(now=NOW)

    assert submitted.status == Status.COMPLETED
    assert SavedCard.objects.get().resident == anna
    assert bank.charges == {}


@pytest.mark.parametrize(("code", "mask"), [("000000", MASK), (CODE, "МИР (***0013)")])
def test_without_the_right_password_for_this_card_nothing_is_bound(opened, bank, code, mask):
    with pytest.raises((confirmations.WrongCode, confirmations.DigestChanged)):
        confirm(opened, code=code, mask=mask)

    opened.refresh_from_db()
    assert opened.status == Status.NEW
    assert bank.calls == {}


def test_it_must_be_confirmed_in_its_quarter_of_an_hour(opened):
    CardBinding.objects.update(created_at=NOW - timedelta(minutes=16))

    with pytest.raises(card_binding.BindingOver):
        confirm(opened)


def test_a_blocked_resident_binds_nothing(opened, anna):
    anna.blocked_at = NOW
    anna.save()

    with pytest.raises(card_binding.BindingOver):
        confirm(opened)


@pytest.mark.parametrize("method", ["check_card"])
def test_a_card_that_is_refused_is_not_bound(submitted, bank, method):
    bank.refuse.add(method)

    bind(submitted)

    assert (submitted.status, submitted.error_code) == (Status.REJECTED, "9")
    assert bank.calls["bind_card"] == 0


def test_a_declined_card_says_why(submitted, bank):
    bank.binding_error = "1051"

    bind(submitted)

    assert (submitted.status, submitted.error_code) == (Status.REJECTED, "1051")


def test_the_banks_page_is_kept_encrypted_while_it_waits(submitted, bank):
    bank.binding_challenges = True

    bind(submitted)

    assert submitted.status == Status.CHALLENGED
    assert card_binding.challenge_of(CardBinding.objects.get()).fields["MD"] == "1"
    with connection.cursor() as cursor:
        cursor.execute("SELECT challenge FROM payments_cardbinding")
        assert "bank.example" not in cursor.fetchone()[0]


def test_the_way_back_from_the_bank_ends_it(submitted, bank):
    bank.binding_challenges = True
    bind(submitted)
    bank.pass_binding(submitted.request_key)

    card_binding.complete(binding=submitted, old=OldResult(md="1", pares="2"), now=NOW)

    assert (submitted.status, submitted.challenge) == (Status.COMPLETED, None)
    assert bank.old == OldResult(md="1", pares="2")


def test_a_way_back_that_was_never_taken_expires(submitted, bank):
    bank.binding_challenges = True
    bind(submitted)

    card_binding.sweep(now=NOW + timedelta(minutes=19))
    submitted.refresh_from_db()
    assert submitted.status == Status.CHALLENGED

    card_binding.sweep(now=LATER)
    submitted.refresh_from_db()
    assert (submitted.status, submitted.challenge) == (Status.EXPIRED, None)


def test_what_the_bank_binds_after_we_gave_up_is_ours_all_the_same(submitted, bank):
    bank.binding_challenges = True
    bind(submitted)
    card_binding.sweep(now=LATER)
    bank.pass_binding(submitted.request_key)

    card_binding.apply(binding=submitted, answer=bank.bindings[submitted.request_key], now=LATER)
    card_list.sweep(now=LATER)

    assert submitted.status == Status.COMPLETED
    assert SavedCard.objects.count() == 1


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("which", CALLS)
def test_a_lost_answer_ends_by_itself_and_the_lists_are_equal(submitted, bank, anna, which, when):
    bank.lose[which] = when
    bind(submitted)
    assert bank.calls["bind_card"] <= 1

    bank.lose.clear()
    card_list.sweep_all(now=LATER)
    card_list.sweep_all(now=LATER)

    submitted.refresh_from_db()
    kept = [card.card_id for card in bank.kept.get(str(anna.uuid), {}).values()]
    assert submitted.status in {Status.COMPLETED, Status.EXPIRED}
    assert [card.bank_card_id for card in SavedCard.objects.all()] == kept


def test_one_that_was_never_confirmed_expires(opened, bank):
    card_binding.sweep(now=LATER)

    opened.refresh_from_db()
    assert opened.status == Status.EXPIRED
    assert bank.calls == {}


@pytest.mark.parametrize("word", list(BindingWord))
@pytest.mark.parametrize("status", list(Status))
def test_only_an_open_one_moves_by_the_banks_word(opened, status, word):
    """Every status with every word: the path is NEW, SUBMITTED, CHALLENGED, and one of three ends."""
    CardBinding.objects.update(status=status)
    opened.refresh_from_db()

    card_binding.apply(binding=opened, answer=Binding(word=word, request_key="k"), now=NOW)

    open_to = {BindingWord.COMPLETED: Status.COMPLETED, BindingWord.REJECTED: Status.REJECTED}
    from_expired = status == Status.EXPIRED and word is BindingWord.COMPLETED
    moves = word in open_to and (status in card_binding.OPEN or from_expired)
    assert opened.status == (open_to[word] if moves else status)
    assert BankCustomer.objects.exists() == (opened.status == Status.COMPLETED and moves)


def test_a_slow_bank_does_not_hold_the_sweep_up(submitted, bank, monkeypatch):
    bank.binding_challenges = True
    bind(submitted)
    monkeypatch.setattr(card_binding, "SWEEP_TAKES", -1)

    card_binding.sweep(now=NOW)

    assert bank.calls["query_binding"] == 0
