"""The night belongs to the one who sleeps: nine in his own morning, to the minute."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import drafts
from accounts.models import User
from notifications import delivery, last_look, outbox, quiet, subscriptions
from notifications.messages import ACTIVATION_CODE, PAYMENT_FAILED, PROMOTION, STAFF_LETTER
from notifications.models import Draft, Message, State, TimeZone, Topic
from tests.notifications.make import queue


@pytest.fixture(autouse=True)
def _nights(settings):
    settings.QUIET_HOURS = (21, 9)


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+03:00")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("20 08:59", "20 09:00"),
        ("20 09:00", "20 09:00"),
        ("20 14:30", "20 14:30"),
        ("20 20:59", "20 20:59"),
        ("20 21:00", "21 09:00"),
        ("20 23:59", "21 09:00"),
        ("21 00:00", "21 09:00"),
        ("30 22:00", None),
    ],
)
def test_evening_and_night_wait_for_nine(now, expected):
    earliest = quiet.earliest(moscow(now), "Europe/Moscow")

    assert earliest == (moscow(expected) if expected else datetime(2026, 12, 1, 6, tzinfo=UTC))


def test_each_zone_has_its_own_night():
    noon_in_moscow = datetime(2026, 11, 20, 9, tzinfo=UTC)

    assert quiet.earliest(noon_in_moscow, "Europe/Moscow") == noon_in_moscow
    assert quiet.earliest(noon_in_moscow, "Asia/Kamchatka") == datetime(2026, 11, 20, 21, tzinfo=UTC)


def test_without_quiet_hours_nothing_waits(settings):
    settings.QUIET_HOURS = None

    assert quiet.earliest(moscow("20 03:00"), "Europe/Moscow") == moscow("20 03:00")


@given(minutes=st.integers(0, 4 * 365 * 24 * 60), zone=st.sampled_from(TimeZone))
def test_it_is_never_night_there_and_never_more_than_twelve_hours_away(minutes, zone):
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    earliest = quiet.earliest(now, zone)

    assert 9 <= earliest.astimezone(ZoneInfo(zone)).hour < 21
    assert timedelta() <= earliest - now <= timedelta(hours=12)


# --- at the door ----------------------------------------------------------------------------------------------------
BEFORE, NIGHT, MORNING = moscow("20 20:59"), moscow("20 23:00"), moscow("21 09:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def reader(anna):
    """Anna wants promotions and letters, in Moscow."""
    User.objects.filter(pk=anna.pk).update(email_confirmed_at=BEFORE)
    choice = {Topic.PROMOTIONS_BY_SMS: True, Topic.LETTERS_BY_EMAIL: True}
    subscriptions.save(resident_uuid=anna.uuid, choice=choice, now=BEFORE)
    return anna


def news(reader, now=BEFORE, kind=PROMOTION):
    address = reader.phone if kind is PROMOTION else reader.email
    context = {"subject": "Новости", "text": "Скидка"}
    return queue(kind, address=address, resident_uuid=reader.uuid, context=context, now=now)


@pytest.mark.parametrize("kind", [PROMOTION, STAFF_LETTER], ids=lambda kind: kind.name)
def test_what_was_queued_in_the_evening_and_comes_late_waits_for_the_morning(reader, carrier, kind):
    news(reader, kind=kind)

    sent = [delivery.deliver_due(now=now) for now in (NIGHT, MORNING - MINUTE, MORNING + MINUTE)]

    assert sent == [0, 0, 1]
    assert Message.objects.get().attempts == 1


def test_a_second_try_does_not_ring_at_night(reader, carrier):
    carrier.fails = 1
    news(reader)

    sent = [delivery.deliver_due(now=now) for now in (BEFORE, BEFORE + 2 * MINUTE, MORNING + MINUTE)]

    assert sent == [0, 0, 1]


def test_what_staff_send_again_does_not_ring_at_night(reader, carrier):
    news(reader)
    delivery.deliver_due(now=BEFORE)
    outbox.send_again(Message.objects.get(), now=NIGHT)

    assert [delivery.deliver_due(now=now) for now in (NIGHT, MORNING + MINUTE)] == [0, 1]


def test_a_resumed_draft_rings_in_nobodys_night(reader, carrier):
    subscriptions.set_zone(resident_uuid=reader.uuid, zone=TimeZone.KAMCHATKA, now=BEFORE)
    draft = Draft.objects.create(topic=Topic.PROMOTIONS_BY_SMS, text="Скидка")
    noon = moscow("20 12:00")
    drafts.send(draft=draft, now=noon)
    drafts.pause(draft=draft)

    drafts.resume(draft=draft, now=noon + MINUTE)

    assert delivery.deliver_due(now=noon + 2 * MINUTE) == 0
    assert Message.objects.get().due_at == moscow("21 00:00")


def test_each_of_a_batch_waits_for_his_own_morning(reader, boris, carrier):
    news(reader)
    queue(PROMOTION, address=boris.phone, resident_uuid=boris.uuid, context={"text": "Скидка"}, now=BEFORE)
    subscriptions.save(resident_uuid=boris.uuid, choice={Topic.PROMOTIONS_BY_SMS: True}, now=BEFORE)
    subscriptions.set_zone(resident_uuid=boris.uuid, zone=TimeZone.SAMARA, now=BEFORE)

    delivery.deliver_due(now=NIGHT)

    due = dict(Message.objects.values_list("address", "due_at"))
    assert due == {reader.phone: MORNING, boris.phone: MORNING - 60 * MINUTE}


def test_a_code_and_the_word_of_an_operation_come_at_any_hour(reader, carrier):
    context = {"number": "1", "moment": "20.11.2026", "payee": "ТСЖ", "amount": "1,00 ₽", "link": "http://x/"}
    queue(PAYMENT_FAILED, address=reader.email, context=context, resident_uuid=reader.uuid, now=NIGHT)
    queue(ACTIVATION_CODE, address=reader.phone, now=NIGHT)

    assert delivery.deliver_due(now=NIGHT) == 2


def test_staff_who_try_a_draft_on_themselves_hear_at_once(boris, carrier):
    draft = Draft.objects.create(topic=Topic.PROMOTIONS_BY_SMS, text="Скидка")
    drafts.try_on(draft=draft, staff=boris, now=NIGHT)

    assert delivery.deliver_due(now=NIGHT) == 1


def test_saboteur_that_asks_only_when_it_is_queued_rings_at_night(reader, carrier, monkeypatch):
    monkeypatch.setattr(last_look, "_asleep", lambda news, said, now: {})
    news(reader)

    assert delivery.deliver_due(now=NIGHT) == 1
    assert Message.objects.get().state == State.SENT
