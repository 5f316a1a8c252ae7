"""A saboteur of card secrecy: one `logger.info(form.cleaned_data)`."""

import logging

from payments.held_card_form import HeldCardForm
from tests.proofs.webs import application

__all__ = ["application"]

logger = logging.getLogger(__name__)
is_valid = HeldCardForm.is_valid


def talk(form: HeldCardForm) -> bool:
    valid = is_valid(form)
    logger.info(form.cleaned_data)
    return valid


HeldCardForm.is_valid = talk
