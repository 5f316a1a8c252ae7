"""What login_required promises to the views behind it, and how long to wait in words."""

from datetime import timedelta
from math import ceil

from django.http import HttpRequest

from accounts.models import User


class ResidentRequest(HttpRequest):
    """A request whose user is a resident."""

    user: User


def waiting_time(wait: timedelta) -> str:
    """«35 мин.» or «5 ч.»."""
    minutes = ceil(wait / timedelta(minutes=1))
    return f"{minutes} мин." if minutes <= 60 else f"{ceil(minutes / 60)} ч."
