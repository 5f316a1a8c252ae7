"""Money and people: the day's budget, the reserve of codes, caps for one phone, and the blacklist."""

from datetime import timedelta
from typing import Any

import pytest

from notifications import budget, delivery
from notifications.channels.base import Receipt
from notifications.messages import ACTIVATION_CODE, PHONE_ALREADY_REGISTERED, SUBSCRIPTIONS_CHANGED
from notifications.models import BlacklistedAddress, BlacklistSource, Channel, Message, Spending, State
from tests.billing.make import make_bill
from tests.clock import NOW
from tests.notifications.make import LETTER, PHONE, Carrier, queue, tie_news
from tests.races import at_once

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def paid(carrier: Carrier, settings: Any) -> Carrier:
    """A carrier that costs 4 roubles a segment; 100 roubles a day, 40 of them for codes."""
    carrier.is_paid = True
    settings.SMS_PRICE, settings.SMS_DAY_BUDGET, settings.SMS_CODE_RESERVE = 400, 100, 40
    return carrier


def news(number: int) -> Message:
    return queue(SUBSCRIPTIONS_CHANGED, context={"changes": "счета по SMS – нет"}, address=f"+7903{number:07}")


def test_every_segment_is_paid_for_by_the_day_of_moscow(paid):
    queue()
    queue(SUBSCRIPTIONS_CHANGED, context={"changes": "ж" * 100})

    delivery.deliver_due(now=NOW)

    row = Spending.objects.get()
    assert (str(row.day), row.kopecks) == ("2026-11-20", 3 * 400)
    assert budget.spent(NOW) == 1200
    assert budget.spent(NOW + timedelta(days=1)) == 0


def test_what_costs_nothing_is_not_counted(carrier):
    queue()

    delivery.deliver_due(now=NOW)

    assert not Spending.objects.exists()


def test_news_stop_before_the_reserve_and_codes_go_on_to_the_end(paid):
    for number in range(20):
        news(number)
    delivery.deliver_due(now=NOW)
    sent_news = len(paid.texts)
    for number in range(20):
        queue(address=f"+7904{number:07}", expires_at=NOW + HOUR)
    delivery.deliver_due(now=NOW)

    assert sent_news == 15
    assert len(paid.texts) == 25
    assert budget.spent(NOW) == 100_00


def test_what_the_budget_does_not_bear_waits_and_goes_out_the_next_day(paid):
    for number in range(20):
        news(number)
    delivery.deliver_due(now=NOW)
    waiting = Message.objects.waiting()
    assert {message.attempts for message in waiting} == {0}

    delivery.deliver_due(now=NOW + timedelta(days=1))

    assert len(paid.texts) == 20


def test_an_expiring_code_over_the_budget_is_dropped_and_never_sent_late(paid, settings):
    settings.SMS_DAY_BUDGET = settings.SMS_CODE_RESERVE = 0
    queue(expires_at=NOW + timedelta(minutes=10))
    delivery.deliver_due(now=NOW)

    delivery.deliver_due(now=NOW + timedelta(minutes=10))

    assert Message.objects.get().state == State.DROPPED
    assert paid.texts == []


def test_the_alarm_rings_once_an_hour(paid, settings, caplog):
    settings.SMS_DAY_BUDGET = settings.SMS_CODE_RESERVE = 0
    for number in range(5):
        news(number)
    delivery.deliver_due(now=NOW)
    first = caplog.text.count("is used up")
    delivery.deliver_due(now=NOW + HOUR + timedelta(seconds=30))

    assert (first, caplog.text.count("is used up")) == (1, 2)
    assert PHONE not in caplog.text


def test_a_message_that_did_not_leave_costs_nothing(paid):
    paid.fails = 1
    queue()

    delivery.deliver_due(now=NOW)

    assert budget.spent(NOW) == 0


def test_one_phone_gets_five_an_hour_and_no_code_is_counted(paid, settings):
    settings.SMS_DAY_BUDGET = 10_000
    for _ in range(8):
        queue(SUBSCRIPTIONS_CHANGED, context={"changes": "счета по SMS – нет"})
        queue()

    delivery.deliver_due(now=NOW)
    first = len(paid.texts)
    delivery.deliver_due(now=NOW + HOUR + timedelta(seconds=30))

    assert first == 8 + 5
    assert len(paid.texts) == 8 + 8


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_spend_more_than_the_budget(settings):
    settings.SMS_PRICE, settings.SMS_DAY_BUDGET, settings.SMS_CODE_RESERVE = 400, 40, 0
    codes = [queue(address=f"+7905{number:07}") for number in range(16)]

    taken = at_once(16, lambda which: budget.take(codes[which], NOW))

    assert sum(taken) == 10
    assert budget.spent(NOW) == 40_00


