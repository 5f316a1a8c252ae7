"""E-mail over SMTP: `smtp://user:password@host:port/?tls=1`, or smtps:// where TLS comes first."""

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.mail.backends.smtp import EmailBackend

from notifications.channels.base import NotDelivered, Receipt, Refused
from notifications.channels.letter import letter
from notifications.models import Message

TIMEOUT_SECONDS = 10
NO_SUCH_MAILBOX = frozenset({550, 551, 553})


class EmailSmtp:
    """One connection per message: the worker may pause for hours between two."""

    threads = 4
    is_paid = False

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)

    def backend(self) -> EmailBackend:
        """A connection that is to be opened."""
        parts = self.parts
        is_ssl = parts.scheme == "smtps"
        is_tls = not is_ssl and parse_qs(parts.query).get("tls") == ["1"]
        return EmailBackend(
            host=parts.hostname or "localhost",
            port=parts.port or (465 if is_ssl else 587 if is_tls else 25),
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            use_tls=is_tls,
            use_ssl=is_ssl,
            timeout=TIMEOUT_SECONDS,
        )

    def send(self, message: Message) -> Receipt:
        """Hand the letter to the server; its answer is kept as a number only, for its words repeat the address."""
        try:
            self.backend().send_messages([letter(message)])
        except SMTPRecipientsRefused as error:
            codes = {code for code, _words in error.recipients.values()}
            trouble = f"SMTP {', '.join(map(str, sorted(codes)))}"
            raise (Refused if codes <= NO_SUCH_MAILBOX else NotDelivered)(trouble) from None
        except SMTPResponseException as error:
            raise NotDelivered(f"SMTP {error.smtp_code}") from None
        except (SMTPException, OSError) as error:
            raise NotDelivered(type(error).__name__) from None
        return Receipt()
