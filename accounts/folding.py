"""Words without what people write and say differently: case, ё and е, spaces."""

import unicodedata


def folded(text: str) -> str:
    """The text as it is compared and searched; SQLite folds no Cyrillic by itself."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    # Once more: a space that went may have stood between a letter and its accent.
    return unicodedata.normalize("NFKC", "".join(plain.split()))
