"""Run in a stack's environment: delivers messages for ever and asks the bank nothing, so that a sweep stays ours."""

import time

import django
from django.utils import timezone


def main() -> None:
    """Quicker than the product's own worker: every payment of a drill waits for its code."""
    while True:
        delivery.deliver_due(now=timezone.now())
        time.sleep(0.05)


if __name__ == "__main__":
    django.setup()
    from notifications import delivery

    main()
