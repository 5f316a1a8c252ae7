"""How the staff site calls this app."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """The app, with a name that people read."""

    name = "payments"
    verbose_name = "Операции"
