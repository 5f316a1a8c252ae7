"""Requests that need more than a payment's number: what an order, a browser and an address look like to the bank."""

import ipaddress
from typing import Any
from zoneinfo import ZoneInfo

from payments.acquirer.base import Browser, Order, ThreeDS

MOSCOW = ZoneInfo("Europe/Moscow")
LONGEST_DESCRIPTION = 140
BROWSER_CHANNEL = "02"
# The payer starts the operation and the card is not kept.
PAYER_WITHOUT_KEEPING = "0"


def init(order: Order) -> dict[str, Any]:
    """Fields of Init: one stage, and a term in Moscow time so that an abandoned order dies by itself."""
    fields: dict[str, Any] = {
        "Amount": order.amount,
        "OrderId": order.order_id,
        "Description": order.description[:LONGEST_DESCRIPTION],
        "PayType": "O",
        "Language": "ru",
        "NotificationURL": order.notification_url,
        "SuccessURL": order.return_url,
        "FailURL": order.return_url,
        "RedirectDueDate": order.due_at.astimezone(MOSCOW).isoformat(timespec="seconds"),
        "DATA": {"OperationInitiatorType": PAYER_WITHOUT_KEEPING},
    }
    if order.customer_key:
        fields["CustomerKey"] = order.customer_key
    return fields


def browser(payer: Browser, three_ds: ThreeDS, return_url: str) -> dict[str, Any]:
    """Fields of FinishAuthorize that 3-D Secure 2 asks about the payer's browser.

    The 3DS Method is never run: N where the issuer has one, U where it has none. A value of DATA takes 100 characters,
    the return address too.
    """
    fields: dict[str, Any] = {
        "deviceChannel": BROWSER_CHANNEL,
        "DATA": {
            "threeDSCompInd": "N" if three_ds.method_url else "U",
            "language": payer.language,
            "timezone": str(payer.timezone),
            "screen_height": str(payer.screen_height),
            "screen_width": str(payer.screen_width),
            "colorDepth": str(payer.color_depth),
            "javaEnabled": str(payer.java_enabled).lower(),
            "cresCallbackUrl": return_url,
        },
    }
    address = full_address(payer.ip)
    if address:
        fields["IP"] = address
    return fields


def full_address(ip: str) -> str:
    """IPv4 as it is, IPv6 as eight groups of four digits, empty for what is no address (a request over a socket)."""
    try:
        address = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return address.exploded
