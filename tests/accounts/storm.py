"""One process of the storm: `python -m tests.accounts.storm PHONES ROUNDS ADDRESSES SEED`."""

import random
import sys
from datetime import timedelta
from uuid import uuid4

PHASES, APART = 13, timedelta(minutes=11)


def main() -> None:
    """Ask for codes as registrations and resends do; prints how many were promised."""
    import django

    django.setup()
    from accounts import confirmations
    from accounts.models import Purpose
    from tests.clock import NOW

    phones, rounds, addresses, seed = map(int, sys.argv[1:])
    luck = random.Random(seed)
    sent = 0
    for phase in range(PHASES):
        asked = [number for number in range(phones) for _ in range(rounds)]
        luck.shuffle(asked)
        for number in asked:
            try:
                confirmations.request(
                    purpose=Purpose.ACTIVATION,
                    subject=uuid4(),
                    digest="",
                    phone=f"+7900{number:07}",
                    resident=None,
                    ip=f"198.51.{luck.randrange(addresses) // 256}.{luck.randrange(addresses) % 256}",
                    context={},
                    now=NOW + phase * APART,
                )
            except confirmations.TooManyCodes:
                continue
            sent += 1
    print(sent)


if __name__ == "__main__":
    main()
