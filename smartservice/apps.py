"""The top floor as Django sees it."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SmartserviceConfig(AppConfig):
    """The portal itself."""

    name = "smartservice"
    verbose_name = "Смарт Сервис"

    def ready(self) -> None:
        """Checks ask models, so they are found only once all of these are loaded."""
        autodiscover_modules("checks")
