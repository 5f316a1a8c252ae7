"""How the staff site calls this app."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """The app, with a name that people read."""

    name = "billing"
    verbose_name = "Счета и поставщики"
