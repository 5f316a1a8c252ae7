"""Requests that need more than a payment's number: what an order, a browser and an address look like to the bank."""

import ipaddress
from typing import Any
from zoneinfo import ZoneInfo

from payments.acquirer.base import Browser, Initiator, Order, ThreeDS

MOSCOW = ZoneInfo("Europe/Moscow")
LONGEST_DESCRIPTION = 140
BROWSER_CHANNEL = "02"
# What the card's own 3-D Secure asks for is done; without one the bank tries the card with no money.
CHECK_TYPE = "3DSHOLD"


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
        "DATA": {"OperationInitiatorType": order.initiator.value},
    }
    if order.customer_key:
        fields["CustomerKey"] = order.customer_key
    if order.initiator is Initiator.PAYER_KEEPS_CARD:
        fields["Recurrent"] = "Y"
    return fields


def binding(customer_key: str, ip: str) -> dict[str, Any]:
    """Fields of AddCard."""
    fields = {"CustomerKey": customer_key, "CheckType": CHECK_TYPE, "IP": full_address(ip)}
    return {name: value for name, value in fields.items() if value}


def browser(payer: Browser, three_ds: ThreeDS, return_url: str) -> dict[str, Any]:
    """Fields of FinishAuthorize that 3-D Secure 2 asks about the payer's browser.

    The 3DS Method is never run: N where the issuer has one, U where it has none. A value of DATA takes 100 characters,
    the return address too.
    """
    fields = {"deviceChannel": BROWSER_CHANNEL, "DATA": browser_data(payer, three_ds, return_url)}
    address = full_address(payer.ip)
    if address:
        fields["IP"] = address
    return fields


def browser_data(payer: Browser, three_ds: ThreeDS, return_url: str) -> dict[str, str]:
    """DATA of FinishAuthorize and AttachCard."""
    return {
        "threeDSCompInd": "N" if three_ds.method_url else "U",
        "language": payer.language,
        "timezone": str(payer.timezone),
        "screen_height": str(payer.screen_height),
        "screen_width": str(payer.screen_width),
        "colorDepth": str(payer.color_depth),
        "javaEnabled": str(payer.java_enabled).lower(),
        "cresCallbackUrl": return_url,
    }


def full_address(ip: str) -> str:
    """IPv4 as it is, IPv6 as eight groups of four digits, empty for what is no address (a request over a socket)."""
    try:
        address = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return address.exploded
