"""Every e-mail that nobody asked for carries the link that stops its kind with one click (RFC 8058)."""

from uuid import uuid4

import pytest

from notifications import messages
from notifications.channels import letter as letters
from notifications.messages import MessageKind
from notifications.models import Category, Channel, Message
from tests.clock import NOW

LETTERS = [kind for kind in messages.ALL if kind.channel is Channel.EMAIL]
# Answers to what the resident himself has just done, and what a contract with a provider of services asks for.
ASKED_FOR = {
    messages.RECEIPT,
    messages.FEEDBACK_ANSWER,
    messages.SUBSCRIPTIONS_CHANGED_LETTER,
    messages.PAYMENT_REGISTER,
}


def headers(kind: MessageKind) -> dict[str, str]:
    message = Message(
        kind=kind.name, channel=Channel.EMAIL, address="a@example.com", subject="С", text="Т", created_at=NOW,
        resident_uuid=uuid4(),
    )  # fmt: skip
    return dict(letters.letter(message).message())


@pytest.mark.parametrize("kind", LETTERS, ids=lambda kind: kind.name)
def test_a_letter_can_be_stopped_unless_it_guards_the_cabinet_or_was_asked_for(kind):
    is_needed = kind.category == Category.SECURITY or kind in ASKED_FOR

    said = headers(kind)

    assert ("List-Unsubscribe" in said) is (not is_needed)
    assert said.get("List-Unsubscribe-Post", "") == ("" if is_needed else "List-Unsubscribe=One-Click")


def test_each_topic_by_email_has_a_letter():
    topics = {kind.topic for kind in LETTERS if kind.topic}

    assert {topic.value for topic in topics} == {"bills_by_email", "letters_by_email", "payments_by_email"}
