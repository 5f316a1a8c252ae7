"""The code word: kept encrypted, told to its owner alone; the staff of the contact centre can only compare."""

import hashlib
import unicodedata

from django.utils.crypto import constant_time_compare

from accounts.models import User


def folded(word: str) -> str:
    """The word without what people say differently on the phone: case, ё and е, spaces."""
    plain = unicodedata.normalize("NFKC", word).casefold().replace("ё", "е")
    # Once more: a space that went may have stood between a letter and its accent.
    return unicodedata.normalize("NFKC", "".join(plain.split()))


def is_right(*, resident: User, said: str) -> bool:
    """Whether this is the resident's word; the time it takes tells nothing about how near it is."""
    kept = folded(resident.code_word or "")
    is_same = constant_time_compare(_digest(kept), _digest(folded(said)))
    return is_same and kept != ""


def _digest(word: str) -> str:
    """Of one length for every word: comparing texts themselves would tell how long the kept one is."""
    return hashlib.sha256(word.encode()).hexdigest()
