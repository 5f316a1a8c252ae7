"""How the staff site calls this app."""

from django.apps import AppConfig


class SafeguardsConfig(AppConfig):
    """The app, with a name that people read."""

    name = "safeguards"
    verbose_name = "Журнал"
