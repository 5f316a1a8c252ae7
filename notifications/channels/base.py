"""What a channel promises."""

from dataclasses import dataclass
from typing import Protocol

from notifications.models import Message


class NotDelivered(Exception):
    """The message did not leave; the text says why without address or content, for it goes to the log."""


@dataclass(frozen=True)
class Receipt:
    """What a carrier says of a message that it took."""


class Carrier(Protocol):
    """Carries one message to the outside world, or raises NotDelivered."""

    # How many messages it may be given at once: more than one where sending is waiting.
    threads: int

    def send(self, message: Message) -> Receipt:
        """Hand the message over; the same message again must do no harm. It may be called in any thread."""
