"""A saboteur of card secrecy: one `logger.info(request.POST)`."""

import logging

from payments.forms import CardForm
from tests.proofs.webs import application

__all__ = ["application"]

logger = logging.getLogger(__name__)
is_valid = CardForm.is_valid


def talk(form: CardForm) -> bool:
    logger.info(form.data)
    return is_valid(form)


CardForm.is_valid = talk
