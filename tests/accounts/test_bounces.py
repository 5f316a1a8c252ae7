"""Letters that came back: the address gets no more, its owner sees why and may confirm it again."""

import io
import mailbox
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts import bounces, email_links
from notifications import delivery, messages
from notifications.channels import choice
from notifications.models import BlacklistedAddress, Channel, Message, State
from tests.accounts.make import words
from tests.clock import NOW
from tests.notifications.make import Carrier, queue
from tests.plans import plans_of

pytestmark = pytest.mark.django_db
ADDRESS = "anna@example.com"
CHANGES = {"changes": "счета по SMS – нет"}
REPORT = """From: MAILER-DAEMON@mx.example.com
To: no-reply@smart-service.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
Arrival-Date: Fri, 20 Nov 2026 12:00:00 +0300

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 user unknown

--b
Content-Type: {kind}

From: no-reply@smart-service.example
To: {address}
Message-ID: <{number}@127.0.0.1>
Subject: letter
{body}
--b--
"""


def report(letter: object, **changes: str) -> bytes:
    said = {"address": ADDRESS, "action": "failed", "status": "5.1.1", "kind": "text/rfc822-headers", "body": ""}
    number = f"{letter.number}.{letter.pk}" if isinstance(letter, Message) else letter
    return REPORT.format(number=number, **{**said, **changes}).replace("\n", "\r\n").encode()


def noted(content: bytes) -> int:
    return sum(bounces.note(bounce, now=NOW) for bounce in bounces.read(content))


@pytest.fixture
def letter(anna):
    """A letter that left for Anna's confirmed address."""
    anna.email, anna.email_confirmed_at = ADDRESS, NOW
    anna.save()
    message = queue(messages.SUBSCRIPTIONS_CHANGED_LETTER, address=ADDRESS, context=CHANGES, resident_uuid=anna.uuid)
    Message.objects.filter(pk=message.pk).update(state=State.SENT, sent_at=NOW)
    message.refresh_from_db()
    return message


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> Carrier:
    """All messages go here."""
    carrier = Carrier()
    monkeypatch.setattr(choice, "carrier", lambda channel: carrier)
    return carrier


@pytest.mark.parametrize(("kind", "body"), [("text/rfc822-headers", ""), ("message/rfc822", "\nSECRET\n")])
def test_the_letter_is_undelivered_and_the_address_must_be_confirmed_again(anna, letter, kind, body):
    assert noted(report(letter, kind=kind, body=body)) == 1

    letter.refresh_from_db()
    anna.refresh_from_db()
    assert (letter.state, letter.error) == (State.UNDELIVERED, "returned: 5.1.1")
    assert anna.email_confirmed_at is None
    assert BlacklistedAddress.objects.get().until == NOW + timedelta(days=30)


def test_nothing_more_goes_there_and_the_neighbours_letter_goes(anna, boris, letter, carrier: Carrier):
    noted(report(letter))
    queue(messages.SUBSCRIPTIONS_CHANGED_LETTER, address=ADDRESS, context=CHANGES)
    queue(messages.SUBSCRIPTIONS_CHANGED_LETTER, address="boris@example.com", context=CHANGES)

    assert delivery.deliver_due(now=NOW) == 1
    assert Message.objects.get(state=State.FAILED).error == "blacklisted"


def test_the_resident_sees_it_and_one_link_goes_when_he_asks(anna, anna_client, letter):
    noted(report(letter))
    page = words(anna_client.get(reverse("accounts:email")))

    anna_client.post(reverse("accounts:email"))

    assert f"Письма на {ADDRESS} возвращаются" in page
    assert Message.objects.get(kind="email_link").state == State.QUEUED
    assert not BlacklistedAddress.objects.exists()
    assert "возвращаются" not in words(anna_client.get(reverse("accounts:email")))


def test_who_is_told_at_once_that_there_is_no_such_mailbox_may_confirm_it_as_well(anna, anna_client, letter):
    BlacklistedAddress.objects.create(
        channel=Channel.EMAIL, address=ADDRESS, source="BOUNCE", reason="SMTP 550", until=NOW + timedelta(days=3650)
    )
    assert "возвращаются" in words(anna_client.get(reverse("accounts:email")))

    anna.refresh_from_db()
    email_links.send(resident=anna, now=NOW)

    anna.refresh_from_db()
    assert anna.email_confirmed_at is None
    assert Message.objects.filter(kind="email_link", address=ADDRESS).exists()


def test_what_staff_forbade_is_not_forgotten(anna, letter):
    BlacklistedAddress.objects.create(channel=Channel.EMAIL, address=ADDRESS, reason="просил не писать")
    noted(report(letter))

    anna.refresh_from_db()
    email_links.send(resident=anna, now=NOW)

    assert BlacklistedAddress.objects.get().source == "STAFF"


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "5.0.0", "nonsense"])
def test_a_full_mailbox_or_a_refused_text_is_no_dead_address(anna, letter, status):
    assert noted(report(letter, status=status)) == 1

    anna.refresh_from_db()
    assert anna.email_confirmed_at == NOW
    assert not BlacklistedAddress.objects.exists()


