"""An e-mail as RFC 822 wants it, with the way to stop its like as RFC 8058 wants it."""

from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from notifications import messages, subscriptions, texts
from notifications.models import Message


def letter(message: Message) -> EmailMessage:
    """The e-mail of this row; date and Message-ID are the row's own, so that a second delivery is seen as one.

    Its number comes back with a letter that did not arrive: the number nobody can guess, by the key the row is found.
    """
    host = urlsplit(settings.BASE_URL).hostname
    words, stop = texts.of(message), _stop_link(message)
    headers = {"Message-ID": f"<{message.number}.{message.pk}@{host}>", "Date": format_datetime(message.created_at)}
    if stop:
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    email = EmailMessage(
        subject=words.subject,
        body=f"{words.text}\n--\nБольше не присылать таких писем: {stop}\n" if stop else words.text,
        to=[message.address],
        headers=headers,
    )
    for file in message.files:
        email.attach(file.name, file.content, file.content_type)
    return email


def _stop_link(message: Message) -> str:
    kind = messages.BY_NAME.get(message.kind)
    if kind is None or kind.topic is None or message.resident_uuid is None:
        return ""
    return subscriptions.stop_link(message.resident_uuid, kind.topic)
