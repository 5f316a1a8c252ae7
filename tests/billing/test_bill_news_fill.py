"""The fill of the outbox with news of bills: one statement, and however often it is repeated each is queued once."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import bill_news, register_import
from billing.models import BillRegister
from notifications import bundles, claims, rows
from notifications.models import Bundle, Channel, Message
from tests.billing.make import NUMBER, add_account
from tests.billing.registers import register_text, row
from tests.people import NOW, make_resident

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def take_in(*rows):
    register_import.import_register(file=io.BytesIO(register_text(*rows).encode()), file_name="", now=NOW)


def test_a_register_is_told_of_once(flat):
    take_in(row(NUMBER, 12970))

    counts = [bill_news.announce_due(now=NOW) for _ in range(3)]

    assert counts == [2, 0, 0]
    assert BillRegister.objects.get().announced_at == NOW


def test_even_when_the_mark_on_the_register_is_lost_the_keys_hold(flat):
    take_in(row(NUMBER, 12970))
    bill_news.announce_due(now=NOW)
    BillRegister.objects.update(announced_at=None)

    assert bill_news.announce_due(now=NOW + SECOND) == 0
    assert Message.objects.count() == 2


def test_and_only_what_is_not_there_yet_is_added(anna, flat):
    take_in(row(NUMBER, 12970))
    bill_news.announce_due(now=NOW)
    Message.objects.filter(address=anna.email).delete()
    BillRegister.objects.update(announced_at=None)

    assert bill_news.announce_due(now=NOW + SECOND) == 1


def test_saboteur_without_the_unique_key_the_bill_is_told_of_twice(flat, monkeypatch):
    monkeypatch.setattr(bill_news, "FILL", bill_news.FILL.replace("b.version, ", "b.version + %(part)s, ", 1))
    take_in(row(NUMBER, 12970))
    bill_news.announce_due(now=NOW)
    BillRegister.objects.update(announced_at=None)

    assert bill_news.announce_due(now=NOW + timedelta(microseconds=7)) == 2


def test_the_import_and_its_news_are_apart_so_that_a_kill_between_them_loses_nothing(flat):
    take_in(row(NUMBER, 12970))

    assert not Message.objects.exists()
    assert BillRegister.objects.get().announced_at is None


def test_it_is_one_statement_whatever_the_number_of_residents(flat, django_assert_num_queries):
    for number in range(20):
        add_account(make_resident(f"+7903111{number:04}"), flat.account)
    take_in(row(NUMBER, 100))

    with django_assert_num_queries(9) as queries:
        assert bill_news.announce_due(now=NOW) == 22

    said = [query["sql"].split() for query in queries.captured_queries]
    assert [words[2] for words in said if words[0] == "INSERT"] == [Message._meta.db_table, Bundle._meta.db_table]
    assert connection.vendor in bill_news.TIME


@pytest.mark.postgres
@pytest.mark.parametrize(("bills", "looks"), [(bill_news.GREAT - 1, 0), (bill_news.GREAT, 1)])
def test_before_a_great_fill_the_planner_looks_at_what_came_in(flat, bills, looks):
    take_in(row(NUMBER, 100))
    BillRegister.objects.update(bills=bills)

    with CaptureQueriesContext(connection) as asked:
        assert bill_news.announce_due(now=NOW) == 2

    assert sum(query["sql"].startswith("ANALYZE") for query in asked) == looks


def test_letters_wait_in_another_bundle_than_sms_so_that_a_slow_pace_does_not_hold_them_up(flat):
    take_in(row(NUMBER, 12970))

    bill_news.announce_due(now=NOW)

    assert Bundle.objects.count() == 2
    assert len(set(Message.objects.values_list("channel", "shelf"))) == 2


def test_a_worker_has_of_each_what_sending_asks_without_another_look(flat):
    take_in(row(NUMBER, 12970))
    bill_news.announce_due(now=NOW)

    batch = bundles.claim(now=NOW, limit=10, lease=claims.LEASE)

    assert {message.channel for message in batch} == {Channel.SMS, Channel.EMAIL}
    for message in batch:
        whole = Message.objects.get(pk=message.pk)
        # The reader of an SMS is asked of its row; a week's life does not end within the lease.
        known = {"resident_uuid"} if message.channel == Channel.SMS else set()
        asked = ["state", *(field.attname for field in rows.NEEDED if field.name not in known | {"expires_at"})]
        assert {name: message.__dict__[name] for name in asked} == {name: getattr(whole, name) for name in asked}


def test_of_news_that_end_within_the_lease_he_knows_the_end(flat):
    take_in(row(NUMBER, 12970))
    bill_news.announce_due(now=NOW)

    batch = bundles.claim(now=NOW + bill_news.NEWS_LIVE - SECOND, limit=10, lease=claims.LEASE)

    assert {message.expires_at for message in batch} == {NOW + bill_news.NEWS_LIVE}
