"""Two providers: what the first does not take the second gets, and a wrong phone is offered to nobody else."""

import pytest

from notifications import delivery
from notifications.channels import choice
from notifications.channels.base import NotDelivered, Receipt, Refused
from notifications.channels.relay import Relay
from notifications.models import Channel, Message, State
from tests.clock import NOW
from tests.notifications.make import queue
from tests.notifications.provider import provider

pytestmark = pytest.mark.django_db


class Provider:
    """Takes everything, or fails as it is told."""

    threads, is_paid = 3, True

    def __init__(self, name, error=None):
        self.name, self.error, self.asked = name, error, 0

    def send(self, message):
        self.asked += 1
        if self.error:
            raise self.error
        return Receipt(self.name)


def test_the_first_has_the_first_word():
    first, second = Provider("first"), Provider("second")

    assert Relay([first, second]).send(queue()) == Receipt("first")
    assert second.asked == 0


def test_what_it_does_not_take_the_next_one_gets():
    first, second = Provider("first", NotDelivered("HTTP 500")), Provider("second")

    assert Relay([first, second]).send(queue()) == Receipt("second")


def test_who_has_just_failed_rests_for_a_while(monkeypatch):
    now = 1000.0
    monkeypatch.setattr("notifications.channels.relay.time.monotonic", lambda: now)
    first, second = Provider("first", NotDelivered("timeout")), Provider("second")
    relay = Relay([first, second])
    for _ in range(3):
        relay.send(queue())
    tired = first.asked

    now += 31
    relay.send(queue())

    assert (tired, first.asked, second.asked) == (1, 2, 4)


def test_when_all_fail_each_is_asked_once_and_the_reasons_stand_together():
    relay = Relay([Provider("first", NotDelivered("HTTP 500")), Provider("second", NotDelivered("error 3"))])

    with pytest.raises(NotDelivered, match="HTTP 500; error 3"):
        relay.send(queue())


def test_a_phone_that_does_not_exist_is_not_offered_to_others():
    second = Provider("second")

    with pytest.raises(Refused):
        Relay([Provider("first", Refused("error 7")), second]).send(queue())

    assert second.asked == 0


def test_two_addresses_in_the_settings_make_a_relay_that_sends(settings):
    taken = {"status_code": 100, "sms": {"79161234567": {"status_code": 100, "sms_id": "1-1"}}}
    with provider(500) as broken, provider(taken) as whole:
        settings.SMS_URL = f"smsc://me:secret@{broken.address}/?rate=1000 smsru://KEY@{whole.address}/?rate=1000"
        message = queue()

        assert delivery.deliver_due(now=NOW) == 1

    message.refresh_from_db()
    assert (message.state, message.carrier, message.carrier_number) == (State.SENT, "smsru", "1-1")
    assert set(choice.reporting()) == {"smsc", "smsru"}
    assert choice.carrier(Channel.SMS).threads == 10


@pytest.mark.django_db(transaction=True)
def test_several_at_once_are_sent_by_several_threads_each_once(settings):
    taken = {"status_code": 100, "sms": {f"7903000000{number}": {"status_code": 100} for number in range(8)}}
    with provider(taken) as it:
        settings.SMS_URL = f"smsru://KEY@{it.address}/?rate=1000&threads=4"
        for number in range(8):
            queue(address=f"+7903000000{number}")

        assert delivery.deliver_due(now=NOW) == 8

    assert sorted(asked["to"] for asked in it.sent) == [f"7903000000{number}" for number in range(8)]
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}


def test_a_number_that_the_provider_refuses_is_given_up_at_once_and_remembered(settings):
    with provider({"error": "invalid number", "error_code": 7}) as it:
        settings.SMS_URL = f"smsc://me:secret@{it.address}/?rate=1000"
        message = queue()
        delivery.deliver_due(now=NOW)

    message.refresh_from_db()
    assert (message.state, message.error, message.secret_text) == (State.FAILED, "smsc: error 7", None)
