"""Four processes that take turns at once: `python -m tests.safeguards.turns TURNS together|apart`; prints them all."""

import os
import sys
import time

PROCESSES, PAUSE, ANY = 4, 50_000, 10**12


def main() -> None:
    """Fork before anything is connected, and take them without waiting: only who gets which is of interest."""
    import django

    django.setup()
    for _ in range(PROCESSES):
        if not os.fork():
            os.write(1, "".join(f"{turn}\n" for turn in _turns(int(sys.argv[1]), sys.argv[2])).encode())
            os._exit(0)
    for _ in range(PROCESSES):
        assert os.wait()[1] == 0


def _turns(number: int, how: str) -> list[int]:
    from safeguards import pace

    name = "provider" if how == "together" else f"provider-{os.getpid()}"
    turns = []
    for _ in range(number):
        now = time.time_ns() // 1000
        wait = pace.turn(name, pause=PAUSE, ahead=ANY, now=now)
        assert wait is not None
        turns.append(now + wait)
    return turns


if __name__ == "__main__":
    main()
