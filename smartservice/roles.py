"""Who may do what on the staff site: five groups, whose rights are this table and nothing else.

`migrate` makes the groups agree with the table; to change a right, change it here.
"""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import models

SERVE, OVERVIEW = "accounts.serve_resident", "accounts.see_overview"


class Role(models.TextChoices):
    """The groups of the staff."""

    OPERATOR = "Оператор КЦ", "Оператор КЦ"
    SENIOR = "Старший оператор", "Старший оператор"
    FINANCE = "Финансы", "Финансы"
    EDITOR = "Редактор", "Редактор"
    ADMINISTRATOR = "Администратор", "Администратор"


DRAFTS = (
    "notifications.view_draft",
    "notifications.add_draft",
    "notifications.change_draft",
    "notifications.delete_draft",
)
CATALOGUE = (
    "billing.view_provider",
    "billing.change_provider",
    "billing.add_provider",
    "billing.view_providercategory",
    "billing.change_providercategory",
    "billing.add_providercategory",
    "billing.view_feerule",
    "billing.add_feerule",
    "billing.change_feerule",
    "billing.delete_feerule",
    "billing.view_term",
    "billing.add_term",
    "billing.change_term",
    "billing.delete_term",
    "accounts.view_pageversion",
    "accounts.add_pageversion",
)
RIGHTS: dict[Role, tuple[str, ...]] = {
    Role.OPERATOR: (SERVE,),
    Role.SENIOR: (
        SERVE,
        OVERVIEW,
        "safeguards.view_journalentry",
        "notifications.view_message",
        "accounts.view_answertemplate",
        "accounts.add_answertemplate",
        "accounts.change_answertemplate",
        "accounts.delete_answertemplate",
    ),
    Role.FINANCE: (
        OVERVIEW,
        "payments.view_payment",
        "payments.decide_money",
        "payments.view_refund",
        "payments.view_paymentregister",
        "payments.view_registerdelivery",
        "payments.add_registerdelivery",
        "payments.change_registerdelivery",
        "payments.delete_registerdelivery",
        "billing.view_billregister",
        "billing.view_registerimport",
        "billing.view_provider",
    ),
    Role.EDITOR: (*CATALOGUE, *DRAFTS),
    Role.ADMINISTRATOR: (
        OVERVIEW,
        "safeguards.view_journalentry",
        "accounts.view_user",
        "accounts.add_user",
        "accounts.change_user",
        "notifications.view_message",
        "notifications.view_spending",
        "notifications.view_blacklistedaddress",
        "notifications.add_blacklistedaddress",
        "notifications.change_blacklistedaddress",
        "notifications.delete_blacklistedaddress",
        *CATALOGUE,
        "billing.change_requisites",
        *DRAFTS,
    ),
}


def settle(**_of_signal: Any) -> None:
    """Make the groups agree with the table; every `migrate` ends with it."""
    known = {f"{app}.{code}": pk for app, code, pk in _permissions()}
    for role, names in RIGHTS.items():
        group, _ = Group.objects.get_or_create(name=role.value)
        group.permissions.set([known[name] for name in names if name in known])


def unknown() -> set[str]:
    """Rights in the table that no model has; a test keeps it empty."""
    known = {f"{app}.{code}" for app, code, _ in _permissions()}
    return {name for names in RIGHTS.values() for name in names} - known


def _permissions() -> models.QuerySet[Permission, tuple[str, str, int]]:
    return Permission.objects.values_list("content_type__app_label", "codename", "pk")
