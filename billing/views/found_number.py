"""A number between the steps of adding it: signed in the address, for one resident, one provider and an hour."""

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.http import Http404

from billing.models import Provider
from billing.views.requests import ResidentRequest

LIFE = timedelta(hours=1)


@dataclass(frozen=True)
class FoundNumber:
    """A number that the provider knows, and whether the resident has proved that it is his."""

    number: str
    is_proven: bool = False


def sign(request: ResidentRequest, provider: Provider, found: FoundNumber) -> str:
    """The number as it travels in an address."""
    return signing.dumps([found.number, found.is_proven], salt=_salt(request, provider))


def read(request: ResidentRequest, provider: Provider, signed: str) -> FoundNumber | None:
    """The number, or None when it was signed too long ago; 404 when not by us for him."""
    try:
        number, is_proven = signing.loads(signed, salt=_salt(request, provider), max_age=LIFE)
    except signing.SignatureExpired:
        return None
    except signing.BadSignature:
        raise Http404 from None
    return FoundNumber(number, is_proven)


def _salt(request: ResidentRequest, provider: Provider) -> str:
    """A signed number opens nothing to another resident or at another provider."""
    return f"billing.found-number:{request.user.uuid}:{provider.code}"
