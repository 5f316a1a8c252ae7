"""What a channel promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from notifications.models import Message


class NotDelivered(Exception):
    """The message did not leave; the text says why without address or content, for it goes to the log."""


class Refused(NotDelivered):
    """It never will: there is no such phone or mailbox."""


class NotNow(NotDelivered):
    """Nobody has tried: the provider's pace left no turn."""


@dataclass(frozen=True)
class Receipt:
    """What a carrier says of a message that it took: who took it, under what number, for how many kopecks."""

    carrier: str = ""
    number: str = ""
    cost: int | None = None


@dataclass(frozen=True)
class Report:
    """What became of a message at its operator; `has_arrived` is None while nobody knows."""

    has_arrived: bool | None
    cost: int | None = None


@dataclass(frozen=True)
class Answer:
    """What somebody wrote back: the provider's number of it, from which phone, the words."""

    number: int
    phone: str
    text: str


class Carrier(Protocol):
    """Carries one message to the outside world, or raises NotDelivered."""

    # How many messages it may be given at once: more than one where sending is waiting.
    threads: int
    # Whether somebody asks money for each.
    is_paid: bool

    def send(self, message: Message) -> Receipt:
        """Hand the message over; the same message again must do no harm. It may be called in any thread."""


@runtime_checkable
class Reporting(Protocol):
    """A carrier that can be asked what became of what it took."""

    name: str

    def reports(self, messages: Sequence[Message]) -> dict[int, Report]:
        """What is known of messages that this carrier took, by their row; raises NotDelivered when it is silent."""


@runtime_checkable
class Answering(Protocol):
    """A carrier whose SMS can be answered, if its address says that answers come back."""

    name: str
    takes_answers: bool

    def answers(self, after: int | None) -> list[Answer]:
        """What came after that number, or of late where it is None; raises NotDelivered when it is silent."""
