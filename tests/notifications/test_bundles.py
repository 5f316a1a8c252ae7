"""News wait in bundles: taken, given back and recorded as one, and none is lost or sent twice."""

import threading
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from notifications import backlog, bundles, claims, delivery, outbox
from notifications.channels import choice
from notifications.channels.base import NotNow
from notifications.models import Bundle, Category, Channel, Message, State
from tests.clock import NOW
from tests.notifications.make import Carrier, queue, tie_news

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
AFTER_LEASE = NOW + claims.LEASE + SECOND


def waiting() -> int:
    return Message.objects.waiting().count()


def test_they_are_sent_with_their_bundles_gone(carrier: Carrier) -> None:
    tie_news(range(12))

    assert delivery.deliver_due(now=NOW) == 12

    assert len(set(carrier.texts)) == 12
    assert set(Message.objects.values_list("state", "attempts", "claims")) == {(State.SENT, 1, 0)}
    assert not Bundle.objects.exists()


def test_a_code_goes_before_them(carrier: Carrier) -> None:
    tie_news(range(3))
    queue(code="7777")

    delivery.deliver_due(now=NOW)

    assert "7777" in carrier.texts[0]


def test_before_their_time_they_stay(carrier: Carrier) -> None:
    tie_news(range(3), due_at=NOW + SECOND)

    assert delivery.deliver_due(now=NOW) == 0
    assert delivery.deliver_due(now=NOW + SECOND) == 3


def test_of_many_bundles_a_worker_takes_as_many_as_make_a_batch() -> None:
    tie_news(range(20), a_shelf=5)

    batch = bundles.claim(now=NOW, limit=10, lease=claims.LEASE)

    assert len(batch) == 10
    assert len({message.bundle for message in batch}) == 2
    assert Bundle.objects.filter(lease_until=None).count() == 2


def test_many_thin_ones_are_taken_by_a_few_questions() -> None:
    tie_news(range(60), a_shelf=1)

    with CaptureQueriesContext(connection) as asked:
        batch = bundles.claim(now=NOW, limit=delivery.BATCH, lease=claims.LEASE)

    assert len(batch) == 60
    assert len(asked) < 30


def test_of_one_that_is_too_big_a_part_is_sent_and_the_rest_waits_on(carrier: Carrier) -> None:
    tie_news(range(20), a_shelf=20)

    assert delivery.deliver_due(now=NOW, limit=15) == 15
    assert waiting() == 5
    assert Bundle.objects.get().lease_until is None
    assert delivery.deliver_due(now=NOW + SECOND) == 5


def test_of_a_killed_worker_each_waits_by_itself_when_the_lease_is_over_and_counts_the_death(carrier: Carrier) -> None:
    tie_news(range(5))
    bundles.claim(now=NOW, limit=10, lease=claims.LEASE)

    assert delivery.deliver_due(now=NOW + SECOND) == 0
    seen: list[int] = []
    carrier.before = lambda message: seen.append(message.claims)
    assert delivery.deliver_due(now=AFTER_LEASE) == 5
    # By which SMSC is asked whether it knows the message.
    assert set(seen) == {2}
    assert not Bundle.objects.exists()


def test_what_kills_every_worker_ends_some_day_and_nobody_with_it_that_was_in_no_hands(carrier: Carrier) -> None:
    tie_news(range(4))
    bundles.claim(now=NOW, limit=2, lease=claims.LEASE)
    claims.claim(now=AFTER_LEASE, limit=2, categories=[Category.BILLS])
    Message.objects.filter(claims=2).update(claims=delivery.DEATHS)

    assert delivery.deliver_due(now=AFTER_LEASE + claims.LEASE) == 2
    assert Message.objects.filter(state=State.FAILED).count() == 2


def test_news_to_one_resident_stand_together_whichever_fill_they_are_of() -> None:
    anna, boris = uuid4(), uuid4()
    for fill in (range(2), range(2, 4)):
        tie_news(fill)
    for number, resident in enumerate((anna, boris, anna, boris)):
        Message.objects.filter(key=f"news:{number}").update(resident_uuid=resident)

    batch = bundles.claim(now=NOW, limit=2, lease=claims.LEASE)

    assert len({message.resident_uuid for message in batch}) == 1


@pytest.mark.parametrize(("limit", "taken"), [(10, 9), (9, 9), (2, 2)], ids=["cut", "at the edge", "more alone"])
def test_what_is_for_one_reader_is_not_cut_in_two(limit: int, taken: int) -> None:
    tie_news(range(12), a_shelf=12)
    for place, message in enumerate(Message.objects.order_by("pk")):
        reader = {"address": f"+7901000000{place // 3}", "created_at": NOW + place * SECOND}
        Message.objects.filter(pk=message.pk).update(**reader)

    batch = bundles.claim(now=NOW, limit=limit, lease=claims.LEASE)

    assert len(batch) == taken


