"""Where a card is typed: in the portal's own form, or on the bank's page, where the portal sees none (`CARD_ENTRY`)."""

from django.conf import settings

OWN, HOSTED = "own", "hosted"


def is_hosted() -> bool:
    """Whether new payments and bindings lead to the bank's page; each remembers for itself how it began."""
    return bool(settings.CARD_ENTRY == HOSTED)
