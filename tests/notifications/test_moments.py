"""Each message of a mass fill has a moment of its own: files of the file channels are named by it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts.models import User
from billing import bill_news
from notifications import moments
from notifications.models import Message
from tests.billing.make import NUMBER, add_account, make_account, make_bill, make_provider, make_register
from tests.people import NOW

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


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


def test_saboteur_that_begins_each_register_at_the_same_moment_tells_of_none(two_registers, monkeypatch):
    monkeypatch.setattr(moments, "first_free", lambda now: now)

    with pytest.raises(IntegrityError):
        bill_news.announce_due(now=NOW)


def test_a_row_that_a_wrong_clock_wrote_carries_nobody_along(anna, flat):
    Message.objects.create(address="x", created_at=NOW + timedelta(days=900), due_at=NOW)
    make_bill(flat.account, register=make_register(announced_at=None))

    bill_news.announce_due(now=NOW)

    assert set(Message.objects.filter(created_at__lt=NOW + SECOND).values_list("channel", flat=True)) == {
        "SMS",
        "EMAIL",
    }
