"""`purge`: what has had its time goes, and nothing else: no money, no proof, nothing that waits or limits."""

import json
import os
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from captcha.models import CaptchaStore
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.models import QuerySet

from accounts.models import Confirmation, KnownDevice, PasswordReset, PendingRegistration, Purpose, ResidentSession
from notifications.models import BlacklistedAddress, Message, State
from safeguards import throttle
from safeguards.models import JournalEntry, Throttle
from safeguards.throttle import Limit
from smartservice import purge, tasks
from tests.clock import NOW
from tests.notifications.make import queue
from tests.people import ANNAS_PHONE
from tests.plans import plans_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = timedelta(seconds=1)


def swept(rows: QuerySet[Any], *, at: Any) -> bool:
    """Whether a purge at that moment took the only row."""
    assert rows.count() == 1
    purge.purge(now=at)
    return not rows.exists()


@pytest.mark.parametrize("state", [state for state in State if state not in {State.QUEUED, State.PAUSED}])
def test_a_finished_message_lives_a_year(state):
    message = queue()
    Message.objects.filter(pk=message.pk).update(state=state, secret_text=None)

    assert not swept(Message.objects.all(), at=NOW + 365 * DAY)
    assert swept(Message.objects.all(), at=NOW + 365 * DAY + LATER)


