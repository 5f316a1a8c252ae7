"""Letters that come back later: what the report of a mail server (RFC 3464) says of one of ours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils.crypto import constant_time_compare

from accounts.models import User
from notifications import budget
from notifications.models import Channel, Message, State

# No such mailbox, no such host, a mailbox that is closed or has moved (RFC 3463); a full one or a refused text is not.
NO_SUCH_MAILBOX = re.compile(r"5\.(1\.[0-36]|1\.10|2\.1)")
OUR_NUMBER = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9]{1,18})@[^>]+>")


@dataclass(frozen=True)
class Bounce:
    """One letter of ours that did not arrive: its number and key, to whom, and the code why."""

    number: UUID
    key: int
    address: str
    status: str


def read(content: bytes) -> list[Bounce]:
    """What the report says has failed for good; nothing when it is no report, or not about a letter of ours."""
    report = message_from_bytes(content, policy=policy.default)
    if report.get_content_type() != "multipart/report":
        return []
    letter = next((match for part in report.walk() if (match := _number(part))), None)
    return list(_failed(report, *letter)) if letter else []


@transaction.atomic
def note(bounce: Bounce, *, now: datetime) -> bool:
    """Mark the letter and, where there is no such mailbox, the address: it gets no more, its owner must confirm it.

    Letters have numbers that cannot be guessed: a forged report hits nobody. The same report again changes nothing.
    """
    letter = Message.objects.filter(
        pk=bounce.key, address__iexact=bounce.address, channel=Channel.EMAIL, state=State.SENT
    ).first()
    if letter is None or not any(constant_time_compare(ours.hex, bounce.number.hex) for ours in letter.numbers()):
        return False
    reason = f"returned: {bounce.status}"
    if not Message.objects.filter(pk=letter.pk, state=State.SENT).update(state=State.UNDELIVERED, error=reason):
        return False
    if NO_SUCH_MAILBOX.fullmatch(bounce.status):
        budget.bounced(letter, reason=reason, now=now)
        User.objects.filter(email=letter.address).update(email_confirmed_at=None)
    return True


def _number(part: EmailMessage) -> tuple[UUID, int] | None:
    """And key of the returned letter: its headers stand in the last part, whole or alone."""
    if part.get_content_type() == "message/rfc822":
        headers = str(part.get_content().get("Message-ID", ""))
    elif part.get_content_type() == "text/rfc822-headers":
        # Whatever alphabet it claims: a stranger's report may name one that does not exist.
        headers = cast(bytes, part.get_payload(decode=True)).decode("ascii", errors="replace")
        headers = "".join(re.findall(r"(?im)^message-id:[ \t]*(?:\r?\n[ \t]+)?(.*)$", headers))
    else:
        return None
    match = OUR_NUMBER.search(headers)
    return (UUID(match[1]), int(match[2])) if match else None


def _failed(report: EmailMessage, number: UUID, key: int) -> Iterator[Bounce]:
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        # The first block is about the report, each of the others about one recipient.
        for block in cast(list[EmailMessage], part.get_payload()):
            _, _, address = str(block.get("Final-Recipient", "")).partition(";")
            if str(block.get("Action", "")).strip().lower() == "failed" and address.strip() and address.isprintable():
                status = re.match(r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}", str(block.get("Status", "")).strip())
                yield Bounce(number, key, address.strip(), status[0] if status else "5.0.0")
