"""Members of the staff: added, given a new password or a new second factor by an administrator."""

import secrets
from datetime import datetime

from django.db import transaction

from accounts import active_sessions, staff_entry
from accounts.models import User

FIRST_PASSWORD_BYTES = 12


@transaction.atomic
def new_password(*, user: User, now: datetime) -> str:
    """Give a random password, to be told once; the sessions of the former one end."""
    password = secrets.token_urlsafe(FIRST_PASSWORD_BYTES)
    user.set_password(password)
    user.save(update_fields=["password"])
    active_sessions.end_all(user=user, now=now)
    return password


@transaction.atomic
def forget_second_factor(*, user: User, now: datetime) -> None:
    """A lost phone: the sessions end, and the next login sets up another authenticator."""
    staff_entry.forget_second_factor(user)
    active_sessions.end_all(user=user, now=now)
