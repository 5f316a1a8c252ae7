"""The visitor's address, as far as it can be trusted."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

# A server behind a Unix socket sees no address at all.
UNKNOWN = "0.0.0.0"  # noqa: S104
IPV6_SUBSCRIBER = 64

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_ip(request: HttpRequest) -> str:
    """The nearest address that is not one of TRUSTED_PROXIES (addresses or networks); `0.0.0.0` when there is none."""
    seen = _address(request.META.get("REMOTE_ADDR", ""))
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    while seen is not None and _is_trusted(seen) and hops:
        seen = _address(hops.pop().strip()) or seen
    return str(seen) if seen is not None else UNKNOWN


def subscriber(ip: str) -> str:
    """Whom a cap per address counts: an IPv6 subscriber has a whole /64 to choose from."""
    address = ipaddress.ip_address(ip)
    if address.version == 4:
        return ip
    return str(ipaddress.ip_network((address, IPV6_SUBSCRIBER), strict=False))


def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return (getattr(address, "ipv4_mapped", None) or address) if address.version == 6 else address


def _is_trusted(address: Address) -> bool:
    return any(address in ipaddress.ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES)
