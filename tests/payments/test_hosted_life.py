"""The executable model of a payment on the bank's own page: its promises, its saboteurs, and the table of moves."""

import pytest

from payments.status import NEXT, Status
from tests.payments import hosted_life_model, life_model
from tests.payments.test_status import steps_of


@pytest.mark.parametrize("surprises", [False, True])
def test_the_model_keeps_its_promises(surprises):
    _, broken = life_model.explore(hosted_life_model.Model(surprises=surprises))

    assert not broken


@pytest.mark.parametrize("defence", hosted_life_model.DEFENCES)
def test_the_model_breaks_without_each_defence(defence):
    """Late words alone need a bank that surprises: one that does as told never says them."""
    _, broken = life_model.explore(hosted_life_model.Model(defence, surprises=defence == "late_word"))

    assert broken


def test_it_moves_along_the_table_and_never_before_the_issuers_page_of_ours():
    moves = {
        (getattr(before, who).status, getattr(after, who).status)
        for before, after in steps_of(hosted_life_model.Model())
        for who in ("a", "b")
        if getattr(before, who).status != getattr(after, who).status
    }

    assert {source for source, _ in moves} == {"CONFIRMING", "SUBMITTED", "AUTHORISING"}
    assert not {"CHALLENGED", "COMPLETING"} & {target for _, target in moves}
    for source, target in moves:
        assert Status(target) in NEXT[Status(source)], f"{source} → {target}"
