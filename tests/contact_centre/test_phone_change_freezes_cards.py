"""A login phone changed through the staff: what was kept under the old number may not pay for a day."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from accounts import confirmations, phone_change
from payments import saved_cards
from payments.models import SavedCard
from safeguards.journal import Actor
from smartservice.contact_centre import phone_change as staff_phone_change
from tests.payments.make import CODE, save_card
from tests.people import NOW

ACTOR = Actor(name="operator", ip="203.0.113.7")


def start(resident):
    with patch.object(confirmations, "_new_code", lambda purpose: CODE):
        return staff_phone_change.start(
            resident=resident, phone="+79265550000", reason="Потерян телефон", actor=ACTOR, now=NOW
        )


def test_saved_cards_do_not_pay_for_a_day_after_it(anna):
    card = save_card(anna, is_default=True)

    staff_phone_change.finish(change=start(anna), code=CODE, actor=ACTOR, now=NOW)

    assert list(SavedCard.objects.usable(anna, now=NOW)) == []
    assert saved_cards.frozen_until(resident=anna, now=NOW) == NOW + timedelta(hours=24)
    assert list(SavedCard.objects.usable(anna, now=NOW + timedelta(hours=24))) == [card]


def test_a_change_that_did_not_happen_freezes_nothing(anna, monkeypatch):
    """Both are one transaction: cards are not frozen beside a phone that stayed."""
    save_card(anna)

    change = start(anna)
    with pytest.raises(confirmations.WrongCode):
        staff_phone_change.finish(change=change, code="000000", actor=ACTOR, now=NOW)
    monkeypatch.setattr(phone_change, "apply", lambda **arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        staff_phone_change.finish(change=change, code=CODE, actor=ACTOR, now=NOW)

    assert saved_cards.frozen_until(resident=anna, now=NOW) is None
