"""What became of it: asked again and again, ever more seldom, and written down once."""

from datetime import timedelta

import pytest

from notifications import delivery, reports
from notifications.channels.sms_smsc import SmsSmsc
from notifications.models import Message, State
from tests.clock import NOW
from tests.notifications.make import queue
from tests.notifications.provider import provider

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def smsc(settings):
    """The provider has taken one message; its next answers the test appends."""
    with provider({"id": 1, "cost": "2.00"}) as it:
        settings.SMS_URL = f"smsc://me:secret@{it.address}/?rate=1000"
        queue()
        delivery.deliver_due(now=NOW)
        yield it


def ask(it, answer, after=31 * SECOND):
    it.answers = [answer]
    return reports.ask_due(now=NOW + after)


def test_nobody_is_asked_too_early(smsc):
    assert ask(smsc, {"status": 1}, after=20 * SECOND) == 0
    assert len(smsc.requests) == 1


@pytest.mark.parametrize(("status", "state"), [(1, State.DELIVERED), (20, State.UNDELIVERED)])
def test_the_end_is_written_down_with_the_price(smsc, status, state):
    assert ask(smsc, {"status": status, "cost": "2.35"}) == 1

    message = Message.objects.get()
    assert (message.state, message.cost, message.ask_at) == (state, 235, None)
    assert ask(smsc, {"status": 1}, after=timedelta(hours=1)) == 0


def test_the_pauses_grow_and_end_after_two_days(smsc):
    moments = []
    moment = NOW
    while (message := Message.objects.get()).ask_at:
        moment = message.ask_at
        moments.append(moment - NOW)
        smsc.answers = [{"status": 0}]
        reports.ask_due(now=moment)

    assert len(moments) < 20
    assert moments == sorted(moments)
    assert timedelta(days=2) <= moments[-1] < timedelta(days=5)
    assert Message.objects.get().state == State.SENT


def test_a_silent_provider_is_asked_again(smsc):
    ask(smsc, 500)

    assert Message.objects.get().ask_at > NOW + 31 * SECOND
    assert ask(smsc, {"status": 1}, after=timedelta(hours=1)) == 1


def test_the_file_channel_is_asked_nothing():
    queue()
    delivery.deliver_due(now=NOW)

    assert reports.ask_due(now=NOW + timedelta(days=1)) == 0
    assert Message.objects.get().ask_at is None


def test_an_answer_that_nobody_can_read_does_not_stop_the_worker(smsc, monkeypatch):
    monkeypatch.setattr(SmsSmsc, "reports", lambda self, messages: 1 / 0)

    assert reports.ask_due(now=NOW + 31 * SECOND) == 0

    assert Message.objects.get().ask_at > NOW + 31 * SECOND
