"""Numbers and codes as they are compared: people and files mix Cyrillic and Latin letters that look the same."""

_LATIN = str.maketrans("АВЕКМНОРСТУХЁ", "ABEKMHOPCTYXE")


def folded(text: str) -> str:
    """Without spaces, in capitals, each Cyrillic letter that looks like a Latin one turned into it."""
    return "".join(text.split()).upper().translate(_LATIN)
