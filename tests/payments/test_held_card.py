"""The card between pages: good for this payment, resident, sum and quarter of an hour, and for nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from payments import held_card
from payments.held_card import HeldCard, StaleCard
from payments.models import Payment
from safeguards.secret import Secret
from tests.payments.make import BROWSER, CRYPTOGRAM
from tests.people import NOW

CARD = HeldCard(cryptogram=Secret(CRYPTOGRAM), brand="МИР", last_four="7761", browser=BROWSER)


def unsealed(blob, payment, cryptogram=CRYPTOGRAM):
    return held_card.unseal(blob=blob, cryptogram=Secret(cryptogram), payment=payment)


def test_it_comes_back_as_it_was(annas_payment):
    card = unsealed(held_card.seal(payment=annas_payment, card=CARD), annas_payment)

    assert card.mask == "МИР (***7761)"
    assert card.browser == BROWSER
    assert card.cryptogram.reveal() == CRYPTOGRAM


def test_the_blob_holds_no_cryptogram(annas_payment):
    blob = held_card.seal(payment=annas_payment, card=CARD)

    assert "AAAA" not in held_card.signing.loads(blob, salt=held_card.SALT)["sha256"]
    assert len(blob) < 700


@pytest.mark.parametrize("changes", [{"amount": 1}, {"fee": 1}, {"resident_id": 0}, {"uuid": "another"}])
def test_it_is_good_for_nothing_else(annas_payment, changes):
    blob = held_card.seal(payment=annas_payment, card=CARD)
    other = Payment.objects.get(pk=annas_payment.pk)
    for name, value in changes.items():
        setattr(other, name, value)

    with pytest.raises(StaleCard):
        unsealed(blob, other)


def test_it_is_good_for_one_cryptogram(annas_payment):
    blob = held_card.seal(payment=annas_payment, card=CARD)

    with pytest.raises(StaleCard):
        unsealed(blob, annas_payment, "B" * 344)


def test_it_is_good_for_a_quarter_of_an_hour(annas_payment):
    with time_machine.travel(NOW, tick=False):
        blob = held_card.seal(payment=annas_payment, card=CARD)
    with time_machine.travel(NOW + timedelta(minutes=15), tick=False):
        unsealed(blob, annas_payment)
    with time_machine.travel(NOW + timedelta(minutes=15, seconds=2), tick=False), pytest.raises(StaleCard):
        unsealed(blob, annas_payment)


@pytest.mark.parametrize("blob", ["", "x", "a:b:c", "я"])
def test_what_we_did_not_sign_is_refused(annas_payment, blob):
    with pytest.raises(StaleCard):
        unsealed(blob, annas_payment)


def test_another_brand_needs_another_signature(annas_payment):
    blob = held_card.seal(payment=annas_payment, card=replace(CARD, brand="VISA"))

    assert unsealed(blob, annas_payment).brand == "VISA"
    assert blob != held_card.seal(payment=annas_payment, card=CARD)
