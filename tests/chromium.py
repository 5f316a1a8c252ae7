"""Which Chromium the journeys drive, and how it is started."""

import os
import shutil

# The shell draws the same pages without a browser window around them, at two thirds of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
PLAIN = ("--disable-dev-shm-usage", "--disable-gpu", "--disable-quic")


def find() -> str | None:
    """The program's path, or None where this machine has none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def arguments() -> list[str]:
    """Silent on the network; as root it has no sandbox."""
    return [*QUIET, *PLAIN, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
