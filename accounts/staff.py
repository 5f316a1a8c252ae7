"""Members of the staff: added, given a new password or a new second factor by an administrator."""

import secrets
from datetime import datetime

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import active_sessions, staff_entry
from accounts.models import User

FIRST_PASSWORD_BYTES = 12


def who_has(phone: str, *, but: User | None = None) -> str:
    """In words, who else comes in with this number; empty when nobody does."""
    known = User.objects.filter(phone=phone).first()
    if known is None or known == but:
        return ""
    if known.is_staff:
        return "Этот номер уже у другого сотрудника"
    return "По этому номеру входит житель: сотруднику нужен другой"


def keeping(groups: QuerySet[Group]) -> QuerySet[Group]:
    """Those of the roles that may manage the staff."""
    return groups.filter(permissions__codename="change_user", permissions__content_type__app_label="accounts")


def is_last_keeper(user: User) -> bool:
    """Whether he manages the staff, and nobody else who works does."""
    working = User.objects.filter(is_staff=True, is_active=True, blocked_at=None)
    keepers = working.filter(Q(is_superuser=True) | Q(groups__in=keeping(Group.objects.all())))
    return set(keepers.values_list("pk", flat=True)) == {user.pk}


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