def test_letters_do_not_wait_for_the_slow_sms_of_those_before_them(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = {Channel.SMS: Carrier(), Channel.EMAIL: Carrier()}
    monkeypatch.setattr(choice, "carrier", ways.get)

    def refuse(message: Message) -> None:
        raise NotNow("no turn")

    ways[Channel.SMS].before = refuse
    tie_news(range(20), a_shelf=5)
    Message.objects.filter(pk__in=[message.pk for message in Message.objects.all() if message.pk % 2]).update(
        channel=Channel.EMAIL
    )

    delivery.deliver_due(now=NOW, limit=20)
    delivery.deliver_due(now=NOW + SECOND, limit=20)

    assert len(ways[Channel.EMAIL].texts) == 10
    assert waiting() == 10
    assert set(Bundle.objects.values_list("lease_until", flat=True)) == {None}
    assert backlog.count() == 10


@pytest.mark.parametrize("bundles_first", [True, False])
def test_whoever_waits_longer_goes_first(carrier: Carrier, bundles_first: bool) -> None:
    tie_news(range(2), due_at=NOW - SECOND * (not bundles_first))
    Message.objects.update(shelf=None)
    Bundle.objects.all().delete()
    tie_news(range(2, 4), due_at=NOW - SECOND * bundles_first)

    batch = claims.claim(now=NOW, limit=10, categories=[Category.BILLS])

    assert all(bool(message.bundle) == bundles_first for message in batch)


def test_whose_turn_it_is_not_goes_when_others_have_all_of_the_first(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    tie_news(range(2))
    monkeypatch.setattr(claims, "_is_turn_of_bundles", lambda now: False)

    assert delivery.deliver_due(now=NOW) == 2


def test_what_was_dropped_meanwhile_is_not_queued_again_by_a_failure(carrier: Carrier) -> None:
    tie_news(range(1))
    carrier.before = lambda message: Message.objects.update(state=State.DROPPED) and None
    carrier.fails = 1

    delivery.deliver_due(now=NOW)

    assert Message.objects.get().state == State.DROPPED


def test_what_was_sent_all_the_same_is_told_as_sent(carrier: Carrier) -> None:
    tie_news(range(1))
    carrier.before = lambda message: Message.objects.update(state=State.DROPPED) and None

    delivery.deliver_due(now=NOW)

    assert Message.objects.get().state == State.SENT


def believe(numbers: Collection[int], lease_until: datetime) -> list[Bundle]:
    return [Bundle(pk=number) for number in numbers]


def sleep_past_the_lease() -> None:
    """One worker takes a bundle and sleeps; another fails its news for good; then the first says that they are sent."""
    tie_news(range(5))
    slow = bundles.claim(now=NOW, limit=10, lease=claims.LEASE)
    quick = claims.claim(now=AFTER_LEASE, limit=10, categories=[Category.BILLS])
    claims.finish(quick, State.FAILED)
    claims.finish(slow, State.SENT)


def test_who_slept_past_the_lease_does_not_overwrite_the_other() -> None:
    sleep_past_the_lease()

    assert set(Message.objects.values_list("state", flat=True)) == {State.FAILED}


def test_saboteur_who_never_asks_whose_the_bundle_is_overwrites_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "held", believe)

    sleep_past_the_lease()

    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}


def test_what_failed_leaves_its_bundle_and_is_tried_again_by_itself(carrier: Carrier) -> None:
    tie_news(range(5))
    carrier.fails = 1

    assert delivery.deliver_due(now=NOW) == 4
    assert not Bundle.objects.exists()
    failed = Message.objects.get(state=State.QUEUED)
    assert (failed.shelf, failed.waits_alone, failed.attempts, failed.claims) == (None, True, 1, 0)
    assert delivery.deliver_due(now=NOW + delivery.PAUSES[0] + SECOND) == 1


def test_what_a_stopped_worker_did_not_begin_waits_on_in_its_bundle(carrier: Carrier) -> None:
    tie_news(range(5))

    delivery.deliver_due(now=NOW, is_stopping=lambda: len(carrier.texts) == 2)

    bundle = Bundle.objects.get()
    assert (waiting(), bundle.lease_until, bundle.size) == (3, None, 3)
    assert delivery.deliver_due(now=NOW + SECOND) == 3
    assert len(set(carrier.texts)) == 5


def test_a_bundle_of_which_nothing_waits_any_more_is_thrown_away(carrier: Carrier) -> None:
    tie_news(range(5))
    Message.objects.update(state=State.DROPPED)

    assert delivery.deliver_due(now=NOW) == 0
    assert not Bundle.objects.exists()


