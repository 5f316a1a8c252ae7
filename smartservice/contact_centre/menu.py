"""The line of links at the top of the staff site: each only for whom it is."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from accounts.models import User
from smartservice.roles import OVERVIEW, SERVE


@dataclass(frozen=True)
class Entry:
    """A link, and the right without which it is not there."""

    title: str
    url_name: str
    right: str

    @property
    def url(self) -> str:
        """Where it leads."""
        return reverse(self.url_name)


ENTRIES = (
    Entry("Житель", "admin:resident-search", SERVE),
    Entry("Обращения", "admin:feedback-list", SERVE),
    Entry("Выписки почтой", "admin:statement-list", SERVE),
    Entry("Сводка", "admin:overview", OVERVIEW),
    Entry("Деньги", "admin:money-queues", "payments.decide_money"),
    Entry("Операции", "admin:payments_payment_changelist", "payments.view_payment"),
    Entry("Поставщики", "admin:billing_provider_changelist", "billing.change_provider"),
    Entry("Сообщения", "admin:notifications_message_changelist", "notifications.view_message"),
    Entry("Рассылки", "admin:notifications_draft_changelist", "notifications.view_draft"),
    Entry("Страницы", "admin:accounts_pageversion_changelist", "accounts.view_pageversion"),
    Entry("Сотрудники", "admin:accounts_user_changelist", "accounts.view_user"),
    Entry("Журнал", "admin:safeguards_journalentry_changelist", "safeguards.view_journalentry"),
)


def of(user: User | AnonymousUser) -> list[Entry]:
    """The links of this person."""
    return [entry for entry in ENTRIES if user.has_perm(entry.right)]
