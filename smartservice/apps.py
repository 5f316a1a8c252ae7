"""The top floor as Django sees it."""

from importlib import import_module

from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class SmartserviceConfig(AppConfig):
    """The portal itself."""

    name = "smartservice"
    verbose_name = "Смарт Сервис"

    def ready(self) -> None:
        """Checks ask models, so they are found only once all of these are loaded."""
        autodiscover_modules("checks")
        roles = import_module("smartservice.roles")
        # Each app gets its permissions in its turn: once, after the last of them.
        *_, last = apps.get_app_configs()
        post_migrate.connect(roles.settle, sender=last, dispatch_uid="smartservice.roles")


class StaffConfig(AdminConfig):
    """Stock admin whose default site is ours."""

    default_site = "smartservice.staff.StaffSite"
