"""People and what they tell of themselves, as rows."""

from accounts.models.answer_template import AnswerTemplate
from accounts.models.authenticator import Authenticator
from accounts.models.blocking import MAX_REASON_LENGTH, BlockAction, BlockEvent, BlockLink, BlockSource
from accounts.models.confirmation import Confirmation, ConfirmationQuerySet, Purpose
from accounts.models.device import KnownDevice, NumberRange, ResidentSession
from accounts.models.feedback import (
    MAX_ACCOUNT_LENGTH,
    MAX_FILE_NAME_LENGTH,
    MAX_OPERATION_LENGTH,
    Feedback,
    FeedbackFile,
    FeedbackStatus,
    FeedbackTopic,
)
from accounts.models.feedback import OPEN as OPEN_FEEDBACK
from accounts.models.page import Page, PageVersion
from accounts.models.phone_change import PhoneChange
from accounts.models.profile import Profile, ProfileAction, ProfileChange
from accounts.models.registration import Consent, ConsentKind, PasswordReset, PendingRegistration
from accounts.models.user import (
    DIGEST_LENGTH,
    MAX_CODE_WORD_LENGTH,
    MAX_NAME_LENGTH,
    MAX_PHONE_LENGTH,
    User,
    UserManager,
)

__all__ = [
    "DIGEST_LENGTH",
    "MAX_ACCOUNT_LENGTH",
    "MAX_CODE_WORD_LENGTH",
    "MAX_FILE_NAME_LENGTH",
    "MAX_NAME_LENGTH",
    "MAX_OPERATION_LENGTH",
    "MAX_PHONE_LENGTH",
    "MAX_REASON_LENGTH",
    "OPEN_FEEDBACK",
    "AnswerTemplate",
    "Authenticator",
    "BlockAction",
    "BlockEvent",
    "BlockLink",
    "BlockSource",
    "Confirmation",
    "ConfirmationQuerySet",
    "Consent",
    "ConsentKind",
    "Feedback",
    "FeedbackFile",
    "FeedbackStatus",
    "FeedbackTopic",
    "KnownDevice",
    "NumberRange",
    "Page",
    "PageVersion",
    "PasswordReset",
    "PendingRegistration",
    "PhoneChange",
    "Profile",
    "ProfileAction",
    "ProfileChange",
    "Purpose",
    "ResidentSession",
    "User",
    "UserManager",
]
