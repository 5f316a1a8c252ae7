"""The code word: kept encrypted, told to its owner alone; the staff of the contact centre can only compare."""

import hashlib

from django.utils.crypto import constant_time_compare

from accounts.folding import folded
from accounts.models import User


def is_right(*, resident: User, said: str) -> bool:
    """Whether this is the resident's word; the time it takes tells nothing about how near it is."""
    kept = folded(resident.code_word or "")
    is_same = constant_time_compare(_digest(kept), _digest(folded(said)))
    return is_same and kept != ""


def _digest(word: str) -> str:
    """Of one length for every word: comparing texts themselves would tell how long the kept one is."""
    return hashlib.sha256(word.encode()).hexdigest()
