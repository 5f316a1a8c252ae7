"""The bank's own page with a card form, for shops that may not see cards: `PaymentURL` of Init and of AddCard."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from smartservice.sandbox import authorisation, bindings, cards, challenge, kept, life, store
from smartservice.sandbox.challenge import Challenged, WrongRequest
from smartservice.sandbox.refusals import Refusal
from smartservice.sandbox.step import Step
from smartservice.sandbox.store import Binding
from smartservice.sandbox.vault import Card

# Where a card may still be typed; once one is there, pressing again only shows what became of it.
OPEN = ("NEW", "FORM_SHOWED")
NEW_CARD = "new"


def show(step: Step, path: str) -> Challenged:
    """What the address leads to; the bank knows from now on that its form was seen."""
    opened = _find(step, path)
    if opened.status != "NEW":
        return opened
    if isinstance(opened, Binding):
        return bindings.move(step, opened, "FORM_SHOWED", method="Form")
    return life.move(step, opened, "FORM_SHOWED", method="Form")


def pay(step: Step, path: str, typed: Mapping[str, str]) -> Challenged:
    """Take the card that was typed or chosen; raises Refusal when no bank would even try it."""
    opened = show(step, path)
    if opened.status not in OPEN:
        return opened
    card = _card(step, opened, typed)
    hosted = replace(opened, hosted=1)
    if isinstance(hosted, Binding):
        return bindings.attach(step, hosted, card)
    version = cards.behaviour(card).version
    hosted = replace(hosted, version=version, tds_id=str(uuid.uuid4()) if version == cards.SECOND_3DS else "")
    return authorisation.authorise(step, hosted, card)


def answer(step: Step, acs_id: str, *, password: str, cancelled: bool) -> Challenged:
    """The issuer's question inside the bank's page: once it is answered the bank charges by itself."""
    waiting = challenge.find(step, acs_id)
    answered = challenge.give_up(step, waiting) if cancelled else challenge.answer(step, waiting, password)
    if not answered.acs_result or waiting.acs_result:
        return answered
    error = "0" if answered.acs_result == "Y" else "101"
    if isinstance(answered, Binding):
        return bindings.decide(step, answered, error, method="Form")
    if answered.status not in authorisation.CHALLENGED:
        return answered
    return life.decide(step, answered, error, method="Form")


def choices(step: Step, opened: Challenged) -> list[tuple[str, str]]:
    """The cards that the bank keeps for this customer, by number and mask; none where one is being added."""
    if isinstance(opened, Binding) or not opened.customer_key:
        return []
    return kept.active(step, customer_key=opened.customer_key)


def way_back(step: Step, opened: Challenged) -> str:
    """Where the shop wants its customer: by outcome for a payment, a setting of the terminal for a card."""
    if isinstance(opened, Binding):
        return step.config.cards_url
    paid = opened.status in {"CONFIRMED", "AUTHORIZED"}
    address = opened.success_url if paid else opened.fail_url
    return address if urlsplit(address).scheme in {"http", "https"} else ""


def _find(step: Step, path: str) -> Challenged:
    kind, _, key = path.strip("/").partition("/")
    found: Challenged | None = None
    if kind == "pay":
        found = store.find_page(step.db, key)
    elif kind == "bind" and key:
        binding = store.find_binding(step.db, request_key=key)
        found = bindings.in_time(step, binding) if binding else None
    if found is None:
        raise WrongRequest
    return found


def _card(step: Step, opened: Challenged, typed: Mapping[str, str]) -> Card:
    cvv, chosen = typed.get("cvv", "").strip(), typed.get("card", NEW_CARD)
    if chosen != NEW_CARD:
        if isinstance(opened, Binding):
            raise Refusal("107")
        return kept.chosen(step, customer_key=opened.customer_key, card_id=chosen, cvv=cvv)
    digits = "".join(typed.get("number", "").split())
    term = "".join(sign for sign in typed.get("term", "") if sign.isdigit())
    return step.vault.typed(pan=digits, expiry=term, cvv=cvv)
