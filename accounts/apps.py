"""How the staff site calls this app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app, with a name that people read."""

    name = "accounts"
    verbose_name = "Люди"
