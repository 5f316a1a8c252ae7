"""The phone page: SMS of the file channel, newest first; nowhere else, and never in production."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notifications import delivery
from smartservice.sandbox import phone
from tests.clock import NOW
from tests.notifications.make import queue

PAGE = "/sandbox/phone/"


def words(html: str) -> str:
    return html.replace("\u00a0", " ")


@pytest.mark.django_db
def test_it_shows_the_newest_sms_first(client: Client) -> None:
    queue(code="1111")
    queue(code="2222", now=NOW + timedelta(seconds=5), address="+79031112233")
    delivery.deliver_due(now=NOW + timedelta(seconds=5))

    response = client.get(PAGE)

    page = words(response.content.decode())
    assert response.status_code == 200
    assert page.index("Код 2222") < page.index("Код 1111")
    assert "+79161234567" in page
    assert "20.11.2026 12:00:05" in page
    assert response.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


@pytest.mark.django_db
def test_it_says_so_when_there_is_none(client: Client) -> None:
    response = client.get(PAGE)

    assert "SMS пока нет" in response.content.decode()


@pytest.mark.django_db
def test_it_refreshes_itself_without_a_script(client: Client) -> None:
    assert '<meta http-equiv="refresh"' in client.get(PAGE).content.decode()


@pytest.mark.django_db
def test_what_an_sms_says_cannot_become_a_tag(client: Client, tmp_path: Path) -> None:
    write(tmp_path, "20261120T090000.000000Z-+79161234567.txt", "<b>Код</b>")

    assert "&lt;b&gt;Код&lt;/b&gt;" in client.get(PAGE).content.decode()


@pytest.mark.django_db
def test_it_only_reads(client: Client) -> None:
    assert client.post(PAGE).status_code == 405


def test_it_leaves_out_half_written_and_foreign_files(tmp_path: Path) -> None:
    write(tmp_path, ".20261120T090000.000000Z-+79161234567.txt.tmp", "half")
    write(tmp_path, "notes.txt", "foreign")
    write(tmp_path, "20261120T090000.000000Z-+79161234567.txt", "Код 1111")

    assert [sms.text for sms in phone.newest(tmp_path / "sms")] == ["Код 1111"]


def test_it_shows_no_more_than_a_screen_or_two(tmp_path: Path) -> None:
    for number in range(phone.SHOWN + 5):
        write(tmp_path, f"20261120T090000.{number:06}Z-+79161234567.txt", str(number))

    shown = phone.newest(tmp_path / "sms")

    assert len(shown) == phone.SHOWN
    assert shown[0].text == str(phone.SHOWN + 4)


@pytest.mark.parametrize(
    "environment, sms_url, pages",
    [
        ("embedded", "file:", 1),
        ("demo", "file:", 1),
        ("production", "file:", 0),
        ("embedded", "smsc://login:password@smsc.ru", 0),
    ],
)
def test_it_exists_only_beside_the_file_channel(settings: Any, environment: str, sms_url: str, pages: int) -> None:
    settings.ENVIRONMENT, settings.SMS_URL = environment, sms_url

    assert len(phone.urlpatterns()) == pages


def test_it_is_found_by_its_name() -> None:
    assert reverse("sandbox-phone") == PAGE


def write(folder: Path, name: str, text: str) -> None:
    (folder / "sms").mkdir(exist_ok=True)
    (folder / "sms" / name).write_text(text, encoding="utf-8")


@pytest.mark.django_db
def test_cleared_folders_are_filled_again(client: Client, settings: Any) -> None:
    """What the runbook says may go when the disk is full."""
    queue(code="1111")
    delivery.deliver_due(now=NOW)
    shutil.rmtree(Path(settings.VAR_DIR) / "sms")

    assert "SMS пока нет" in client.get(PAGE).content.decode()
    queue(code="2222", now=NOW + timedelta(seconds=5))
    delivery.deliver_due(now=NOW + timedelta(seconds=5))

    assert "Код 2222" in words(client.get(PAGE).content.decode())
