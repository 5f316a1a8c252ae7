"""The code on a receipt or a statement, by which anybody can be shown that we made it: `K482-M019-T733-X208`.

Letters that stand on Russian and Latin keyboards alike, and never more than three digits together: a code is read out
over the phone, typed on any keyboard, and is mistaken neither for a card number nor for a one-time password.
"""

import re
import secrets

LETTERS = "BCHKMPTX"
GROUPS = 4
_CYRILLIC = str.maketrans("ВСНКМРТХ", LETTERS)
_BETWEEN = re.compile(r"[\s\u00a0–—-]+")
_CODE = re.compile(f"(?:[{LETTERS}][0-9]{{3}}){{{GROUPS}}}", re.ASCII)


def new() -> str:
    """A code of 52 random bits, as it is kept."""
    return "".join(f"{secrets.choice(LETTERS)}{secrets.randbelow(1000):03d}" for _ in range(GROUPS))


def words(code: str) -> str:
    """The kept code as people read it, in groups."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read(text: str) -> str | None:
    """A code as people type it, as it is kept; None when it cannot be one."""
    code = _BETWEEN.sub("", text).upper().translate(_CYRILLIC)
    return code if _CODE.fullmatch(code) else None
