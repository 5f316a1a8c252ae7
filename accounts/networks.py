"""Where a visitor comes from, as coarsely as it still helps him: his network, never his whole address."""

import ipaddress

from accounts.client_ip import UNKNOWN

GROUPS_OF_IPV6 = 3
HERE, NOT_KNOWN = "та же сеть, что у Вас сейчас", "неизвестно"


def of(ip: str) -> str:
    """«203.0.113.*» or «2001:db8:7:*»: a /24 or a /48; empty where the server sees no address."""
    address = ipaddress.ip_address(ip)
    if ip == UNKNOWN:
        return ""
    if address.version == 4:
        return f"{ip.rpartition('.')[0]}.*"
    groups = address.exploded.split(":")[:GROUPS_OF_IPV6]
    return ":".join([*(f"{int(group, 16):x}" for group in groups), "*"])


def in_words(network: str, *, here: str) -> str:
    """Beside the network of who is looking; no city: an address does not tell it, least of all a telephone's."""
    if not network:
        return NOT_KNOWN
    return HERE if network == here else f"другая сеть: {network}"
