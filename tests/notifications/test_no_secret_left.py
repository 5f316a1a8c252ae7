"""After sending no secret stands anywhere: not in the database, nor in the logs."""

import logging

import pytest

from notifications import delivery, messages
from notifications.channels import choice
from notifications.channels.base import NotDelivered
from notifications.models import Message, State
from tests.clock import NOW
from tests.dump import database
from tests.notifications.make import PHONE, Carrier, queue

pytestmark = pytest.mark.django_db
SECRETS = [kind for kind in messages.ALL if kind.is_secret]
CANARY = "739184"
VALUES = {
    "code": CANARY,
    "link": f"https://portal/s/{CANARY}",
    "amount": "1,00 ₽",
    "payee": "ТСЖ",
    "what": "Показ паспорта",
    "device": "Firefox, Windows",
    "limit": "15 000,00 ₽",
    "moment": "20.11 в 12:00",
    "contact_centre": "8 800 100-39-00",
    "number": "10001",
    "text": f"Ответ {CANARY}",
}


@pytest.fixture
def queued(db):
    """One of each secret kind."""
    return [queue(kind, address=PHONE, context=VALUES, key=f"secret:{kind.name}") for kind in SECRETS]


def test_there_are_secret_kinds_and_each_code_is_one():
    assert len(SECRETS) > 10
    assert all(kind.is_secret for kind in messages.ALL if kind.name.endswith("_code"))


def test_none_stands_in_clear_while_it_waits(queued):
    assert CANARY not in database()


def test_none_stands_there_after_sending(queued, carrier: Carrier, caplog):
    with caplog.at_level(logging.DEBUG):
        delivery.deliver_due(now=NOW)

    assert sum(CANARY in text for text in carrier.texts) == len(SECRETS)
    assert Message.objects.exclude(secret_text=None).count() == 0
    assert CANARY not in database()
    assert CANARY not in caplog.text


def test_nor_after_everything_has_failed(queued, carrier: Carrier, caplog, monkeypatch):
    def fail(by, message):
        raise NotDelivered("HTTP 500")

    monkeypatch.setattr(choice, "send", fail)
    moment = NOW
    with caplog.at_level(logging.DEBUG):
        while Message.objects.waiting().exists():
            delivery.deliver_due(now=moment)
            moment = Message.objects.waiting().order_by("due_at").values_list("due_at", flat=True).first() or moment

    assert set(Message.objects.values_list("state", flat=True)) == {State.FAILED}
    assert CANARY not in database()
    assert CANARY not in caplog.text


def test_the_search_finds_what_is_planted(queued):
    Message.objects.filter(kind="activation_code").update(error=f"failed: {CANARY}")

    assert CANARY in database()
