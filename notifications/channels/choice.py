"""Picks the carrier that SMS_URL or EMAIL_URL names."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notifications.channels.base import Carrier, NotDelivered, Receipt
from notifications.channels.email_file import EmailFile
from notifications.channels.email_smtp import EmailSmtp
from notifications.channels.sms_file import SmsFile
from notifications.models import Channel, Message

CARRIERS: dict[tuple[Channel, str], Callable[[str], Carrier]] = {
    (Channel.SMS, "file"): lambda _url: SmsFile(),
    (Channel.EMAIL, "file"): lambda _url: EmailFile(),
    (Channel.EMAIL, "smtp"): EmailSmtp,
    (Channel.EMAIL, "smtps"): EmailSmtp,
}


def carrier(channel: Channel) -> Carrier:
    """The carrier of the channel as configured; ImproperlyConfigured for a URL that no carrier knows."""
    name, url = ("SMS_URL", settings.SMS_URL) if channel is Channel.SMS else ("EMAIL_URL", settings.EMAIL_URL)
    scheme = urlsplit(url).scheme
    if (channel, scheme) not in CARRIERS:
        known = ", ".join(f"{scheme}:" for of, scheme in CARRIERS if of is channel)
        raise ImproperlyConfigured(f"{name}: no such way to send; known: {known}")
    return CARRIERS[channel, scheme](url)


def threads(channel: Channel) -> int:
    """How many messages of the channel may be on their way at once."""
    return carrier(channel).threads


def send(message: Message) -> Receipt:
    """Send by the configured carrier; whatever goes wrong there is NotDelivered, so that the queue goes on."""
    way_out = carrier(Channel(message.channel))
    try:
        return way_out.send(message)
    except NotDelivered:
        raise
    except Exception as error:  # noqa: BLE001 — one message nobody can send must not stop all the others
        raise NotDelivered(type(error).__name__) from None
