"""An e-mail as RFC 822 wants it."""

from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from notifications.models import Message


def letter(message: Message) -> EmailMessage:
    """The e-mail of this row; date and Message-ID are the row's own, so that a second delivery is seen as one."""
    host = urlsplit(settings.BASE_URL).hostname
    return EmailMessage(
        subject=message.subject,
        body=message.full_text(),
        to=[message.address],
        headers={"Message-ID": f"<{message.uuid}@{host}>", "Date": format_datetime(message.created_at)},
    )
