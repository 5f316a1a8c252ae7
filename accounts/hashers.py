"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class OwaspArgon2(Argon2PasswordHasher):
    """Argon2id at OWASP's first figures: Django's own take 100 MiB and ten times the processor for every login."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
