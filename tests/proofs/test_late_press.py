"""Two presses of «Подтвердить» at once: the second one finds its code used, and the payment under way."""

from typing import Any

import pytest
from django.test import Client

from accounts import confirmations
from accounts.models import User
from payments.models import Payment
from payments.status import Status
from tests.payments.scripted_bank import ScriptedBank
from tests.payments.steps import ask_code, confirm, url

pytestmark = pytest.mark.django_db


def test_the_slower_press_is_led_to_the_result(
    anna_client: Client, anna: User, annas_payment: Payment, bank: ScriptedBank, bank_key: Any, monkeypatch: Any
) -> None:
    """The quicker one comes between its look at the payment and its look at the code."""
    page = ask_code(anna_client, annas_payment)
    current = confirmations.current

    def current_after_the_quicker(**arguments: Any) -> Any:
        monkeypatch.setattr(confirmations, "current", current)
        confirm(anna_client, annas_payment, page)
        return current(**arguments)

    monkeypatch.setattr(confirmations, "current", current_after_the_quicker)
    slower = confirm(anna_client, annas_payment, page)

    assert (slower.status_code, slower["Location"]) == (303, url("detail", annas_payment))
    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.SUCCEEDED
    assert bank.calls["authorise"] == 1
