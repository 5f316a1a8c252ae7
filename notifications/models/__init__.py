"""Rows of the outbox and of what residents agreed to receive."""

from notifications.models.budget import BlacklistedAddress, BlacklistSource, Spending
from notifications.models.message import PATIENT, URGENT, WAITING, Category, Channel, Message, MessageQuerySet, State
from notifications.models.subscription import Subscription, TimeZone, Topic

__all__ = [
    "PATIENT",
    "URGENT",
    "WAITING",
    "BlacklistSource",
    "BlacklistedAddress",
    "Category",
    "Channel",
    "Message",
    "MessageQuerySet",
    "Spending",
    "State",
    "Subscription",
    "TimeZone",
    "Topic",
]
