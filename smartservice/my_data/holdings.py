"""Every table, decided about: which rows are a person's, what he is shown of them, and what erasure does to them.

A new model fails a test until it stands here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Model, Q, QuerySet

from accounts import models as accounts
from accounts.models import User
from billing.models import AddedAccount, BillEntry, BillMark
from notifications.models import BlacklistedAddress, Message, Subscription
from payments.models import (
    Autopay,
    AutopayRun,
    BankCustomer,
    CardBinding,
    Payment,
    PaymentTemplate,
    Refund,
    SavedCard,
    Statement,
    StatementOrder,
)
from safeguards.models import JournalEntry


@dataclass(frozen=True)
class Holding:
    """A table with rows of people; `whose` leads from a row to its person, by key, UUID, phone or address.

    `shown` is what the export has of each row, by its Russian label; `hidden` are those that only the person sees.
    Erasure deletes the rows, or empties the columns in `emptied`, or with neither leaves what names nobody. `more`
    finds rows that only the person's address tells.
    """

    model: type[Model]
    whose: str
    title: str = ""
    shown: dict[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    is_deleted: bool = False
    emptied: dict[str, Any] = field(default_factory=dict)
    more: Callable[[User], Q] | None = None

    def rows(self, person: User) -> "QuerySet[Any]":
        """Those of this person."""
        own = Q(**{self.whose: self.key_of(person)})
        return QuerySet(self.model).filter(own | self.more(person) if self.more else own)

    def key_of(self, person: User) -> object:
        """What `whose` holds for this person."""
        if self.whose in {"phone", "address"}:
            return person.phone or ""
        return person.uuid if self.whose.endswith("uuid") else person.pk


def _sent_to_his_address(person: User) -> Q:
    # Families share a mailbox: what was written to another cabinet is not this person's.
    his = Q(address__iexact=person.phone or None)
    return Q(his | Q(address__iexact=person.email or None), resident_uuid=None, about=None)


NAMELESS = {
    "phone": None,
    "first_name": "",
    "last_name": "",
    "surname_key": "",
    "email": "",
    "email_confirmed_at": None,
    "code_word": None,
    "password": "!erased",
    "last_login": None,
    "last_visit_at": None,
    "previous_visit_at": None,
}
# In this order: what points at a row goes before it.
HOLDINGS = (
    Holding(
        User,
        "pk",
        "О Вас",
        {
            "Номер телефона": "phone",
            "Фамилия": "last_name",
            "Имя": "first_name",
            "E-mail": "email",
            "E-mail подтверждён": "email_confirmed_at",
            "Кодовое слово": "code_word",
            "Кабинет открыт": "created_at",
            "Последнее обращение": "last_visit_at",
            "Заблокирован": "blocked_at",
        },
        # Whoever knows it passes for the resident on the telephone.
        hidden=frozenset({"Кодовое слово"}),
        emptied=NAMELESS,
    ),
    Holding(
        accounts.Profile,
        "resident",
        "Личные данные",
        {
            "Отчество": "middle_name",
            "Дата рождения": "birth_date",
            "Пол": "sex",
            "Адрес места жительства": "address",
            "Серия паспорта": "passport_series",
            "Номер паспорта": "passport_number",
            "Кем выдан": "passport_issuer",
            "Когда выдан": "passport_issue_date",
            "ИНН": "inn",
            "СНИЛС": "snils",
            "Полис ОМС": "oms",
            "Адрес для корреспонденции": "postal_address",
            "Домашний телефон": "home_phone",
        },
        is_deleted=True,
    ),
    Holding(accounts.PhoneChange, "resident", is_deleted=True),
    Holding(accounts.ProfileChange, "resident", is_deleted=True),
    Holding(
        accounts.Consent,
        "user",
        "Согласия",
        {"На что": "get_kind_display", "Редакция": "version", "Когда": "given_at", "Адрес": "ip"},
        emptied={"ip": "0.0.0.0"},  # noqa: S104 no address
    ),
    Holding(
        accounts.BlockEvent,
        "user",
        "Блокировки",
        {"Что": "get_action_display", "Кто": "get_source_display", "Когда": "created_at", "Почему": "reason"},
        emptied={"ip": None, "reason": ""},
    ),
    Holding(accounts.BlockLink, "user", is_deleted=True),
    Holding(accounts.Confirmation, "resident", is_deleted=True),
    Holding(accounts.KnownDevice, "user", is_deleted=True),
    Holding(
        accounts.ResidentSession,
        "user",
        "Сеансы",
        {
            "Устройство": "device",
            "Сеть": "network",
            "Вход": "began_at",
            "Последнее обращение": "seen_at",
            "Завершён": "ended_at",
        },
        is_deleted=True,
    ),
    Holding(
        accounts.FeedbackFile,
        "feedback__resident",
        "Файлы обращений",
        {"Файл": "name"},
        is_deleted=True,
    ),
    Holding(
        accounts.Feedback,
        "resident",
        "Обращения",
        {
            "Номер": "number",
            "Тема": "get_topic_display",
            "Сообщение": "text",
            "Отправлено": "created_at",
            "Статус": "get_status_display",
            "Ответ": "answer",
        },
        is_deleted=True,
    ),
    Holding(
        accounts.PendingRegistration,
        "phone",
        is_deleted=True,
    ),
    Holding(
        accounts.PasswordReset,
        "phone",
        is_deleted=True,
    ),
    Holding(
        Subscription,
        "resident_uuid",
        "Подписки",
        {
            "Информационные письма": "letters_by_email",
            "Счета на e-mail": "bills_by_email",
            "Акции по SMS": "promotions_by_sms",
            "Счета по SMS": "bills_by_sms",
            "Письма об операциях": "payments_by_email",
        },
        is_deleted=True,
    ),
    Holding(
        Message,
        "resident_uuid",
        "Сообщения",
        {"Когда": "created_at", "О чём": "title", "Как": "get_channel_display", "Куда": "address", "Текст": "text"},
        is_deleted=True,
        more=_sent_to_his_address,
    ),
    Holding(
        BlacklistedAddress,
        "address",
        is_deleted=True,
        more=lambda person: Q(address=person.email or None),
    ),
    Holding(
        AddedAccount,
        "resident",
        "Лицевые счета",
        {"Название": "title", "Поставщик": "account.provider.short_name", "Номер": "account.number"},
        is_deleted=True,
    ),
    Holding(BillMark, "resident", is_deleted=True),
    Holding(BillEntry, "resident"),
    Holding(
        SavedCard,
        "resident",
        "Способы оплаты",
        {"Карта": "mask", "Название": "title", "Срок": "expires_on", "Статус": "get_state_display"},
        is_deleted=True,
    ),
    Holding(CardBinding, "resident", is_deleted=True),
    Holding(BankCustomer, "resident", is_deleted=True),
    Holding(
        Payment,
        "resident",
        "Операции",
        {
            "Номер транзакции": "number",
            "Дата": "created_at",
            "Поставщик": "snapshot.provider_short_name",
            "Лицевой счёт": "snapshot.account_number",
            "Сумма, коп.": "amount",
            "Комиссия, коп.": "fee",
            "Карта": "card",
            "Статус": "public_status",
        },
        emptied={"challenge": None, "saved_card_id": None},
    ),
    Holding(
        PaymentTemplate,
        "resident",
        "Шаблоны операций",
        {"Название": "title", "Поставщик": "account.provider.short_name", "Номер": "account.number"},
        is_deleted=True,
    ),
    Holding(
        Autopay,
        "template__resident",
        "Автоплатежи",
        {"Шаблон": "template.title", "Когда": "when", "Карта": "card.mask", "Состояние": "get_state_display"},
        is_deleted=True,
    ),
    Holding(AutopayRun, "template__resident", is_deleted=True),
    Holding(Refund, "payment__resident", emptied={"reason": ""}),
    # Whoever has the paper can still have it confirmed: it names accounts and sums, and nobody.
    Holding(Statement, "resident", emptied={"resident_id": None}),
    Holding(
        StatementOrder,
        "resident",
        "Справки по почте",
        {"Номер": "number", "Куда": "address", "Заказана": "created_at", "Статус": "get_status_display"},
        is_deleted=True,
    ),
    Holding(
        JournalEntry,
        "whose_uuid",
        "Кто обращался к Вашим данным",
        {"Когда": "at", "Что": "action"},
    ),
)
# Why no row of these is a resident's; staff stand in some of them, and stay while they serve.
NOBODYS = {
    "admin.LogEntry": "not written: the journal is",
    "auth.Permission": "rights",
    "auth.Group": "roles",
    "auth.Group_permissions": "rights of roles",
    "contenttypes.ContentType": "tables",
    "sessions.Session": "ended beside the rows: see erasure",
    "accounts.Authenticator": "staff",
    "otp_totp.TOTPDevice": "nothing: accounts.Authenticator keeps the key encrypted",
    "otp_static.StaticDevice": "staff",
    "otp_static.StaticToken": "staff",
    "captcha.CaptchaStore": "pictures",
    "accounts.User_groups": "staff",
    "accounts.User_user_permissions": "staff",
    "accounts.NumberRange": "the plan of numbers",
    "accounts.PageVersion": "written by staff",
    "notifications.Bundle": "the queue: times and numbers of thousands",
    "notifications.Draft": "letters of the staff to everybody",
    "notifications.SmsAnswer": "a provider's numbers of answers: neither phone nor words",
    "notifications.Spending": "sums of days",
    "payments.PaymentSnapshot": "what was paid and to whom: a money record, without the payer",
    "payments.PaymentEvent": "moves and bank answers, masked",
    "accounts.AnswerTemplate": "written by staff",
    "payments.RegisterDelivery": "files for a provider, and who of the staff asked for its address",
    "payments.PaymentRegisterCopy": "what the provider got",
    "payments.Payout": "money to a provider",
    "payments.BankRegister": "the bank's",
    "payments.BankOperation": "the bank's: masks and sums",
    "payments.Difference": "between the bank's register and ours",
    "payments.PaymentRegister": "what the provider got: accounts and sums",
    "payments.PaymentRegisterLine": "operations of a register",
    "billing.ProviderCategory": "catalogue",
    "billing.Provider": "catalogue",
    "billing.FeeRule": "catalogue",
    "billing.Term": "catalogue",
    "billing.PersonalAccount": "the provider's number of a flat",
    "billing.PrintedCode": "what the provider printed on its bill",
    "billing.BillRegister": "the provider's",
    "billing.RegisterImport": "the providers' files and who of the staff brought them",
    "billing.BillService": "the provider's",
    "billing.Bill": "the provider's",
    "billing.BillVersion": "the provider's",
    "safeguards.Throttle": "counters under HMACs",
    "safeguards.Pace": "whose turn it is at a provider",
    "safeguards.JournalHead": "the end of the journal",
}


def sessions_of(person: User) -> list[str]:
    """Keys of the sessions that know this person; each is read, since the person stands inside."""
    rows = Session.objects.iterator(chunk_size=2000)
    return [row.session_key for row in rows if str(person.pk) == row.get_decoded().get("_auth_user_id")]
