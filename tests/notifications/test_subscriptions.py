"""What a resident wants to hear of: defaults without a row, and changes told apart from repetition."""

import threading
from uuid import UUID

import pytest
from django.db import connection, transaction

from notifications import subscriptions
from notifications.models import Message, State, Subscription, Topic
from tests.clock import NOW
from tests.notifications.make import tie_news

pytestmark = pytest.mark.django_db
ANNA, BORIS = UUID(int=1), UUID(int=2)


def test_who_never_said_hears_of_bills_and_payments_and_of_no_promotions():
    assert subscriptions.of(ANNA) == {
        Topic.LETTERS_BY_EMAIL: False,
        Topic.BILLS_BY_EMAIL: True,
        Topic.PROMOTIONS_BY_SMS: False,
        Topic.BILLS_BY_SMS: True,
        Topic.PAYMENTS_BY_EMAIL: True,
    }


def test_every_topic_is_a_column():
    columns = {field.name for field in Subscription._meta.get_fields()}

    assert {str(topic) for topic in Topic} <= columns


def test_saving_answers_what_is_new():
    changed = subscriptions.save(
        resident_uuid=ANNA, choice={Topic.BILLS_BY_SMS: False, Topic.BILLS_BY_EMAIL: True}, now=NOW
    )

    assert changed == {Topic.BILLS_BY_SMS: False}
    assert Subscription.objects.get().changed_at == NOW


def test_saving_what_stands_writes_nothing():
    assert subscriptions.save(resident_uuid=ANNA, choice={Topic.BILLS_BY_SMS: True}, now=NOW) == {}
    assert not Subscription.objects.exists()


def test_it_leaves_the_rest_and_the_neighbour_as_they_were():
    subscriptions.save(resident_uuid=ANNA, choice={Topic.LETTERS_BY_EMAIL: True}, now=NOW)
    subscriptions.save(resident_uuid=ANNA, choice={Topic.BILLS_BY_SMS: False}, now=NOW)

    assert subscriptions.wants(ANNA, Topic.LETTERS_BY_EMAIL)
    assert not subscriptions.wants(ANNA, Topic.BILLS_BY_SMS)
    assert not subscriptions.wants(BORIS, Topic.LETTERS_BY_EMAIL)


def test_a_link_leads_back_to_whose_it_is():
    link = subscriptions.stop_link(ANNA, Topic.BILLS_BY_EMAIL)

    token = link.rstrip("/").rsplit("/", 1)[1]
    assert subscriptions.stopped_by(token) == (ANNA, Topic.BILLS_BY_EMAIL)


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_a_strange_token_is_refused(token):
    with pytest.raises(subscriptions.DeadLink):
        subscriptions.stopped_by(token)


def test_saboteur_without_a_signature_anybody_could_stop_anything(monkeypatch):
    token = subscriptions.stop_link(ANNA, Topic.BILLS_BY_EMAIL).rstrip("/").rsplit("/", 1)[1]
    forged = token[:-2] + ("aa" if token[-2:] != "aa" else "bb")
    with pytest.raises(subscriptions.DeadLink):
        subscriptions.stopped_by(forged)

    monkeypatch.setattr("django.core.signing.constant_time_compare", lambda one, other: True)

    assert subscriptions.stopped_by(forged) == (ANNA, Topic.BILLS_BY_EMAIL)


def forget_beside_a_worker() -> None:
    """The cabinet is blocked while a worker writes what became of the first of two news."""
    tie_news(range(2))
    Message.objects.update(resident_uuid=ANNA)
    written, may_commit = threading.Event(), threading.Event()

    def work() -> None:
        with transaction.atomic():
            Message.objects.filter(key="news:0").update(state=State.SENT)
            written.set()
            may_commit.wait(5)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    written.wait()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        subscriptions.forget_news(ANNA)
    may_commit.set()
    worker.join()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_forgets_waits_for_no_worker_so_that_neither_stands_still() -> None:
    forget_beside_a_worker()

    assert set(Message.objects.values_list("key", "state")) == {("news:0", State.SENT), ("news:1", State.DROPPED)}
