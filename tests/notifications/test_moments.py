"""Each message of a mass fill has a moment of its own: files of the file channels are named by it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import User
from billing import bill_news
from notifications import delivery, outbox
from notifications.messages import SUBSCRIPTIONS_CHANGED
from notifications.models import Message
from tests.billing.make import NUMBER, add_account, make_account, make_bill, make_provider, make_register
from tests.notifications.make import queue
from tests.people import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def flat(anna):
    """Anna's flat; her e-mail is confirmed."""
    User.objects.filter(pk=anna.pk).update(email_confirmed_at=NOW)
    return add_account(anna, make_account(NUMBER))


@pytest.fixture
def two_registers(anna, flat):
    """Of two providers, with a bill of Anna's each, and nobody told."""
    other = add_account(anna, make_account("7", make_provider("second")))
    for account in (flat.account, other.account):
        make_bill(account, register=make_register(account.provider, announced_at=None))


def test_what_one_sweep_tells_has_a_moment_for_each_message(two_registers):
    assert bill_news.announce_due(now=NOW) == 4
    assert Message.objects.values("created_at").distinct().count() == 4


def test_saboteur_that_begins_each_register_at_the_same_moment_names_two_files_alike(two_registers, monkeypatch):
    monkeypatch.setattr(bill_news, "MICROSECOND", timedelta())
    bill_news.announce_due(now=NOW)

    assert Message.objects.values("created_at").distinct().count() < 4


def test_a_resident_whose_news_stand_in_two_batches_gets_two_files(anna, two_registers, monkeypatch, tmp_path):
    monkeypatch.setattr(delivery, "BATCH", 1)
    bill_news.announce_due(now=NOW)

    assert delivery.deliver_due(now=NOW) == 4
    assert len(list((tmp_path / "sms").iterdir())) == 2


def test_what_is_announced_and_what_is_reminded_of_at_one_moment_have_a_file_each(anna, flat, tmp_path):
    eve = datetime(2026, 11, 14, 9, tzinfo=UTC)
    for number, announced_at in (("7", None), ("8", NOW)):
        account = add_account(anna, make_account(number)).account
        register = make_register(period=date(2026, 10, 1), issued_date=date(2026, 11, 3), announced_at=announced_at)
        make_bill(account, period=register.period, issued_date=register.issued_date, register=register)

    sent = bill_news.announce_due(now=eve) + bill_news.remind(now=eve)

    assert delivery.deliver_due(now=eve) == sent == 6
    # The two of the reminder travel as one.
    assert len(list((tmp_path / "sms").iterdir())) == 2


def test_what_is_sent_again_at_one_moment_has_a_file_each(anna, two_registers, tmp_path):
    bill_news.announce_due(now=NOW)
    Message.objects.filter(channel="SMS").order_by("id").first().delete()
    own = queue(SUBSCRIPTIONS_CHANGED, address=anna.phone, context={"changes": "нет"}, resident_uuid=anna.uuid)
    delivery.deliver_due(now=NOW)
    before = len(list((tmp_path / "sms").iterdir()))

    for message in (Message.objects.get(pk=own.pk), Message.objects.get(channel="SMS", kind="bill_issued")):
        outbox.send_again(message, now=NOW + timedelta(minutes=1))

    assert delivery.deliver_due(now=NOW + timedelta(minutes=1)) == 2
    assert len(list((tmp_path / "sms").iterdir())) == before + 2
