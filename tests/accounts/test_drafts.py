"""Letters and promotions: who wrote himself down hears, once; a pause holds, a stop is for good."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.db import IntegrityError

from accounts import blocking, drafts
from accounts.models import BlockSource, User
from notifications import claims, delivery, subscriptions, texts
from notifications.models import Category, Draft, DraftState, Message, State, Topic
from tests.people import ANNAS_PHONE, NOW, make_resident

pytestmark = pytest.mark.django_db
TEXT = "Скидка 10 % на домофон в ноябре"


@pytest.fixture
def promotion(db):
    return Draft.objects.create(topic=Topic.PROMOTIONS_BY_SMS, text=TEXT)


@pytest.fixture
def letter(db):
    return Draft.objects.create(
        topic=Topic.LETTERS_BY_EMAIL, subject="Новости ноября", text="Здравствуйте!\n\nНовости."
    )


def subscribe(person, *topics):
    subscriptions.save(resident_uuid=person.uuid, choice=dict.fromkeys(topics, True), now=NOW)


@pytest.fixture
def reader(anna):
    """Anna wants both and reads letters."""
    User.objects.filter(pk=anna.pk).update(email_confirmed_at=NOW)
    subscribe(anna, Topic.PROMOTIONS_BY_SMS, Topic.LETTERS_BY_EMAIL)
    return anna


def test_only_who_subscribed_hears(reader, boris, promotion):
    assert drafts.send(draft=promotion, now=NOW) == 1

    message = Message.objects.get()
    assert (message.address, message.text, message.category) == (ANNAS_PHONE, TEXT, Category.MARKETING)
    assert promotion.state == DraftState.SENDING


def test_two_who_share_a_mailbox_get_a_letter_each(reader, boris, letter):
    User.objects.filter(pk=boris.pk).update(email=reader.email, email_confirmed_at=NOW)
    subscribe(boris, Topic.LETTERS_BY_EMAIL)

    assert drafts.send(draft=letter, now=NOW) == 2


def another(letter):
    return Draft.objects.create(topic=letter.topic, subject="Ещё новости", text="Новости.")


def test_drafts_that_are_sent_at_one_moment_all_reach_everybody_who_shares_a_mailbox(reader, boris, letter):
    User.objects.filter(pk=boris.pk).update(email=reader.email, email_confirmed_at=NOW)
    subscribe(boris, Topic.LETTERS_BY_EMAIL)

    counts = [drafts.send(draft=draft, now=NOW) for draft in (letter, another(letter), another(letter))]

    assert counts == [2, 2, 2]
    assert Message.objects.values("created_at").distinct().count() == 6


def test_saboteur_that_gives_both_one_moment_sends_the_second_to_nobody(reader, letter, monkeypatch):
    monkeypatch.setattr(drafts, "_after_others", lambda now, people: now)
    drafts.send(draft=letter, now=NOW)

    with pytest.raises(IntegrityError):
        drafts.send(draft=another(letter), now=NOW)


def test_a_letter_carries_the_way_to_stop_its_like(reader, letter, tmp_path):
    drafts.send(draft=letter, now=NOW)
    delivery.deliver_due(now=NOW)

    (file,) = (tmp_path / "mail").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    stop = mail["List-Unsubscribe"].strip().removeprefix("<").removesuffix(">")
    assert stop == subscriptions.stop_link(reader.uuid, Topic.LETTERS_BY_EMAIL)
    assert f"Больше не присылать таких писем: {stop}" in mail.get_content()


@pytest.mark.parametrize(
    "change",
    [{"blocked_at": NOW}, {"is_active": False}, {"email_confirmed_at": None}],
    ids=["blocked", "closed", "mail"],
)
def test_who_must_not_be_written_to_is_not(reader, letter, change):
    User.objects.update(**change)

    assert drafts.send(draft=letter, now=NOW) == 0


def test_it_is_sent_once(reader, promotion):
    drafts.send(draft=promotion, now=NOW)

    with pytest.raises(drafts.NotAllowed):
        drafts.send(draft=promotion, now=NOW)

    assert Message.objects.count() == 1


def test_saboteur_whose_steps_ask_nothing_still_meets_the_unique_key(reader, promotion, monkeypatch):
    monkeypatch.setattr(drafts, "_step", lambda *_, **__: None)
    drafts.send(draft=promotion, now=NOW)

    assert drafts.send(draft=promotion, now=NOW) == 0


def test_a_pause_holds_what_has_not_left_and_resuming_lets_it_go(reader, promotion, tmp_path):
    drafts.send(draft=promotion, now=NOW)
    drafts.pause(draft=promotion)
    held = delivery.deliver_due(now=NOW)

    drafts.resume(draft=promotion, now=NOW)

    assert (held, delivery.deliver_due(now=NOW)) == (0, 1)
    assert drafts.progress(promotion) == {"отправлено": 1}


def test_a_stop_is_for_good(reader, promotion):
    drafts.send(draft=promotion, now=NOW)
    drafts.stop(draft=promotion)

    with pytest.raises(drafts.NotAllowed):
        drafts.resume(draft=promotion, now=NOW)

    assert delivery.deliver_due(now=NOW) == 0
    assert Message.objects.get().state == State.DROPPED


# --- what a choice finds paused, or in a worker's hands -------------------------------------------------------------
MINUTE = timedelta(minutes=1)


def unsubscribe(person):
    subscriptions.save(resident_uuid=person.uuid, choice={Topic.LETTERS_BY_EMAIL: False}, now=NOW)


def block(person):
    blocking.block(user=person, source=BlockSource.CABINET, reason="", ip=None, now=NOW)


def state_of_letter():
    return Message.objects.get(kind="staff_letter").state


@pytest.mark.parametrize("change", [unsubscribe, block])
def test_who_wants_no_more_while_it_is_paused_gets_nothing_when_it_goes_on(reader, letter, change):
    drafts.send(draft=letter, now=NOW)
    drafts.pause(draft=letter)

    change(reader)
    drafts.resume(draft=letter, now=NOW)
    delivery.deliver_due(now=NOW)

    assert state_of_letter() == State.DROPPED


def given_back(batch):
    claims.give_back(batch, NOW)


def put_off(batch):
    claims.postpone(batch, due_at=NOW, error="no line")


def killed_with(batch):
    """Nobody says what came of them: the lease ends by itself."""


HANDS = pytest.mark.parametrize("afterwards", [given_back, put_off, killed_with])
CHANGES = pytest.mark.parametrize("change", [unsubscribe, block, lambda _: drafts.stop(draft=Draft.objects.get())])


def changed_in_hands(change, reader, letter, afterwards):
    """A worker has it when the change comes, and does not send it."""
    drafts.send(draft=letter, now=NOW)
    batch = claims.claim(now=NOW, limit=10, categories=list(Category))
    change(reader)
    afterwards(batch)


@HANDS
@CHANGES
def test_a_stop_reaches_what_a_worker_had(reader, letter, change, afterwards):
    changed_in_hands(change, reader, letter, afterwards)

    delivery.deliver_due(now=NOW + MINUTE)

    assert state_of_letter() == State.DROPPED


@CHANGES
def test_saboteur_without_the_last_look_sends_it_all_the_same(reader, letter, change, monkeypatch):
    monkeypatch.setattr("notifications.last_look.passed", lambda batch, now: batch)
    changed_in_hands(change, reader, letter, given_back)

    delivery.deliver_due(now=NOW + MINUTE)

    assert state_of_letter() == State.SENT


@HANDS
def test_a_pause_holds_what_a_worker_had_until_the_draft_goes_on(reader, letter, afterwards):
    changed_in_hands(lambda _: drafts.pause(draft=letter), reader, letter, afterwards)
    held = [delivery.deliver_due(now=NOW + number * MINUTE) for number in range(1, 20)]

    drafts.resume(draft=letter, now=NOW)

    assert sum(held) == 0
    assert delivery.deliver_due(now=NOW + 20 * MINUTE + MINUTE) == 1


def test_a_draft_that_is_being_sent_and_a_try_on_oneself_pass(reader, letter, boris):
    drafts.send(draft=letter, now=NOW)
    drafts.try_on(draft=letter, staff=boris, now=NOW)

    assert delivery.deliver_due(now=NOW) == 2


@pytest.mark.parametrize("step", [drafts.pause, drafts.stop])
def test_what_has_not_begun_can_be_neither_paused_nor_stopped(promotion, step):
    with pytest.raises(drafts.NotAllowed):
        step(draft=promotion)


def test_it_is_tried_on_oneself_as_often_as_one_likes_and_begins_nothing(promotion, boris):
    drafts.try_on(draft=promotion, staff=boris, now=NOW)

    assert Message.objects.get().address == boris.phone
    assert promotion.state == DraftState.DRAFT


def test_who_has_no_address_is_told_so(letter, boris):
    boris.email = ""

    with pytest.raises(drafts.NoAddress):
        drafts.try_on(draft=letter, staff=boris, now=NOW)


def test_an_sms_over_two_segments_is_refused_before_anybody_hears(reader, promotion):
    promotion.text = "ж" * 200

    with pytest.raises(texts.TooLong):
        drafts.send(draft=promotion, now=NOW)

    assert Draft.objects.get(pk=promotion.pk).state == DraftState.DRAFT


def test_it_waits_for_the_morning_of_each(reader, promotion, settings):
    settings.QUIET_HOURS = (21, 9)
    night = NOW.replace(hour=20)
    far = make_resident("+79031112277")
    subscribe(far, Topic.PROMOTIONS_BY_SMS)
    subscriptions.set_zone(resident_uuid=far.uuid, zone="Asia/Vladivostok", now=NOW)

    drafts.send(draft=promotion, now=night)

    due = dict(Message.objects.values_list("address", "due_at"))
    assert due[ANNAS_PHONE].hour == 6
    assert due[far.phone].hour == 23


def test_a_thousand_subscribers_cost_one_statement(promotion, django_assert_max_num_queries):
    for number in range(30):
        subscribe(make_resident(f"+7905000{number:04}"), Topic.PROMOTIONS_BY_SMS)

    with django_assert_max_num_queries(7):
        assert drafts.send(draft=promotion, now=NOW) == 30