@pytest.mark.parametrize("changes", [{"action": "delayed"}, {"action": "delivered"}, {"address": "boris@example.com"}])
def test_what_is_late_or_about_somebody_else_changes_nothing(anna, letter, changes):
    assert noted(report(letter, **changes)) == 0
    assert not BlacklistedAddress.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"Subject: hi\r\n\r\nHello", report("not-a-number")])
def test_what_is_no_report_is_read_past(letter, content):
    assert bounces.read(content) == []


def test_a_forged_report_hits_nobody(anna, letter):
    assert noted(report(f"{uuid4()}.{letter.pk}")) == 0

    anna.refresh_from_db()
    assert anna.email_confirmed_at == NOW


def test_saboteur_that_believes_any_number_cuts_a_resident_off(anna, letter, monkeypatch):
    monkeypatch.setattr(bounces, "constant_time_compare", lambda ours, theirs: True)

    assert noted(report(f"{uuid4()}.{letter.pk}")) == 1


def test_news_that_came_back_are_known_by_a_number_that_is_kept_nowhere(anna, letter):
    Message.objects.update(uuid=None)
    letter.refresh_from_db()
    other = queue(messages.SUBSCRIPTIONS_CHANGED_LETTER, address=ADDRESS, context=CHANGES)
    Message.objects.update(uuid=None, state=State.SENT)
    other.refresh_from_db()

    assert noted(report(f"{other.number}.{letter.pk}")) == 0
    assert noted(report(letter)) == 1


def test_news_that_left_before_the_secret_key_was_changed_are_known_as_well(anna, letter, settings):
    Message.objects.update(uuid=None)
    letter.refresh_from_db()
    returned = report(letter)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]

    assert noted(returned) == 1


def test_the_same_report_again_does_not_undo_a_new_confirmation(anna, letter):
    noted(report(letter))
    type(anna).objects.filter(pk=anna.pk).update(email_confirmed_at=NOW)

    assert noted(report(letter)) == 0

    anna.refresh_from_db()
    assert anna.email_confirmed_at == NOW


@pytest.mark.parametrize("kind", ["text/rfc822-headers; charset=nonsense", "message/rfc822; charset=nonsense"])
def test_an_alphabet_that_does_not_exist_changes_nothing_about_a_true_report(anna, letter, kind):
    assert noted(report(letter, kind=kind)) == 1


def test_an_address_with_a_control_character_is_nobodys(anna, letter):
    assert bounces.read(report(letter, address="anna\x00@example.com")) == []


def test_a_letter_and_its_owner_are_found_without_walking_through_all_of_them(anna, letter):
    bounce = bounces.read(report(letter))[0]

    with plans_of("notifications_message") as letters, plans_of("accounts_user") as people:
        bounces.note(bounce, now=NOW)

    assert len(letters) == 2
    assert all("PRIMARY KEY" in plan or "notifications_message_pkey" in plan for plan in letters)
    assert len(people) == 1
    assert "user_email" in people[0]


# --- the command ----------------------------------------------------------------------------------------------------
def test_the_command_reads_what_is_new_in_a_maildir_once(anna, letter, tmp_path: Path):
    box = mailbox.Maildir(tmp_path / "box")
    box.add(report(letter))
    box.add(b"Subject: hi\r\n\r\nHello")

    first, second = StringIO(), StringIO()
    call_command("read_bounces", str(tmp_path / "box"), stdout=first)
    call_command("read_bounces", str(tmp_path / "box"), stdout=second)

    assert first.getvalue() == "Прочитано писем: 2, вернулось наших: 1\n"
    assert second.getvalue() == "Прочитано писем: 0, вернулось наших: 0\n"
    assert len(box) == 2


def test_a_letter_that_cannot_be_read_does_not_keep_the_others(anna, letter, tmp_path: Path, monkeypatch: Any):
    box = mailbox.Maildir(tmp_path / "box")
    box.add(b"Subject: broken\r\n\r\n")
    box.add(report(letter))
    real = bounces.read

    def read(content: bytes) -> Any:
        if b"broken" in content:
            raise LookupError
        return real(content)

    monkeypatch.setattr(bounces, "read", read)
    out = StringIO()
    call_command("read_bounces", str(tmp_path / "box"), stdout=out)

    assert out.getvalue() == "Прочитано писем: 2, вернулось наших: 1\n"


def test_the_command_reads_one_letter_from_a_pipe(anna, letter, monkeypatch: Any):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(report(letter))))
    out = StringIO()

    call_command("read_bounces", "-", stdout=out)

    assert "вернулось наших: 1" in out.getvalue()
    assert ADDRESS not in out.getvalue()


def test_the_command_refuses_what_is_no_maildir(tmp_path: Path):
    with pytest.raises(CommandError, match="не папка Maildir"):
        call_command("read_bounces", str(tmp_path))
