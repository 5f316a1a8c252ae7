"""What login_required promises to the views behind it."""

from django.http import HttpRequest

from accounts.models import User


class ResidentRequest(HttpRequest):
    """A request whose user is a resident."""

    user: User
