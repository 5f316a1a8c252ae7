"""Several providers of one channel: what the first does not take, the next one gets."""

import logging
import time
from collections.abc import Sequence

from notifications.channels.base import Carrier, NotDelivered, NotNow, Receipt, Refused
from notifications.models import Message

logger = logging.getLogger(__name__)

# Seconds: a provider that did not answer is left alone for so long, unless there is nobody else.
REST = 30


class Relay:
    """Tries them in the order of the settings; those that have just failed come last."""

    def __init__(self, carriers: Sequence[Carrier]) -> None:
        self.carriers = carriers
        self.threads = max(carrier.threads for carrier in carriers)
        self.is_paid = any(carrier.is_paid for carrier in carriers)
        self.failed_at = dict.fromkeys(range(len(carriers)), float("-inf"))

    def send(self, message: Message) -> Receipt:
        """The receipt of whoever takes it; a phone that does not exist is not offered to others."""
        troubles = []
        for which in self._order():
            try:
                return self.carriers[which].send(message)
            except (Refused, NotNow):
                raise
            except NotDelivered as error:
                logger.warning("message %s: %s, the next provider is tried", message.pk, error)
                self.failed_at[which] = time.monotonic()
                troubles.append(str(error))
        raise NotDelivered("; ".join(troubles))

    def _order(self) -> list[int]:
        tired = time.monotonic() - REST
        return sorted(self.failed_at, key=lambda which: (self.failed_at[which] > tired, which))
