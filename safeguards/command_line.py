"""Values that commands are given, read with words of ours for what is wrong."""

import argparse
from datetime import date


def day(text: str) -> date:
    """A day as 2026-11-19."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"«{text}» – не дата вида 2026-11-19") from None