@pytest.mark.postgres
def test_old_messages_are_found_without_walking_through_all_of_them():
    fresh = {"kind": "bill_issued", "channel": "SMS", "state": State.SENT, "due_at": NOW}
    Message.objects.bulk_create(
        Message(key=f"fresh:{number}", address=f"+7900{number:07}", created_at=NOW, **fresh) for number in range(5000)
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT brin_summarize_new_values('message_created')")
        cursor.execute("ANALYZE notifications_message")

    with plans_of("notifications_message") as plans:
        purge.purge(now=NOW)

    assert len(plans) == 1
    assert "message_created" in plans[0]


@pytest.mark.parametrize("state", [State.QUEUED, State.PAUSED])
def test_a_message_that_is_not_through_stays(state):
    message = queue()
    Message.objects.filter(pk=message.pk).update(state=state, secret_text=None)

    assert not swept(Message.objects.all(), at=NOW + 3650 * DAY)


def code(purpose: Purpose, **fields: Any) -> None:
    Confirmation.objects.create(
        purpose=purpose, subject=uuid4(), digest="d", code_hmac="c", phone_hmac="p", created_at=NOW, expires_at=NOW,
        **fields,
    )  # fmt: skip


@pytest.mark.parametrize("purpose", [Purpose.PROFILE, Purpose.PAYMENT])
def test_a_code_lives_ninety_days(purpose):
    code(purpose)

    assert not swept(Confirmation.objects.all(), at=NOW + 90 * DAY)
    assert swept(Confirmation.objects.all(), at=NOW + 90 * DAY + LATER)


@pytest.mark.parametrize("purpose", purge.PROOFS)
def test_a_used_code_for_money_is_the_residents_consent_and_stays(purpose):
    code(purpose, used_at=NOW)

    assert not swept(Confirmation.objects.all(), at=NOW + 3650 * DAY)


def test_a_limit_is_kept_longer_than_it_counts():
    limit = Limit("test", 1, DAY)
    throttle.take(limit, "key", NOW)

    assert not swept(Throttle.objects.all(), at=NOW + DAY - LATER)
    assert not throttle.take(limit, "key", NOW + DAY - LATER)
    assert swept(Throttle.objects.all(), at=NOW + 7 * DAY + LATER)


def test_saboteur_with_a_short_memory_hands_places_back(monkeypatch):
    monkeypatch.setattr(purge, "LIMITS_LIVE", timedelta())
    limit = Limit("test", 1, DAY)
    throttle.take(limit, "key", NOW)

    purge.purge(now=NOW + timedelta(hours=1))

    assert throttle.take(limit, "key", NOW + timedelta(hours=1))


def test_a_device_is_known_for_a_year_after_its_last_login(anna):
    KnownDevice.objects.create(user=anna, device_hmac="d", created_at=NOW - 900 * DAY, last_login_at=NOW)

    assert not swept(KnownDevice.objects.all(), at=NOW + 365 * DAY)
    assert swept(KnownDevice.objects.all(), at=NOW + 365 * DAY + LATER)


def test_sessions_go_when_they_are_over(anna):
    Session.objects.create(session_key="k", session_data="", expire_date=NOW)
    ResidentSession.objects.create(user=anna, device="Firefox", began_at=NOW, seen_at=NOW)

    assert swept(Session.objects.all(), at=NOW + LATER)
    assert not swept(ResidentSession.objects.all(), at=NOW + settings.SESSION_LIFE)
    assert swept(ResidentSession.objects.all(), at=NOW + settings.SESSION_LIFE + LATER)


def test_forms_that_nobody_finished_go_a_day_after_their_end():
    PendingRegistration.objects.create(phone=ANNAS_PHONE, ip="127.0.0.1", created_at=NOW, expires_at=NOW)
    PasswordReset.objects.create(phone=ANNAS_PHONE, created_at=NOW, expires_at=NOW)

    assert not swept(PendingRegistration.objects.all(), at=NOW + DAY)
    assert swept(PendingRegistration.objects.all(), at=NOW + DAY + LATER)
    assert not PasswordReset.objects.exists()


def test_pictures_and_bounces_go_and_what_staff_forbade_stays():
    CaptchaStore.objects.create(challenge="a", response="a", hashkey="k", expiration=NOW)
    BlacklistedAddress.objects.create(channel="SMS", address="+79160000001", reason="–", until=NOW)
    BlacklistedAddress.objects.create(channel="SMS", address="+79160000002", reason="–")

    purge.purge(now=NOW + 3650 * DAY)

    assert not CaptchaStore.objects.exists()
    assert BlacklistedAddress.objects.get().address == "+79160000002"


def test_papers_of_a_month_ago_go_and_younger_ones_stay():
    folder = settings.VAR_DIR / "papers"
    folder.mkdir(exist_ok=True)
    for name, age in (("old.pdf", 31), ("young.pdf", 29)):
        (folder / name).write_bytes(b"%PDF")
        os.utime(folder / name, times=((NOW - age * DAY).timestamp(),) * 2)

    assert purge.purge(now=NOW)["файлы PDF"] == 1
    assert [path.name for path in folder.iterdir()] == ["young.pdf"]


def test_money_journal_and_people_are_not_among_it(anna):
    tables = {rubbish.rows(NOW).model for rubbish in purge.RUBBISH}

    assert {model._meta.app_label for model in tables} == {
        "notifications", "accounts", "safeguards", "sessions", "captcha"
    }  # fmt: skip
    assert not tables & {JournalEntry, type(anna)}


def test_it_goes_in_batches_and_stops_when_told(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(purge, "BATCH", 2)
    for number in range(5):
        throttle.take(Limit("test", 1, DAY), str(number), NOW)

    at = NOW + 8 * DAY
    asked = iter([False, False, True])
    rows = Throttle.objects.filter(opened_at__lt=at)
    assert list(purge._batches(rows, lambda: next(asked))) == [2, 2]
    assert purge.purge(now=at)["счётчики лимитов"] == 1


def test_what_came_to_life_between_look_and_deletion_stays(monkeypatch):
    limit = Limit("test", 5, DAY)
    throttle.take(limit, "key", NOW)
    at = NOW + 8 * DAY
    rows = Throttle.objects.filter(opened_at__lt=at - purge.LIMITS_LIVE)
    listed = QuerySet.values_list

    def late(self: QuerySet[Any], *fields: Any, **options: Any) -> list[Any]:
        found = list(listed(self, *fields, **options)[: purge.BATCH])
        throttle.take(limit, "key", at)
        return found

    monkeypatch.setattr(QuerySet, "values_list", late)

    assert list(purge._batches(rows, lambda: False)) == [0]
    assert throttle.used(limit, "key", at) == 1


def test_the_command_says_what_went():
    out = StringIO()
    throttle.take(Limit("test", 1, DAY), "key", NOW - 3650 * DAY)

    call_command("purge", stdout=out)
    said = StringIO()
    call_command("purge", "--json", stdout=said)

    assert "Удалено – счётчики лимитов: 1\n" in out.getvalue()
    assert set(json.loads(said.getvalue()).values()) == {0}


def test_beat_calls_it_and_a_database_that_stumbles_costs_one_round(monkeypatch, caplog):
    def stumble(**_: Any) -> None:
        raise DatabaseError(f"row with {ANNAS_PHONE}")

    monkeypatch.setattr(purge, "purge", stumble)

    tasks.sweep_out()

    assert tasks.sweep_out.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert "DatabaseError" in caplog.text
    assert ANNAS_PHONE not in caplog.text
