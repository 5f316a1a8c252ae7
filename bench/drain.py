"""One worker of the drain: `python -m bench.drain noop|slow THREADS SECONDS`; prints messages, start and end."""

import gc
import sys
import time

import django


def main() -> None:
    """Deliver until nothing is due."""
    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from notifications import backlog, delivery
    from notifications.channels import choice
    from notifications.channels.base import Receipt
    from notifications.models import PATIENT, Message

    class Sender:
        """Takes everything, at once or after a while."""

        threads = int(sys.argv[2]) if sys.argv[1] == "slow" else 1
        is_paid = False
        seconds = float(sys.argv[3]) if sys.argv[1] == "slow" else 0.0

        def send(self, message: Message) -> Receipt:
            if self.seconds:
                time.sleep(self.seconds)
            return Receipt()

    # At night too.
    settings.QUIET_HOURS = ()
    # As the workers do.
    gc.freeze()
    sender = Sender()
    choice.carrier = lambda channel: sender
    sent, began = 0, time.monotonic()
    while backlog.count():
        sent += delivery.deliver_due(now=timezone.now(), categories=PATIENT, limit=10_000_000)
    print(sent, began, time.monotonic())


if __name__ == "__main__":
    main()
