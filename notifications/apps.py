"""Messages to residents: the outbox, its delivery, the channels."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The app of the outbox."""

    name = "notifications"
    verbose_name = "Сообщения"