def test_saboteur_that_reads_first_and_writes_later_spends_more(paid, settings, monkeypatch):
    settings.SMS_DAY_BUDGET = settings.SMS_CODE_RESERVE = 0
    monkeypatch.setattr(budget, "_pay", lambda kopecks, category, now: budget.spent(now) <= 0)
    for number in range(3):
        queue(address=f"+7906{number:07}")

    delivery.deliver_due(now=NOW)

    assert len(paid.texts) == 3


# --- to whom nothing goes -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", ["+77011234567", "+14155550100", "+74951234567", "79161234567", "+7916123456"])
def test_only_russian_mobile_numbers_are_written_to(carrier, address):
    message = queue(address=address)

    assert delivery.deliver_due(now=NOW) == 0

    message.refresh_from_db()
    assert (message.state, message.error, message.secret_text) == (State.FAILED, "not a Russian mobile number", None)


@pytest.mark.parametrize(("source", "sent"), [(BlacklistSource.STAFF, 0), (BlacklistSource.BOUNCE, 1)])
def test_staff_stop_everything_and_a_bounce_all_but_codes(carrier, source, sent):
    BlacklistedAddress.objects.create(channel=Channel.SMS, address=PHONE, source=source, reason="просил не писать")
    queue(ACTIVATION_CODE)
    queue(SUBSCRIPTIONS_CHANGED, context={"changes": "–"})

    assert delivery.deliver_due(now=NOW) == sent
    assert Message.objects.filter(state=State.FAILED, error="blacklisted").count() == 2 - sent


def test_a_bounce_is_forgotten_after_its_time_and_the_neighbour_was_never_meant(carrier):
    BlacklistedAddress.objects.create(
        channel=Channel.SMS, address=PHONE, source=BlacklistSource.BOUNCE, reason="–", until=NOW
    )
    BlacklistedAddress.objects.create(channel=Channel.EMAIL, address="+79031112233", reason="–")
    queue(PHONE_ALREADY_REGISTERED, context={})
    queue(PHONE_ALREADY_REGISTERED, context={}, address="+79031112233")

    assert delivery.deliver_due(now=NOW) == 2


def test_a_mailbox_that_does_not_exist_is_remembered_with_the_reason(carrier, letter_templates):
    message = queue(LETTER, address="nobody@example.com", context={"payee": "А", "amount": "1"})

    budget.bounced(message, reason="SMTP 550", now=NOW)
    budget.bounced(message, reason="SMTP 551", now=NOW)

    row = BlacklistedAddress.objects.get()
    assert (row.source, row.reason, row.until) == (BlacklistSource.BOUNCE, "SMTP 550", NOW + timedelta(days=30))
    assert delivery.deliver_due(now=NOW) == 0


def test_a_receipt_is_of_one_sms_and_its_companions_cost_nothing(paid, monkeypatch):
    for number in range(2):
        Message.objects.create(
            kind="bill_issued", channel="SMS", category=3, address=PHONE, about=make_bill().pk, edition=1, amount=100,
            created_at=NOW + timedelta(microseconds=number), due_at=NOW,
        )  # fmt: skip
    monkeypatch.setattr(paid, "send", lambda message: Receipt("smsc", "17", 235))

    assert delivery.deliver_due(now=NOW) == 2

    assert list(Message.objects.order_by("id").values_list("cost", "carrier_number")) == [(235, "17"), (0, "")]


def test_a_batch_asks_once_who_is_blacklisted_however_many_it_has(django_assert_num_queries):
    tie_news(range(50))
    for number in (3, 7):
        BlacklistedAddress.objects.create(channel=Channel.SMS, address=f"+7901{number:07}", reason="просил не писать")
    batch = list(Message.objects.all())

    with django_assert_num_queries(1):
        never = budget.never(batch, NOW)

    assert sorted(never.values()) == ["blacklisted"] * 2
