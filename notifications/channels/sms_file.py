"""SMS as text files in VAR_DIR/sms: for a first look, tests and the phone page."""

from django.conf import settings

from notifications import texts
from notifications.channels import folder
from notifications.channels.base import Receipt
from notifications.models import Message


class SmsFile:
    """One file per SMS, `<time>-<phone>.txt`, with the text alone."""

    threads = 1
    is_paid = False

    def __init__(self, _url: str = "file:") -> None:
        self.folder = settings.VAR_DIR / "sms"

    def send(self, message: Message) -> Receipt:
        """Write the file; a second delivery replaces the first."""
        name = f"{folder.moment(message.created_at)}-{message.address}.txt"
        folder.write(self.folder, name, texts.of(message).text.encode(), number=message.number)
        return Receipt()
