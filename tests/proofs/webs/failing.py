"""A server that stumbles in the middle of a request that holds a card: at one sum after locking it, at another after
the confirmation.
"""

from typing import Any

from payments import authorisation, held_card
from tests.proofs.webs import application

__all__ = ["application"]

FAILS_WHEN_SEALED, FAILS_WHEN_CONFIRMED = 13_13, 14_14
seal, order = held_card.seal, authorisation._order


class Stumbled(Exception):
    """Carries what it held, as careless exceptions do."""


def stumbling_seal(*, payment: Any, card: Any) -> str:
    if payment.total == FAILS_WHEN_SEALED:
        raise Stumbled(payment, card)
    return seal(payment=payment, card=card)


def stumbling_order(payment: Any, *rest: Any) -> Any:
    if payment.amount == FAILS_WHEN_CONFIRMED:
        raise Stumbled(payment)
    return order(payment, *rest)


held_card.seal = stumbling_seal
authorisation._order = stumbling_order
