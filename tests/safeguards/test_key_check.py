"""The wrong field keys are seen by `check` and `/readyz`, before anybody needs what they close."""

import base64
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.core.management.commands import check
from django.db import OperationalError, connection

from accounts.models import Feedback, User
from safeguards import key_check
from tests.accounts.feedback_steps import sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_djangos_own(monkeypatch):
    """It would stumble over what the tests put into the templates."""
    monkeypatch.setattr(check.Command, "handle", lambda *_args, **_options: None)


def key(key_id: str) -> str:
    return f"{key_id}:{base64.b64encode(key_id.encode().ljust(32)).decode()}"


@pytest.fixture
def closed(anna, settings) -> User:
    """Her code word and feedback are sealed with k1."""
    settings.FIELD_KEYS = key("k1")
    anna.code_word = "Ромашка"
    anna.save()
    sent(anna)
    return anna


def test_right_keys_are_not_spoken_of(closed, client, settings):
    settings.FIELD_KEYS = f"{key('k2')},{key('k1')}"

    call_command("check")

    assert client.get("/readyz").json()["troubles"] == []


def test_wrong_keys_are_named_with_what_they_do_not_open(closed, client, settings):
    settings.FIELD_KEYS = key("k9")

    with pytest.raises(CommandError) as refusal:
        call_command("check")

    assert refusal.value.returncode == 1
    assert "FIELD_KEYS: этими ключами не прочесть accounts.User.code_word, accounts.Feedback.text" in str(refusal.value)
    assert client.get("/readyz").json()["troubles"] == ["field keys"]


def test_another_key_under_the_same_name_is_wrong_as_well(closed, settings):
    settings.FIELD_KEYS = key("k9").replace("k9:", "k1:")

    assert "accounts.User.code_word" in key_check.unreadable()


def test_an_old_key_that_was_taken_away_is_missed_behind_new_texts(closed, settings, monkeypatch):
    monkeypatch.setattr(key_check, "LOOKED_AT", 2)
    sent(closed)
    settings.FIELD_KEYS = key("k2")
    sent(closed)
    sent(closed)

    assert "accounts.Feedback.text" in key_check.unreadable()


def test_a_field_that_no_key_opens_is_named_while_the_portal_serves_the_rest(closed, client):
    sent(closed)
    for one in Feedback.objects.all():
        Feedback.objects.filter(pk=one.pk).update(uuid=uuid4())

    assert key_check.unreadable() == ["accounts.Feedback.text"]
    assert client.get("/readyz").json()["troubles"] == []


def test_one_text_that_was_moved_is_no_matter_of_keys(closed, client):
    Feedback.objects.filter(pk=sent(closed).pk).update(uuid=uuid4())

    assert key_check.unreadable() == []
    assert client.get("/readyz").status_code == 200


# Another text, no Base64, too short for its nonce, no text at all.
@pytest.mark.parametrize("token", ["k1:AAAA" + "A" * 60, "k1:AAA", "k1:AAAA", "k1:Ромашка", "k1:", ""])
def test_the_only_text_of_a_field_that_was_altered_is_no_matter_of_keys(closed, client, token):
    store(closed, token)

    assert key_check.unreadable() == []
    assert client.get("/readyz").status_code == 200


def test_the_only_text_there_is_tells_of_keys(closed, client):
    Feedback.objects.all().delete()
    store(closed, "k1:AAA")

    assert "accounts.User.code_word" in key_check.unreadable()
    assert client.get("/readyz").json()["troubles"] == ["field keys"]


def test_where_nothing_is_encrypted_no_key_is_wrong(client):
    assert key_check.unreadable() == []
    assert client.get("/readyz").status_code == 200


def store(user: User, token: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET code_word = %s WHERE id = %s", [token, user.pk])


def test_a_database_that_is_not_ready_keeps_nobody_from_checking_the_rest(capsys, monkeypatch):
    monkeypatch.setattr(key_check, "unreadable", fails)

    call_command("check")

    assert "Ключи полей не проверены" in capsys.readouterr().err


def fails() -> list[str]:
    raise OperationalError("no such table")
