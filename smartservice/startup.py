"""A last look before serving, for doors that Django's commands do not guard: the web server and the Celery worker."""

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

# The tag of those checks that speak of the configuration alone: cheap enough for every start of every process.
CONFIGURATION = "configuration"


class Unfit(ImproperlyConfigured):
    """The configuration breaks a rule of its stack; the text lists all that is wrong."""


def refuse_when_unfit() -> None:
    """Raise Unfit where `manage.py check` would report an error of the configuration."""
    serious = [message for message in run_checks(tags=[CONFIGURATION]) if message.is_serious()]
    if serious:
        raise Unfit("\n".join(str(message) for message in serious))
