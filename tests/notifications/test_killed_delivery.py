"""Workers that die anywhere, providers that fail in every way: nothing is lost, doubled, or sent late."""

import os
import random
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from notifications import claims, delivery
from notifications.channels import choice, sms_smsc
from notifications.channels.base import NotDelivered, Receipt
from notifications.channels.sms_file import SmsFile
from notifications.models import Message, State
from tests.clock import NOW
from tests.notifications.make import queue, tie_news

pytestmark = pytest.mark.django_db

# `make proofs` sends ten thousand.
MESSAGES = int(os.environ.get("PROOFS_MESSAGES", "150"))
LIFE = timedelta(minutes=10)


class Killed(BaseException):
    """kill -9, as the row sees it: whatever was under way is not written down."""


class MortalFile(SmsFile):
    """The file channel in a worker that may die before the file, or between the file and the record."""

    def __init__(self, luck: random.Random) -> None:
        super().__init__()
        self.luck = luck

    def send(self, message: Message) -> Receipt:
        chance = self.luck.random()
        if chance < 0.03:
            raise Killed
        if chance < 0.10:
            raise NotDelivered("disk")
        receipt = super().send(message)
        if chance < 0.13:
            raise Killed
        return receipt


class Provider:
    """SMSC as we speak to it: answers 500, loses answers before and after it took the SMS, and knows what it took."""

    def __init__(self, luck: random.Random) -> None:
        self.luck = luck
        self.taken: Counter[str] = Counter()

    def ask(self, path: str, data: dict[str, str]) -> Any:
        chance = self.luck.random()
        if chance < 0.1:
            raise NotDelivered("HTTP 500")
        if "status" in path:
            return {"status": 0} if data["id"] in self.taken else {"status": -3}
        if chance < 0.2:
            raise NotDelivered("ReadTimeout")
        self.taken[data["id"]] += 1
        if chance < 0.35:
            raise NotDelivered("ReadTimeout")
        return {"id": data["id"], "cnt": 1, "cost": "2.35"}


def fill(number: int) -> None:
    """Codes that expire and notices that do not; every third of all is news in a bundle."""
    tie_news(range(0, number, 3), a_shelf=15)
    for which in set(range(number)) - set(range(0, number, 3)):
        expires_at = NOW + LIFE if which % 2 else None
        queue(address=f"+7900{which:07}", code=f"{which:04}"[-4:], key=f"drill:{which}", expires_at=expires_at)


def drive(until: timedelta = timedelta(hours=12)) -> list[datetime]:
    """Workers come, die and come again until nothing waits; when each of them came."""
    moments, moment = [], NOW
    while Message.objects.waiting().exists() and moment < NOW + until:
        moments.append(moment)
        try:
            delivery.deliver_due(now=moment)
        except Killed:
            pass
        first = Message.objects.waiting().order_by("due_at").values_list("due_at", flat=True).first()
        moment = max(moment + timedelta(seconds=1), first or moment)
    return moments


@pytest.mark.parametrize("seed", range(2))
def test_each_message_is_one_file_however_often_workers_die(seed: int, monkeypatch: Any, tmp_path: Path) -> None:
    carrier = MortalFile(random.Random(seed))
    monkeypatch.setattr(choice, "carrier", lambda channel: carrier)
    # Nothing is recorded before a death: of a great batch nobody would ever get to the end.
    monkeypatch.setattr(delivery, "BATCH", claims.FEW)
    fill(MESSAGES)

    deaths = len(drive())

    sent = set(Message.objects.filter(state=State.SENT).values_list("address", flat=True))
    files = Counter(path.stem.rpartition("-")[2] for path in (tmp_path / "sms").glob("*.txt"))
    assert deaths > 3
    assert not Message.objects.waiting().exists()
    assert set(files.values()) == {1}
    assert sent <= set(files)
    assert Message.objects.filter(expires_at=None).exclude(state=State.SENT).count() <= MESSAGES * 0.01


def test_no_code_leaves_after_its_time(monkeypatch: Any) -> None:
    left: list[tuple[datetime | None, datetime]] = []
    luck = random.Random(7)
    now = [NOW]

    def send(by: Any, message: Message) -> Receipt:
        if luck.random() < 0.6:
            raise NotDelivered("no line")
        left.append((message.expires_at, now[0]))
        return Receipt()

    monkeypatch.setattr(choice, "send", send)
    fill(60)
    while Message.objects.waiting().exists():
        delivery.deliver_due(now=now[0])
        now[0] += timedelta(minutes=1)

    assert all(expires_at is None or at < expires_at for expires_at, at in left)
    assert Message.objects.filter(state=State.DROPPED, secret_text__isnull=False).count() == 0


@pytest.fixture
def provider(monkeypatch: Any, settings: Any) -> Provider:
    """Every request of the SMSC carrier goes to it."""
    it = Provider(random.Random(11))
    settings.SMS_URL = "smsc://me:secret@127.0.0.1:1/?rate=100000&threads=1"
    settings.SMS_DAY_BUDGET = 10_000_000
    choice._built.cache_clear()
    monkeypatch.setattr(sms_smsc.SmsSmsc, "ask", lambda self, path, data, is_urgent: it.ask(path, data))
    return it


def test_a_provider_gets_each_message_once_though_its_answers_are_lost(provider: Provider) -> None:
    fill(MESSAGES)

    drive(timedelta(days=1))

    states = Counter(Message.objects.values_list("state", flat=True))
    sent = {str(pk) for pk in Message.objects.filter(state=State.SENT).values_list("pk", flat=True)}
    assert set(provider.taken.values()) == {1}
    assert sent <= set(provider.taken)
    assert states[State.SENT] > MESSAGES * 0.9


def test_saboteur_that_never_asks_before_a_second_try_doubles(provider: Provider, monkeypatch: Any) -> None:
    monkeypatch.setattr(sms_smsc.SmsSmsc, "_is_known", lambda self, message: False)
    fill(MESSAGES)

    drive(timedelta(days=1))

    assert max(provider.taken.values()) > 1


def test_saboteur_without_a_lease_that_ends_the_killed_ones_messages_are_lost(monkeypatch: Any) -> None:
    usual = claims.LEASE
    monkeypatch.setattr(claims, "LEASE", timedelta(days=365))
    carrier = MortalFile(random.Random(0))
    monkeypatch.setattr(choice, "carrier", lambda channel: carrier)
    fill(60)

    # Six leases long, and no longer: every second of it is a sweep.
    drive(6 * usual)

    assert Message.objects.waiting().exists()
