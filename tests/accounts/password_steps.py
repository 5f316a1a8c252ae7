"""What tests of forgotten and changed passwords and of e-mail links need."""

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from notifications.models import Channel, Message
from tests.accounts.make import code_sent_to, picture
from tests.people import ANNAS_PHONE, PASSWORD

RESET, NEW = reverse("accounts:password-reset"), reverse("accounts:password-reset-new")
RESET_CONFIRM = reverse("accounts:password-reset-confirm")
CHANGE, CHANGE_CONFIRM = reverse("accounts:password-change"), reverse("accounts:password-change-confirm")
EMAIL = reverse("accounts:email")
ANOTHER = "Berezka2026"


def forget(client: Client, phone: str = ANNAS_PHONE, **changes: str) -> HttpResponse:
    """Send the form of «Забыли пароль?»."""
    return client.post(RESET, {"phone": phone, **picture(), **changes})


def type_code(client: Client, code: str | None = None, phone: str = ANNAS_PHONE) -> HttpResponse:
    """Type the code of the last SMS, or another one."""
    return client.post(RESET_CONFIRM, {"code": code or code_sent_to(phone, 6)})


def choose(client: Client, password: str = ANOTHER, again: str | None = None) -> HttpResponse:
    """Choose the new password."""
    return client.post(NEW, {"password": password, "password_again": password if again is None else again})


def may_choose(phone: str = ANNAS_PHONE) -> Client:
    """A browser that stands before the page of the new password."""
    client = Client()
    forget(client, phone)
    type_code(client, phone=phone)
    return client


def ask_to_change(client: Client, current: str = PASSWORD, new: str = ANOTHER, **changes: str) -> HttpResponse:
    """Send the first form of «Смена пароля»."""
    return client.post(CHANGE, {"current": current, "password": new, "password_again": new, **changes})


def save_change(client: Client, code: str | None = None) -> HttpResponse:
    """«Сохранить» with the code of the last SMS, or another one."""
    return client.post(CHANGE_CONFIRM, {"code": code or code_sent_to(ANNAS_PHONE, 6)})


def letters(address: str) -> list[Message]:
    """What was written to an address, oldest first."""
    return list(Message.objects.filter(channel=Channel.EMAIL, address=address).order_by("id"))


def link_sent_to(address: str) -> str:
    """The path of the link in the last letter."""
    (link,) = re.findall(r"http://[^/\s]+(/email/\S+/)", letters(address)[-1].full_text())
    return str(link)


def kinds(**filters: Any) -> list[str]:
    """Which messages there are, oldest first."""
    return list(Message.objects.filter(**filters).order_by("id").values_list("kind", flat=True))
