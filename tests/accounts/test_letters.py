"""Nobody is written to before he has shown that the address is his."""

import ast
from datetime import timedelta

import pytest
import time_machine

from accounts import letters
from accounts.models import User
from notifications.messages import EMAIL_LINK, PASSWORD_CHANGED_LETTER
from notifications.models import Message
from tests.accounts.make import registered
from tests.accounts.password_steps import choose, kinds, link_sent_to, may_choose
from tests.house import tree
from tests.people import NOW

pytestmark = pytest.mark.django_db
CONTEXT = {"link": "https://portal/s/token", "moment": "20.11 в 12:00", "contact_centre": "8 800 100-39-00"}
# The doors that may write to an address: this one, and the letter with the link itself.
DOORS = {"accounts/letters.py", "accounts/email_links.py"}


def may_choose_later(user):
    """The activation's SMS has used up the minute of this phone."""
    with time_machine.travel(NOW + timedelta(minutes=2)):
        return may_choose(user.phone)


def send(resident):
    return letters.send(PASSWORD_CHANGED_LETTER, resident=resident, context=CONTEXT, key="one", now=NOW)


def test_a_confirmed_address_gets_the_letter(anna):
    anna.email_confirmed_at = NOW

    message = send(anna)

    assert (message.address, message.resident_uuid) == (anna.email, anna.uuid)


@pytest.mark.parametrize("changes", [{"email_confirmed_at": None}, {"email": "", "email_confirmed_at": NOW}])
def test_an_unconfirmed_or_missing_address_gets_none(anna, changes):
    for name, value in changes.items():
        setattr(anna, name, value)

    assert send(anna) is None
    assert not Message.objects.exists()


def test_after_registration_and_a_forgotten_password_an_unconfirmed_address_got_the_link_alone(client):
    user = registered(client)

    choose(may_choose_later(user))

    assert kinds(address=user.email) == [EMAIL_LINK.name]


def test_after_the_link_was_used_it_gets_the_notice(client):
    user = registered(client)
    client.post(link_sent_to(user.email))

    choose(may_choose_later(user))

    assert kinds(address=user.email) == [EMAIL_LINK.name, PASSWORD_CHANGED_LETTER.name]


def test_saboteur_without_the_look_at_the_confirmation_the_notice_goes_out(monkeypatch, client):
    user = registered(client)
    monkeypatch.setattr(User, "email_confirmed_at", property(lambda self: NOW, lambda self, value: None))

    choose(may_choose_later(user))

    assert PASSWORD_CHANGED_LETTER.name in kinds(address=user.email)


def test_no_other_module_writes_to_an_address() -> None:
    found = [
        f"{module.name}:{node.lineno}"
        for module in tree.modules()
        if module.name not in DOORS
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("outbox.put")
        for keyword in node.keywords
        if keyword.arg == "address" and "email" in ast.unparse(keyword.value)
    ]

    assert not found, "\n".join(found)
