"""The line of links at the top of the staff site, and what each is for: every page, each only for whom it is."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from accounts.models import User
from smartservice.roles import OVERVIEW, SERVE


@dataclass(frozen=True)
class Entry:
    """A link, the right without which it is not there, and a few words for who has not been there yet."""

    title: str
    url_name: str
    right: str
    says: str

    @property
    def url(self) -> str:
        """Where it leads."""
        return reverse(self.url_name)


def _models(title: str, model: str, says: str) -> Entry:
    """The list of a model, for who may look at it."""
    app, _, name = model.partition("_")
    return Entry(title, f"admin:{model}_changelist", f"{app}.view_{name}", says)


ENTRIES = (
    Entry("Житель", "admin:resident-search", SERVE, "найти звонящего, опознать и помочь"),
    Entry("Обращения", "admin:feedback-list", SERVE, "взять, ответить, закрыть"),
    Entry("Справки почтой", "admin:statement-list", SERVE, "что ждёт конверта"),
    _models("Шаблоны ответов", "accounts_answertemplate", "готовые ответы на обращения"),
    Entry("Сводка", "admin:overview", OVERVIEW, "оплаты, банк, SMS и очереди сейчас"),
    Entry("Деньги", "admin:money-queues", "payments.decide_money", "возвраты, неясный исход, расхождения с банком"),
    _models("Операции", "payments_payment", "каждая оплата с её историей"),
    _models("Возвраты", "payments_refund", "кто попросил, кто одобрил, чем кончилось"),
    _models("Реестры платежей", "payments_paymentregister", "что отдано поставщикам"),
    _models("Доставка реестров", "payments_registerdelivery", "кому реестры уходят сами"),
    _models("Реестры начислений", "billing_billregister", "что загружено"),
    _models("Загрузки реестров", "billing_registerimport", "каждая попытка и её итог"),
    _models("Поставщики", "billing_provider", "имена, объявления, счета, реквизиты, комиссия"),
    _models("Категории", "billing_providercategory", "заголовки каталога"),
    _models("Слова счетов", "billing_term", "пояснения к словам квитанции"),
    _models("Страницы", "accounts_pageversion", "тексты портала и их редакции"),
    _models("Рассылки", "notifications_draft", "письма и акции подписчикам"),
    _models("Сообщения", "notifications_message", "что отправлено и дошло ли"),
    _models("Чёрный список", "notifications_blacklistedaddress", "кому не пишем и почему"),
    _models("Расходы на SMS", "notifications_spending", "по дням"),
    _models("Сотрудники", "accounts_user", "кто входит и в какой роли"),
    _models("Журнал", "safeguards_journalentry", "кто, когда, что, чьё и почему"),
)


def of(user: User | AnonymousUser) -> list[Entry]:
    """The links of this person."""
    return [entry for entry in ENTRIES if user.has_perm(entry.right)]


def place(entries: list[Entry], path: str) -> str:
    """The address of the link whose page, or a page behind it, this is; empty when it is none of them."""
    return next((entry.url for entry in entries if path.startswith(entry.url)), "")
