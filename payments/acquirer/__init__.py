"""The bank that takes the cards: `current()` is the one of the settings; nobody outside asks which it is."""

from functools import cache

from django.conf import settings

from payments.acquirer.base import Acquirer
from payments.acquirer.tbank import TBank


def current() -> Acquirer:
    """The bank of the settings; one client with its connections is shared by all threads of the process."""
    return _bank(settings.ACQUIRER_URL, settings.ACQUIRER_TERMINAL, settings.ACQUIRER_PASSWORD)


def public_key() -> str:
    """The bank's public key for card data as text: PEM, or the bare Base64 in which the bank hands it out."""
    return settings.ACQUIRER_PUBLIC_KEY or settings.ACQUIRER_PUBLIC_KEY_FILE.read_text(encoding="ascii")


@cache
def _bank(url: str, terminal: str, password: str) -> TBank:
    return TBank(url=url, terminal=terminal, password=password)
