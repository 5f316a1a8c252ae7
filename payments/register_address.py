"""Where a provider's registers go by e-mail: one member of the staff says it, another agrees, as with a refund."""

from django.db.models import QuerySet

from accounts.models import User
from payments.models import RegisterDelivery


class SamePerson(Exception):
    """Who asked for an address may not approve it."""


class NotWaiting(Exception):
    """The address was approved, withdrawn or replaced before."""


def ask(*, delivery: RegisterDelivery, former: str, by: User) -> bool:
    """Let an address just typed wait for a second person, the caller saves; False when there is nothing to wait for.

    Without an address registers stay in our own folder: that needs nobody.
    """
    typed, delivery.address = delivery.address, former
    if typed == former:
        return False
    if not typed:
        delivery.address, delivery.next_address, delivery.asked_by = "", "", None
        return False
    delivery.next_address, delivery.asked_by = typed, by
    return True


def waiting() -> QuerySet[RegisterDelivery]:
    """Those whose new address nobody has approved yet."""
    return RegisterDelivery.objects.exclude(next_address="").select_related("provider", "asked_by").order_by("pk")


def approve(*, delivery: RegisterDelivery, address: str, by: User) -> None:
    """Send registers to this address from now on. Raises SamePerson, NotWaiting."""
    if delivery.asked_by_id == by.pk:
        raise SamePerson
    _decide(delivery, address, {"address": address})


def withdraw(*, delivery: RegisterDelivery, address: str) -> None:
    """Leave the former address. Raises NotWaiting."""
    _decide(delivery, address, {})


def _decide(delivery: RegisterDelivery, address: str, changes: dict[str, str]) -> None:
    """About the address that was read, asked for by whom it was: whoever replaces it meanwhile is not agreed with."""
    same = RegisterDelivery.objects.filter(pk=delivery.pk, next_address=address, asked_by=delivery.asked_by_id)
    if not address or not same.update(next_address="", asked_by=None, **changes):
        raise NotWaiting
    delivery.refresh_from_db()
