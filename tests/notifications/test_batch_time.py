"""What a batch has time for: paid for as it leaves, and a slow channel beside a quick one."""

from collections.abc import Collection
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import budget, claims, delivery
from notifications.channels import choice
from notifications.channels.base import Receipt, Refused
from notifications.models import Category, Channel, Message, Spending, State
from tests.clock import NOW
from tests.notifications.make import Carrier

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(carrier: Carrier, settings: Any) -> Carrier:
    """A carrier that costs 4 roubles an SMS, on a day whose budget bears all of them."""
    carrier.is_paid = True
    settings.SMS_PRICE, settings.SMS_DAY_BUDGET = 400, 1_000_000
    return carrier


def news(number: int, channel: Channel = Channel.SMS) -> None:
    """As many messages that one claim takes all at once."""
    address = "+7903{:07}" if channel == Channel.SMS else "resident{}@example.com"
    shared = {"kind": "news", "channel": channel, "category": Category.MARKETING, "text": "Новости"}
    Message.objects.bulk_create(
        Message(key=f"{channel}:{one}", address=address.format(one), created_at=NOW, due_at=NOW, **shared)
        for one in range(number)
    )


def test_what_there_is_no_time_for_is_not_paid_for(paid: Carrier, monkeypatch: pytest.MonkeyPatch):
    news(300)
    # Each takes a tenth of a second of the eight that a batch has.
    monkeypatch.setattr(delivery.time, "monotonic", lambda: len(paid.texts) / 10)

    with CaptureQueriesContext(connection) as queries:
        sent = delivery.deliver_due(now=NOW, limit=300)

    assert 70 <= sent <= 90
    assert budget.spent(NOW) == sent * 400
    assert Message.objects.waiting().filter(lease_until=None).count() == 300 - sent
    paying = [query for query in queries if "UPDATE" in query["sql"] and Spending._meta.db_table in query["sql"]]
    assert len(paying) <= sent + 2 * delivery.HANDFUL


def test_a_kill_amid_a_batch_costs_the_budget_no_more_than_a_handful(paid: Carrier):
    news(300)

    def die_at_the_third(message: Message) -> None:
        if len(paid.texts) == 2:
            raise KeyboardInterrupt

    paid.before = die_at_the_third
    with pytest.raises(KeyboardInterrupt):
        delivery.deliver_due(now=NOW, limit=300)

    assert budget.spent(NOW) == delivery.HANDFUL * 400


def test_letters_have_their_turn_beside_sms_at_a_slow_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = {Channel.SMS: Carrier(), Channel.EMAIL: Carrier()}
    monkeypatch.setattr(choice, "carrier", ways.get)
    # Each SMS takes a tenth of a second of the eight that a batch has.
    monkeypatch.setattr(delivery.time, "monotonic", lambda: len(ways[Channel.SMS].texts) / 10)
    news(200, Channel.SMS)
    news(200, Channel.EMAIL)

    delivery.deliver_due(now=NOW, limit=400)

    assert 30 <= len(ways[Channel.SMS].texts) <= 50
    assert len(ways[Channel.EMAIL].texts) == 200


def test_what_was_sent_is_written_before_what_failed_and_all_that_failed_at_once(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
):
    carrier.fails = 30
    news(40)
    waiting: list[int] = []
    postpone = claims.postpone

    def watched(messages: Collection[Message], **more: Any) -> None:
        waiting.append(Message.objects.waiting().count())
        postpone(messages, **more)

    monkeypatch.setattr(claims, "postpone", watched)

    assert delivery.deliver_due(now=NOW) == 10
    # Ten written as sent by then; a worker whose lease runs out over the others would have sent those twice.
    assert waiting == [30]
    assert Message.objects.waiting().filter(attempts=1, due_at__gte=NOW + delivery.PAUSES[0]).count() == 30


def test_refusals_alike_are_written_at_once(monkeypatch: pytest.MonkeyPatch):
    class Refusing(Carrier):
        def send(self, message: Message) -> Receipt:
            raise Refused("550 no such user")

    monkeypatch.setattr(choice, "carrier", lambda channel: Refusing())
    news(30, Channel.EMAIL)

    with CaptureQueriesContext(connection) as queries:
        delivery.deliver_due(now=NOW)

    failed = [query for query in queries if "UPDATE" in query["sql"] and "550" in query["sql"]]
    assert len(failed) == 1
    assert Message.objects.filter(state=State.FAILED, attempts=1, error="550 no such user").count() == 30
