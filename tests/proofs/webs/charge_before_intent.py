"""The saboteur of the kill drill: hold and SUBMITTED are written with the bank's answer, in one transaction."""

from typing import Any

from django.db import transaction

from payments import authorisation, checkout
from tests.proofs.webs import application

__all__ = ["application"]

write_intent = checkout._consume_and_hold
talk_to_bank = authorisation.authorise


def only_remember(payment: Any, *intent: Any) -> None:
    payment.intent = intent


def write_it_all_at_the_end(*, payment: Any, **arguments: Any) -> None:
    with transaction.atomic():
        write_intent(payment, *payment.intent)
        talk_to_bank(payment=payment, **arguments)


checkout._consume_and_hold = only_remember
authorisation.authorise = write_it_all_at_the_end
