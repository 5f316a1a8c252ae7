"""E-mail as .eml files in VAR_DIR/mail."""

from django.conf import settings

from notifications.channels import folder
from notifications.channels.base import Receipt
from notifications.channels.letter import letter
from notifications.models import Message


class EmailFile:
    """One RFC 822 file per e-mail, `<time>-<uuid>.eml`: an address may hold what a file name may not."""

    threads = 1
    is_paid = False

    def __init__(self, _url: str = "file:") -> None:
        self.folder = settings.VAR_DIR / "mail"

    def send(self, message: Message) -> Receipt:
        """Write the file; a second delivery replaces the first."""
        name = f"{folder.moment(message.created_at)}-{message.number}.eml"
        folder.write(self.folder, name, letter(message).message().as_bytes(), number=message.number)
        return Receipt()
