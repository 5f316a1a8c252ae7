"""What a channel promises."""

from typing import Protocol

from notifications.models import Message


class NotDelivered(Exception):
    """The message did not leave; the text says why without address or content, for it goes to the log."""


class Carrier(Protocol):
    """Carries one message to the outside world, or raises NotDelivered."""

    def send(self, message: Message) -> None:
        """Hand the message over; the same message again must do no harm."""
