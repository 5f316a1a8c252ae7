"""Rows of the outbox and of what residents agreed to receive."""

from notifications.models.message import WAITING, Category, Channel, Message, MessageQuerySet, State
from notifications.models.subscription import TOPIC_FIELDS, Subscription, Topic

__all__ = [
    "TOPIC_FIELDS",
    "WAITING",
    "Category",
    "Channel",
    "Message",
    "MessageQuerySet",
    "State",
    "Subscription",
    "Topic",
]
