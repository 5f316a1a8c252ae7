"""The table of a payment's life: nothing moves but what it lists, and it says the same as the executable model."""

import pytest

from payments.models import Payment
from payments.moves import move
from payments.status import FINAL, LIVE, NEXT, UNSUBMITTED, Status, sources
from tests.payments import life_model
from tests.people import NOW

PUBLIC_WORDS = {"в обработке", "выполнена", "не выполнена", "возвращена", "возвращена частично"}


def test_it_lists_every_status_once():
    assert set(NEXT) == set(Status)
    assert set(Status) == UNSUBMITTED | LIVE | FINAL
    assert not UNSUBMITTED & LIVE


def test_it_has_typed_targets_only():
    for targets in NEXT.values():
        assert isinstance(targets, frozenset)
        assert targets <= set(Status)


@pytest.mark.parametrize("status", Status)
def test_it_shows_each_status_in_one_of_five_words(status):
    assert status.label in PUBLIC_WORDS


@pytest.mark.parametrize("source", Status)
@pytest.mark.parametrize("target", Status)
def test_it_moves_only_along_the_table(source, target, annas_payment):
    Payment.objects.filter(pk=annas_payment.pk).update(status=source)

    moved = move(annas_payment, to=target, now=NOW, source="test")

    assert moved is (target in NEXT[source])
    assert annas_payment.status == (target if moved else source)
    assert annas_payment.events.filter(status=target).exists() is moved


def test_it_never_leaves_a_live_status_but_by_a_final_one_in_the_end():
    for status in LIVE:
        assert NEXT[status] & FINAL


def test_it_lets_a_late_success_of_a_given_up_payment_move_nothing():
    assert not sources(Status.SUCCEEDED) & {Status.DECLINED, Status.EXPIRED}


def test_it_says_the_same_as_the_model():
    """Every status change that the model's two payments can make is a move of the table or a chain of its moves."""
    seen = {
        (getattr(before, who).status, getattr(after, who).status)
        for before, after in steps_of(life_model.Model(surprises=True))
        for who in ("a", "b")
        if getattr(before, who).status != getattr(after, who).status
    }

    assert {source for source, _ in seen} == {"CONFIRMING", *(status.value for status in LIVE)}
    for source, target in seen:
        assert Status(target) in NEXT[Status(source)], f"{source} → {target}"


@pytest.mark.parametrize("surprises", [False, True])
def test_the_model_keeps_its_promises(surprises):
    _, broken = life_model.explore(life_model.Model(surprises=surprises))

    assert not broken


@pytest.mark.parametrize("defence", life_model.DEFENCES)
def test_the_model_breaks_without_each_defence(defence):
    worlds = (life_model.explore(life_model.Model(defence, surprises))[1] for surprises in (False, True))

    assert any(worlds)


def steps_of(model):
    """Every step of the model from its first state on."""
    start = life_model.State(life_model.Pay(), life_model.Pay())
    known, todo = {start}, [start]
    while todo:
        state = todo.pop()
        for after in model.next(state):
            yield state, after
            if after not in known:
                known.add(after)
                todo.append(after)
