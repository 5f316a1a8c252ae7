"""Whom news still reach: an open cabinet, and the address that it has now."""

import pytest

from accounts import readers
from accounts.models import User
from notifications import delivery
from notifications.models import Category, Message, State
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def news(anna):
    """An SMS and a letter to Anna, whose address is confirmed."""
    User.objects.filter(pk=anna.pk).update(email_confirmed_at=NOW)
    return [
        Message.objects.create(
            key=f"{channel}", kind=kind, channel=channel, category=Category.MARKETING, address=address, text="Т",
            resident_uuid=anna.uuid, created_at=NOW, due_at=NOW,
        )
        for channel, kind, address in (("SMS", "promotion", ANNAS_PHONE), ("EMAIL", "staff_letter", anna.email))
    ]  # fmt: skip


def channels_without_reader(news):
    lost = readers.unreachable(news, NOW)
    return {message.channel for message in news if message.pk in lost}


def test_as_long_as_nothing_has_changed_all_are_reached(news):
    assert channels_without_reader(news) == set()


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"blocked_at": NOW}, {"SMS", "EMAIL"}),
        ({"is_active": False}, {"SMS", "EMAIL"}),
        ({"phone": None, "email": "", "email_confirmed_at": None}, {"SMS", "EMAIL"}),
        ({"phone": "+79161110000"}, {"SMS"}),
        ({"email": "other@example.com"}, {"EMAIL"}),
        ({"email_confirmed_at": None}, {"EMAIL"}),
    ],
    ids=["blocked", "closed", "erased", "another phone", "another address", "not confirmed"],
)
def test_who_has_gone_or_changed_his_address_is_not(anna, news, change, lost):
    User.objects.filter(pk=anna.pk).update(**change)

    assert channels_without_reader(news) == lost


def test_a_phone_that_is_another_residents_by_now_gets_nothing_of_hers(anna, boris, news):
    User.objects.filter(pk=anna.pk).update(phone="+79161110000")
    User.objects.filter(pk=boris.pk).update(phone=ANNAS_PHONE)

    assert channels_without_reader(news) == {"SMS"}


def test_it_is_one_query_however_many_they_are(news, django_assert_num_queries):
    with django_assert_num_queries(1):
        readers.unreachable(news * 50, NOW)


def test_delivery_asks_before_news_leave(anna, news):
    Message.objects.update(kind="bill_issued", text="")
    User.objects.filter(pk=anna.pk).update(is_active=False)

    assert delivery.deliver_due(now=NOW) == 0
    assert set(Message.objects.values_list("state", flat=True)) == {State.DROPPED}
