"""Files whole and named as agreed, letters as RFC 822 wants them, SMTP as the URL says."""

import os
import re
import smtplib
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from notifications import delivery
from notifications.channels import choice, folder
from notifications.channels.base import NotDelivered
from notifications.channels.email_file import EmailFile
from notifications.channels.email_smtp import EmailSmtp
from notifications.channels.sms_file import SmsFile
from notifications.models import Channel, Message, State
from tests.clock import NOW
from tests.notifications.make import LETTER, queue

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 11, 20, 9, 0, 0, 42, tzinfo=UTC)


def letter(now: datetime = MOMENT) -> Message:
    context = {"payee": "Рога & копыта", "amount": "12 970,24 ₽"}
    return queue(LETTER, address="anna@example.com", context=context, now=now)


def read_mail(folder_of_mail: Path) -> EmailMessage:
    (file,) = folder_of_mail.iterdir()
    parsed = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_an_sms_is_a_file_named_by_time_and_phone_with_the_text_alone(tmp_path: Path) -> None:
    queue(code="4821", now=MOMENT)

    delivery.deliver_due(now=MOMENT)

    (file,) = (tmp_path / "sms").iterdir()
    assert file.name == "20261120T090000.000042Z-+79161234567.txt"
    assert file.read_text(encoding="utf-8").startswith("Код 4821 для регистрации")
    assert not file.read_text(encoding="utf-8").endswith("\n")


def test_names_sort_by_time_and_keep_messages_of_one_microsecond_apart(tmp_path: Path) -> None:
    for code in ("1111", "2222", "3333"):
        queue(code=code, now=MOMENT)

    delivery.deliver_due(now=MOMENT)

    files = sorted((tmp_path / "sms").iterdir())
    assert [file.read_text(encoding="utf-8")[4:8] for file in files] == ["1111", "2222", "3333"]


def test_a_second_delivery_replaces_the_first(tmp_path: Path) -> None:
    message = queue(now=MOMENT)

    SmsFile().send(message)
    SmsFile().send(message)

    assert len(list((tmp_path / "sms").iterdir())) == 1


def test_a_file_appears_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    rename = Path.replace

    def watched(self: Path, target: Path) -> Path:
        seen.append([file.name for file in target.parent.glob("*.txt")])
        assert self.stat().st_size > 0
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", watched)

    SmsFile().send(queue(now=MOMENT))

    assert seen == [[]]
    assert [file.suffix for file in (tmp_path / "sms").iterdir()] == [".txt"]


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/dev/full").exists(), reason="no way to fail a write here")
def test_a_folder_that_cannot_be_written_is_named_without_the_phone(
    tmp_path: Path, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "sms").write_text("a file where the folder should be")
    message = queue()

    assert delivery.deliver_due(now=NOW) == 0

    message.refresh_from_db()
    assert message.state == State.QUEUED
    assert message.error == "OSError: File exists"
    assert "9161234567" not in caplog.text


def test_the_time_in_names_is_utc_whatever_the_zone() -> None:
    moscow = datetime.fromisoformat("2026-11-20T12:00:00.000042+03:00")

    assert folder.moment(moscow) == folder.moment(MOMENT) == "20261120T090000.000042Z"


def test_an_email_is_an_eml_file_that_mail_programs_read(tmp_path: Path, letter_templates: None) -> None:
    letter()

    delivery.deliver_due(now=MOMENT)

    mail = read_mail(tmp_path / "mail")
    assert re.fullmatch(r"20261120T090000\.000042Z-[0-9a-f-]{36}\.eml", next((tmp_path / "mail").iterdir()).name)
    assert mail["To"] == "anna@example.com"
    assert mail["Subject"].strip() == "Квитанция «Рога & копыта»"
    assert "Смарт Сервис" in mail["From"]
    assert mail["Date"].datetime == MOMENT.replace(microsecond=0)
    assert mail.get_content() == "Здравствуйте!\n\nОплачено: 12 970,24 ₽.\n"


def test_an_email_delivered_twice_is_one_letter(tmp_path: Path, letter_templates: None) -> None:
    message = letter()

    EmailFile().send(message)
    first = read_mail(tmp_path / "mail").as_bytes()
    EmailFile().send(message)

    assert read_mail(tmp_path / "mail").as_bytes() == first
    assert str(message.uuid) in read_mail(tmp_path / "mail")["Message-ID"]


