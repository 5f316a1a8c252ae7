"""«СТОП» in answer to an SMS: it stops what may be stopped, once, says so, and stands in the journal."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import sms_answers, tasks
from accounts import subscriptions as rules
from notifications import subscriptions
from notifications.models import Message, SmsAnswer, Topic
from safeguards.journal import Action
from safeguards.models import JournalEntry
from smartservice import purge
from tests.accounts.make import words
from tests.notifications.provider import provider
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db
NOBODY = {"error": "no messages", "error_code": 3}


def answer(number=7, *, phone=ANNAS_PHONE, text="Стоп"):
    return {
        "id": number,
        "received": "20.11.2026 12:00:00",
        "phone": phone.lstrip("+"),
        "message": text,
        "to_phone": "79990000000",
        "sent": "20.11.2026 11:59:00",
    }


@pytest.fixture
def smsc(settings):
    """Nobody has written yet; what somebody writes, the test puts into `answers`."""
    with provider(NOBODY) as it:
        settings.SMS_URL = f"smsc://me:secret@{it.address}/?rate=1000&answers=1"
        yield it


def wrote(it, *answers):
    it.answers = [list(answers)]


def test_the_word_stops_sms_about_bills_and_promotions_and_nothing_else(anna, boris, smsc):
    subscriptions.save(resident_uuid=anna.uuid, choice=dict.fromkeys(Topic, True), now=NOW)
    wrote(smsc, answer())

    assert sms_answers.read_due(now=NOW) == 1

    on = [topic for topic, wanted in subscriptions.of(anna.uuid).items() if wanted]
    assert on == [Topic.LETTERS_BY_EMAIL, Topic.BILLS_BY_EMAIL, Topic.PAYMENTS_BY_EMAIL]
    assert subscriptions.wants(boris.uuid, Topic.BILLS_BY_SMS)


def test_she_hears_of_it_and_codes_still_come(anna, smsc):
    wrote(smsc, answer())
    sms_answers.read_due(now=NOW)

    (said,) = Message.objects.filter(channel="SMS")
    assert (said.address, said.text) == (ANNAS_PHONE, "Подписки: счета по SMS – нет")
    rules.send_code(resident=anna, choice=dict.fromkeys(Topic, True), ip="192.0.2.1", now=NOW)
    assert Message.objects.filter(kind="subscriptions_code", address=ANNAS_PHONE).exists()


def test_each_answer_works_once_even_after_she_changed_her_mind(anna, smsc):
    wrote(smsc, answer())
    sms_answers.read_due(now=NOW)
    subscriptions.save(resident_uuid=anna.uuid, choice={Topic.BILLS_BY_SMS: True}, now=NOW)

    assert sms_answers.read_due(now=NOW) == 0

    assert subscriptions.wants(anna.uuid, Topic.BILLS_BY_SMS)
    assert Message.objects.filter(channel="SMS").count() == 1


def test_saboteur_that_forgets_the_numbers_undoes_her_later_choice(anna, smsc):
    wrote(smsc, answer())
    sms_answers.read_due(now=NOW)
    subscriptions.save(resident_uuid=anna.uuid, choice={Topic.BILLS_BY_SMS: True}, now=NOW)
    SmsAnswer.objects.all().delete()

    assert sms_answers.read_due(now=NOW) == 1


def test_a_later_answer_works_again(anna, smsc):
    wrote(smsc, answer(7))
    sms_answers.read_due(now=NOW)
    subscriptions.save(resident_uuid=anna.uuid, choice={Topic.BILLS_BY_SMS: True}, now=NOW)
    wrote(smsc, answer(8))

    assert sms_answers.read_due(now=NOW) == 1
    assert not subscriptions.wants(anna.uuid, Topic.BILLS_BY_SMS)


def test_who_gets_no_sms_anyway_is_told_nothing(anna, smsc):
    subscriptions.save(resident_uuid=anna.uuid, choice={Topic.BILLS_BY_SMS: False}, now=NOW)
    wrote(smsc, answer())

    assert sms_answers.read_due(now=NOW) == 0
    assert not Message.objects.exists()
    assert not JournalEntry.objects.exists()


def test_it_stands_in_the_journal_without_her_phone(anna, smsc):
    wrote(smsc, answer())
    sms_answers.read_due(now=NOW)

    (entry,) = JournalEntry.objects.all()
    assert (entry.action, entry.who, entry.whose_uuid) == (Action.SMS_STOPPED, "SMS, smsc", anna.uuid)
    assert entry.after == {"bills_by_sms": False}


@pytest.mark.parametrize("given", [{"text": "Спасибо"}, {"phone": "+79990000001"}])
def test_other_words_and_strangers_change_nothing_and_are_not_read_again(anna, smsc, given):
    wrote(smsc, answer(**given))

    assert sms_answers.read_due(now=NOW) == 0

    assert not Message.objects.exists()
    assert [field.name for field in SmsAnswer._meta.fields] == ["id", "carrier", "number", "read_at"]
    assert SmsAnswer.objects.get().number == 7


def test_the_provider_is_asked_for_a_week_and_then_for_what_came_since(anna, smsc):
    wrote(smsc, answer(9), answer(7, text="да"))
    sms_answers.read_due(now=NOW)
    sms_answers.read_due(now=NOW)

    (_, first), (path, second) = smsc.requests
    assert (path, first["get_answers"], first["fmt"], first["cnt"]) == ("/sys/get.php", "1", "3", "10000")
    assert (first["hour"], second["after_id"]) == ("168", "9")
    assert "after_id" not in first


@pytest.mark.parametrize("trouble", [500, "<html>", "7", {"error": "authorise error", "error_code": 2}])
def test_a_provider_that_is_silent_costs_one_round(anna, smsc, trouble):
    smsc.answers = [trouble]
    assert sms_answers.read_due(now=NOW) == 0

    wrote(smsc, answer())
    assert sms_answers.read_due(now=NOW) == 1


def test_one_garbled_answer_does_not_stop_the_others(anna, smsc):
    wrote(smsc, {"id": "x"}, "nonsense", answer(2**63), answer(-1), answer())

    assert sms_answers.read_due(now=NOW) == 1


def test_nobody_is_asked_unless_the_address_says_that_answers_come(smsc, settings):
    settings.SMS_URL = settings.SMS_URL.replace("&answers=1", "")

    assert sms_answers.read_due(now=NOW) == 0
    assert smsc.requests == []


def test_what_fails_half_way_is_read_again(anna, smsc, monkeypatch):
    wrote(smsc, answer())
    monkeypatch.setattr(rules, "_tell", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sms_answers.read_due(now=NOW)
    monkeypatch.undo()

    assert subscriptions.wants(anna.uuid, Topic.BILLS_BY_SMS)
    assert sms_answers.read_due(now=NOW) == 1


def test_numbers_go_once_no_provider_tells_of_them(smsc, anna):
    wrote(smsc, answer())
    sms_answers.read_due(now=NOW)

    purge.purge(now=NOW + timedelta(days=8))
    assert SmsAnswer.objects.exists()
    purge.purge(now=NOW + timedelta(days=31))
    assert not SmsAnswer.objects.exists()


def test_the_page_says_the_word_only_where_it_works(anna_client, smsc, settings):
    page = reverse("accounts:subscriptions")
    assert "ответьте на любое из них словом СТОП" in words(anna_client.get(page))

    settings.SMS_URL = "file:"
    assert "СТОП" not in words(anna_client.get(page))


def test_both_stacks_ask(settings, smsc, anna):
    wrote(smsc, answer())

    tasks.read_sms_answers()

    assert not subscriptions.wants(anna.uuid, Topic.BILLS_BY_SMS)
    assert tasks.read_sms_answers.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
