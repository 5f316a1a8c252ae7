"""A login costs little processor, at a strength that OWASP lists."""

from collections.abc import Iterator

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from accounts.hashers import OwaspArgon2
from bench.figures import Figure, best_of


def measure() -> Iterator[Figure]:
    """Our hasher beside the one that Django takes unless told otherwise."""
    usual, ours = (
        best_of(5, lambda hasher=hasher: hasher.encode("Smart2017", hasher.salt()))
        for hasher in (PBKDF2PasswordHasher(), OwaspArgon2())
    )
    yield Figure(
        "вход: процессор Django к нашему",
        usual.cpu / ours.cpu,
        at_least=8,
        detail=f"PBKDF2 {usual.cpu * 1000:.0f} мс, Argon2id {ours.cpu * 1000:.0f} мс",
    )