def test_a_line_break_in_an_address_cannot_add_headers(tmp_path: Path, letter_templates: None) -> None:
    message = letter()
    Message.objects.filter(pk=message.pk).update(address="anna@example.com\nBcc: eva@example.com")

    assert delivery.deliver_due(now=MOMENT) == 0

    message.refresh_from_db()
    assert message.error == "BadHeaderError"
    assert not (tmp_path / "mail").exists()


@pytest.mark.parametrize(
    "url, host, port, user, password, tls, ssl",
    [
        ("smtp://mail.example", "mail.example", 25, "", "", False, False),
        ("smtp://me:p%40ss@mail.example/?tls=1", "mail.example", 587, "me", "p@ss", True, False),
        ("smtp://me:secret@mail.example:2525/?tls=1", "mail.example", 2525, "me", "secret", True, False),
        ("smtps://me:secret@mail.example", "mail.example", 465, "me", "secret", False, True),
        ("smtp://mail.example/?tls=0", "mail.example", 25, "", "", False, False),
    ],
)
def test_smtp_is_spoken_as_the_url_says(
    url: str, host: str, port: int, user: str, password: str, tls: bool, ssl: bool
) -> None:
    backend = EmailSmtp(url).backend()

    assert (backend.host, backend.port, backend.username, backend.password) == (host, port, user, password)
    assert (backend.use_tls, backend.use_ssl, backend.fail_silently) == (tls, ssl, False)
    assert backend.timeout == 10


class Server:
    """Stands where the SMTP connection would be."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.letters: list[Any] = []

    def send_messages(self, letters: list[Any]) -> int:
        if self.error:
            raise self.error
        self.letters += letters
        return len(letters)


def test_smtp_sends_the_letter_to_the_resident(letter_templates: None) -> None:
    channel = EmailSmtp("smtp://mail.example")
    server = Server()
    channel.backend = lambda: server  # type: ignore[assignment,return-value]

    channel.send(letter())

    assert server.letters[0].to == ["anna@example.com"]
    assert "Оплачено" in server.letters[0].body


@pytest.mark.parametrize(
    "error, said",
    [
        (smtplib.SMTPDataError(451, b"<anna@example.com> try later"), "SMTP 451"),
        (smtplib.SMTPRecipientsRefused({"anna@example.com": (550, b"no such user")}), "SMTP 550"),
        (smtplib.SMTPRecipientsRefused({"anna@example.com": (450, b"grey")}), "SMTP 450"),
        (smtplib.SMTPServerDisconnected("gone"), "SMTPServerDisconnected"),
        (ConnectionRefusedError(111, "refused"), "ConnectionRefusedError"),
        (TimeoutError("slow"), "TimeoutError"),
    ],
)
def test_what_the_mail_server_says_is_kept_without_the_address(
    error: Exception, said: str, letter_templates: None
) -> None:
    channel = EmailSmtp("smtp://mail.example")
    channel.backend = lambda: Server(error)  # type: ignore[assignment,return-value]

    with pytest.raises(NotDelivered) as raised:
        channel.send(letter())

    assert str(raised.value) == said
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    "sms_url, email_url, kinds",
    [
        ("file:", "file:", (SmsFile, EmailFile)),
        ("file:", "smtp://localhost", (SmsFile, EmailSmtp)),
        ("file:", "smtps://localhost", (SmsFile, EmailSmtp)),
    ],
)
def test_the_settings_choose_the_channel(settings: Any, sms_url: str, email_url: str, kinds: tuple[type, type]) -> None:
    settings.SMS_URL, settings.EMAIL_URL = sms_url, email_url

    assert isinstance(choice.carrier(Channel.SMS), kinds[0])
    assert isinstance(choice.carrier(Channel.EMAIL), kinds[1])


@pytest.mark.parametrize(
    "url", ["pigeon://login:secret@loft", "", "smtp://localhost", "file: pigeon://login:secret@loft"]
)
def test_an_sms_url_that_nobody_knows_is_refused_without_its_password(settings: Any, url: str) -> None:
    settings.SMS_URL = url

    with pytest.raises(ImproperlyConfigured, match="SMS_URL") as raised:
        choice.carrier(Channel.SMS)

    assert "secret" not in str(raised.value)
    assert "file:" in str(raised.value)
