"""Everything with cards typed on the bank's page."""

import pytest

from payments.models import Payment
from tests.payments.steps import ask_code, confirm, post_card


@pytest.fixture
def hosted(settings):
    """The portal leads to the bank's page."""
    settings.CARD_ENTRY = "hosted"


def check_page(client, payment: Payment, **ticks: str):
    """The check page: of the card there is nothing to send but a tick."""
    return post_card(client, payment, number="", term="", holder="", cvv="", **ticks)


def confirmed(client, payment: Payment, **ticks: str):
    """The answer to the right password; the payment as it stands then."""
    answer = confirm(client, payment, ask_code(client, payment, check_page(client, payment, **ticks)))
    payment.refresh_from_db()
    return answer
