"""Delivers what is due: `python -m tests.notifications.mortal DEATH careful|careless`.

It kills itself with -9 after the file of that number, before anything of it is recorded; 0 is no death. A careless one
names files by the time of sending, so a second delivery does not replace the first.
"""

import os
import signal
import sys
import time


def main() -> None:
    """Once."""
    import django

    django.setup()
    from django.utils import timezone

    from notifications import delivery
    from notifications.channels import folder, sms_file

    death, written = int(sys.argv[1]), 0
    send = sms_file.SmsFile.send

    def mortal(self, message):  # type: ignore[no-untyped-def]
        nonlocal written
        receipt = send(self, message)
        written += 1
        if written == death:
            os.kill(os.getpid(), signal.SIGKILL)
        return receipt

    sms_file.SmsFile.send = mortal  # type: ignore[method-assign]
    if sys.argv[2] == "careless":
        folder.moment = lambda at: str(time.time_ns())
    delivery.deliver_due(now=timezone.now())


if __name__ == "__main__":
    main()
