"""The last look: an unsubscription holds up to the door, and asking costs nothing where there is nothing to ask."""

from typing import Any

import pytest

from notifications import delivery, last_look, outbox, subscriptions
from notifications.messages import CABINET_BLOCKED, PAYMENT_FAILED
from notifications.models import Message, State, Topic
from tests.clock import NOW
from tests.notifications.make import Carrier, queue
from tests.people import ANNAS_PHONE

pytestmark = pytest.mark.django_db
OFF = {Topic.PAYMENTS_BY_EMAIL: False}


@pytest.fixture
def failed(anna: Any) -> Message:
    """A letter about an operation, which one may unsubscribe from."""
    context = {"number": "1", "moment": "20.11.2026", "payee": "ТСЖ", "amount": "1,00 ₽", "link": "http://x/"}
    return queue(PAYMENT_FAILED, address=anna.email, context=context, resident_uuid=anna.uuid)


def in_hands(message: Message) -> None:
    """A worker that is killed has it: no choice finds it."""
    Message.objects.filter(pk=message.pk).update(lease_until=NOW)


def test_whoever_unsubscribed_is_not_written_to(anna: Any, failed: Message, carrier: Carrier) -> None:
    in_hands(failed)
    subscriptions.save(resident_uuid=anna.uuid, choice=OFF, now=NOW)

    assert delivery.deliver_due(now=NOW) == 0
    assert Message.objects.get().state == State.DROPPED


def test_whoever_did_not_is(boris: Any, failed: Message, carrier: Carrier) -> None:
    subscriptions.save(resident_uuid=boris.uuid, choice=OFF, now=NOW)

    assert delivery.deliver_due(now=NOW) == 1


def test_a_blocked_resident_hears_of_his_operations_all_the_same(anna: Any, failed: Message, carrier: Carrier) -> None:
    type(anna).objects.update(blocked_at=NOW)

    assert delivery.deliver_due(now=NOW) == 1


def test_staff_send_nothing_again_to_whoever_unsubscribed(anna: Any, failed: Message, carrier: Carrier) -> None:
    delivery.deliver_due(now=NOW)
    subscriptions.save(resident_uuid=anna.uuid, choice=OFF, now=NOW)

    with pytest.raises(outbox.NotRepeatable):
        outbox.send_again(Message.objects.get(), now=NOW)


def test_what_nobody_can_stop_asks_nobody(anna: Any, django_assert_num_queries: Any) -> None:
    codes = [queue(), queue(CABINET_BLOCKED, address=ANNAS_PHONE, context={"phone": "8"}, resident_uuid=anna.uuid)]

    with django_assert_num_queries(0):
        assert last_look.passed(codes, NOW) == codes
