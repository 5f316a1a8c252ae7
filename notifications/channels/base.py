"""What a channel promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from notifications.models import Message


class NotDelivered(Exception):
    """The message did not leave; the text says why without address or content, for it goes to the log."""


class Refused(NotDelivered):
    """It never will: there is no such phone or mailbox."""


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
