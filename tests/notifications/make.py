"""Messages for the tests: one call, one row; and a carrier that remembers what it was given."""

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import count
from typing import Any

from notifications import bundles, outbox, texts
from notifications.channels.base import NotDelivered, Receipt
from notifications.messages import ACTIVATION_CODE, MessageKind
from notifications.models import Category, Channel, Message
from tests.clock import NOW

PHONE = "+79161234567"
LETTER = MessageKind("letter", Channel.EMAIL, is_secret=False)
# What the e-mails of later issues will look like: none is sent yet, the channels are ready.
LETTER_TEMPLATES = {
    "messages/letter.subject.txt": "Квитанция «{{ payee }}»\n",
    "messages/letter.txt": "Здравствуйте!\n\nОплачено: {{ amount }}.\n",
}
_numbers = count(1)


def queue(kind: MessageKind = ACTIVATION_CODE, *, code: str = "4821", now: datetime = NOW, **fields: Any) -> Message:
    """A queued message; without a key it gets one of its own."""
    fields = {"address": PHONE, "context": {"code": code}, "key": f"test:{next(_numbers)}", **fields}
    return outbox.put(kind, now=now, **fields)


def tie_news(numbers: Iterable[int], *, a_shelf: int = 5, due_at: datetime = NOW) -> None:
    """News in bundles of so many, as a fill leaves them; each to a phone of its own."""
    newest = bundles.last()
    Message.objects.bulk_create(
        Message(
            key=f"news:{number}", kind="news", channel=Channel.SMS, category=Category.BILLS, text=f"Код {number:04}",
            address=f"+7901{number:07}", created_at=due_at, due_at=due_at, shelf=number // a_shelf,
        )
        for number in numbers
    )  # fmt: skip
    bundles.tie(after=newest)


class Carrier:
    """Takes the place of a channel: remembers, and fails or waits when told to."""

    threads = 1
    is_paid = False

    def __init__(self, *, fails: int = 0, before: Callable[[Message], None] = lambda message: None) -> None:
        self.fails = fails
        self.before = before
        self.texts: list[str] = []

    def send(self, message: Message) -> Receipt:
        """Remember the text, unless it is this try's turn to fail."""
        self.before(message)
        if self.fails:
            self.fails -= 1
            raise NotDelivered("no line")
        self.texts.append(texts.of(message).text)
        return Receipt()