def test_a_letter_that_came_back_is_tried_anew_by_itself(carrier: Carrier) -> None:
    tie_news(range(1))
    Message.objects.update(state=State.FAILED)
    delivery.deliver_due(now=NOW)

    outbox.try_anew(Message.objects.get(), address="+79010000001", now=NOW)

    assert delivery.deliver_due(now=NOW) == 1


def test_another_fill_of_the_same_time_joins_the_bundle(carrier: Carrier) -> None:
    tie_news(range(3))
    tie_news(range(3, 5))

    assert Bundle.objects.get().size == 5
    assert delivery.deliver_due(now=NOW) == 5


def test_what_is_filled_in_while_a_worker_has_the_bundle_waits_on(carrier: Carrier) -> None:
    tie_news(range(3))
    carrier.before = lambda message: tie_news(range(3, 5)) if not carrier.texts else None

    assert delivery.deliver_due(now=NOW, limit=3) == 3
    assert delivery.deliver_due(now=NOW + SECOND) == 2


def close_beside_a_fill() -> None:
    """A worker is through with its bundle while a fill that joins it has not yet committed."""
    tie_news(range(3))
    batch = bundles.claim(now=NOW, limit=10, lease=claims.LEASE)
    claims.finish(batch, State.SENT)
    filled, may_commit = threading.Event(), threading.Event()

    def fill() -> None:
        with transaction.atomic():
            tie_news(range(3, 5))
            filled.set()
            may_commit.wait(1)
        connection.close()

    filler = threading.Thread(target=fill)
    filler.start()
    filled.wait()
    claims.close(batch, NOW)
    may_commit.set()
    filler.join()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_is_filled_in_while_a_bundle_is_closed_is_not_lost(carrier: Carrier) -> None:
    close_beside_a_fill()

    assert delivery.deliver_due(now=AFTER_LEASE) == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_saboteur_that_closes_without_a_lock_loses_it(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "held", lambda numbers, lease_until: list(Bundle.objects.filter(pk__in=numbers)))

    close_beside_a_fill()

    assert delivery.deliver_due(now=AFTER_LEASE) == 0
    assert waiting() == 2


def race(workers: int) -> None:
    start = threading.Barrier(workers)

    def work() -> None:
        start.wait()
        delivery.deliver_due(now=NOW)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_four_workers_send_each_once(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "BATCH", 4)
    tie_news(range(60), a_shelf=3)

    race(4)

    assert sorted(carrier.texts) == [f"Код {number:04}" for number in range(60)]
    assert not Bundle.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_saboteur_without_the_lease_sends_twice(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "_free", lambda now: Bundle.objects.filter(due_at__lte=now))
    tie_news(range(1))
    claims.claim(now=NOW, limit=1, categories=[Category.BILLS])

    # To the second worker it looks like a dead one's.
    assert len(claims.claim(now=NOW, limit=1, categories=[Category.BILLS])) == 1


def test_the_backlog_counts_them_and_knows_the_oldest() -> None:
    tie_news(range(5), due_at=NOW - SECOND)
    queue()

    assert backlog.count() == 6
    assert backlog.oldest_due(NOW) == NOW - SECOND
    assert backlog.oldest_due(NOW - 2 * SECOND) is None


def test_no_index_knows_the_state_so_that_sending_touches_none() -> None:
    conditions = [index.condition for index in Message._meta.indexes if index.condition is not None]
    conditions += [rule.condition for rule in Message._meta.constraints if getattr(rule, "fields", None)]

    assert conditions
    assert not [condition for condition in conditions if "state" in str(condition)]


def plan(words: str) -> str:
    """Of the question for news, by a planner to whom going from row to row seems dear."""
    statement = bundles.NEWS.format(columns="notifications_message.id", numbers="1, 2")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(f"{words} EXPLAIN {statement}", {"ends": NOW, "limit": 10})
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.postgres
def test_news_are_found_from_their_bundles_whatever_the_planner_thinks() -> None:
    said = plan(bundles.BY_SHELF)

    assert "Nested Loop" in said
    assert "Hash Join" not in said
    assert "Merge" not in said


@pytest.mark.postgres
def test_saboteur_that_says_nothing_of_the_way_goes_through_the_whole_outbox() -> None:
    said = plan("")

    assert "Hash Join" in said or "Merge" in said


def test_only_bills_wait_in_bundles(carrier: Carrier) -> None:
    tie_news(range(3))
    others = [category for category in Category if category is not Category.BILLS]

    assert delivery.deliver_due(now=NOW, categories=others) == 0
