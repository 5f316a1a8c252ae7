"""Rows of the outbox and of what residents agreed to receive."""

from notifications.models.answer import SmsAnswer
from notifications.models.budget import BlacklistedAddress, BlacklistSource, Spending
from notifications.models.bundle import SHELF, Bundle
from notifications.models.draft import Draft, DraftState
from notifications.models.message import (
    PATIENT,
    UNFINISHED,
    URGENT,
    Category,
    Channel,
    Message,
    MessageQuerySet,
    State,
)
from notifications.models.subscription import Subscription, TimeZone, Topic

__all__ = [
    "PATIENT",
    "SHELF",
    "UNFINISHED",
    "URGENT",
    "BlacklistSource",
    "BlacklistedAddress",
    "Bundle",
    "Category",
    "Channel",
    "Draft",
    "DraftState",
    "Message",
    "MessageQuerySet",
    "SmsAnswer",
    "Spending",
    "State",
    "Subscription",
    "TimeZone",
    "Topic",
]
