"""The steps of a payment through its pages, as a browser without JavaScript makes them."""

import re
from unittest.mock import patch

from django.test import Client
from django.urls import reverse

from accounts import confirmations
from payments.models import Payment
from tests.payments.make import CODE

CARD = {"number": "2200 7702 3909 7761", "term": "09 / 35", "holder": "IVANOV IVAN", "cvv": "123"}


def hidden_fields(page: str) -> dict[str, str]:
    """What rides hidden in the page's own form."""
    tags = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page)
    found = {}
    for tag in tags:
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] not in {"csrfmiddlewaretoken", "next"}:
            found[name[1]] = value[1]
    return found


def url(name: str, payment: Payment) -> str:
    return reverse(f"payments:{name}", args=[payment.uuid])


def post_card(client: Client, payment: Payment, **changes: str):
    """The check page."""
    return client.post(url("check", payment), {**CARD, **changes})


def ask_code(client: Client, payment: Payment, check_page=None):
    """The password page; its code is CODE."""
    check_page = check_page or post_card(client, payment)
    with patch.object(confirmations, "_new_code", lambda purpose: CODE):
        return client.post(url("password", payment), hidden_fields(check_page.content.decode()))


def confirm(client: Client, payment: Payment, password_page=None, *, code: str = CODE):
    """The final POST."""
    password_page = password_page or ask_code(client, payment)
    return client.post(url("confirm", payment), {**hidden_fields(password_page.content.decode()), "code": code})
