"""Operations, refunds and registers of payments on the staff site: money is looked at here and never touched."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from billing import account_numbers, months
from billing.money import Kopecks, roubles
from payments import register_address
from payments.models import FIRST_NUMBER, Payment, PaymentEvent, PaymentRegister, Refund, RegisterDelivery
from payments.settlement import UNKNOWN
from payments.shown import moment
from payments.status import LIVE, UNSUBMITTED, Status
from safeguards.staff_pages import LONGEST_KEY, ReadOnlyAdmin, StaffAdmin

STEPS = {
    Status.CREATED: "создана",
    Status.CONFIRMING: "ждёт одноразового пароля",
    Status.SUBMITTED: "подтверждена",
    Status.AUTHORISING: "отправлена в банк",
    Status.CHALLENGED: "банк спрашивает 3-D Secure",
    Status.COMPLETING: "3-D Secure пройден",
    Status.SUCCEEDED: "деньги приняты",
    Status.DECLINED: "банк отказал",
    Status.EXPIRED: "не закончена вовремя",
    Status.PARTLY_REFUNDED: "возвращена частично",
    Status.REFUNDED: "возвращена",
}
SOURCES = {
    "resident": "житель",
    "form": "новая форма жителя",
    "bill": "счёт изменился",
    "provider": "поставщик закрыт",
    "request": "запрос в банк",
    "return": "возврат со страницы банка",
    "notification": "уведомление банка",
    "sweep": "обход",
    "autopay": "автоплатёж",
    "register": "реестр банка",
    UNKNOWN: "исход неизвестен двое суток",
    "refund": "возврат",
    "staff": "сотрудник",
    "erasure": "удаление кабинета",
    "demo": "демо-данные",
}


class Queue(admin.SimpleListFilter):
    """What waits for somebody."""

    title = "очередь"
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """In the words of the night shift."""
        return [("unknown", "исход неизвестен"), ("attention", "нужен сотрудник")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Each has an index of its own."""
        if self.value() == "unknown":
            return queryset.filter(status__in=sorted(LIVE))
        if self.value() == "attention":
            waiting = queryset.filter(attention_at__isnull=False)
            return waiting.filter(status__in=[Status.DECLINED, Status.EXPIRED])
        return queryset


class PaymentEventInline(admin.TabularInline):  # type: ignore[type-arg]
    """The history of an operation, which has no names in it."""

    model = PaymentEvent
    fields = ("at_shown", "kind", "step_shown", "source_shown", "bank_status", "error_code", "sum_shown")
    readonly_fields = fields
    ordering = ("pk",)
    extra = 0
    can_delete = False
    verbose_name_plural = "История"

    @admin.display(description="когда")
    def at_shown(self, event: PaymentEvent) -> str:
        """To the second."""
        return moment(event.at)

    @admin.display(description="состояние")
    def step_shown(self, event: PaymentEvent) -> str:
        """Where it stood then: closer than the public word."""
        return STEPS[Status(event.status)] if event.status else "–"

    @admin.display(description="откуда")
    def source_shown(self, event: PaymentEvent) -> str:
        """Who or what told it."""
        return SOURCES.get(event.source, event.source) or "–"

    @admin.display(description="сумма")
    def sum_shown(self, event: PaymentEvent) -> str:
        """In roubles."""
        return "–" if event.kopecks is None else roubles(Kopecks(event.kopecks))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """With the operation."""
        return request.user.has_perm("payments.view_payment")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Operations without their residents: whose they are is the contact centre's matter."""

    list_display = ("number_shown", "at_shown", "provider", "amount_shown", "fee_shown", "status_shown", "bank_id")
    list_filter = (Queue,)
    list_select_related = ("provider",)
    search_fields = ("bank_id",)
    search_help_text = "Номер транзакции или номер операции у банка"
    inlines = (PaymentEventInline,)
    fields = (
        "number_shown",
        "uuid",
        "at_shown",
        "provider",
        "account_shown",
        "bill_shown",
        "card_shown",
        "amount_shown",
        "fee_shown",
        "refunded_shown",
        "step_shown",
        "status_shown",
        "bank_id",
        "error_code",
        "attention_shown",
    )
    readonly_fields = fields

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By number here, by number there: both have an index."""
        wanted = search_term.strip().removeprefix("№").strip()
        if not wanted:
            return queryset, False
        keys = [*Payment.objects.filter(bank_id=wanted).values_list("pk", flat=True)]
        if wanted.isascii() and wanted.isdigit() and len(wanted) <= LONGEST_KEY:
            keys.append(int(wanted) - FIRST_NUMBER)
        return queryset.filter(pk__in=keys), False

    @admin.display(description="номер")
    def number_shown(self, payment: Payment) -> str:
        """The number that people name."""
        return str(payment.number)

    @admin.display(description="когда")
    def at_shown(self, payment: Payment) -> str:
        """When it was confirmed, or made."""
        return moment(payment.submitted_at or payment.created_at)

    @admin.display(description="лицевой счёт")
    def account_shown(self, payment: Payment) -> str:
        """As the provider knows it."""
        return account_numbers.shown(payment.account.number)

    @admin.display(description="за что")
    def bill_shown(self, payment: Payment) -> str:
        """The bill, and which version of it was seen; a sum typed by hand has none."""
        bill = payment.bill
        if bill is None:
            return "без счёта"
        return f"счёт за {months.name(bill.period)}, версия {payment.bill_version}"

    @admin.display(description="карта")
    def card_shown(self, payment: Payment) -> str:
        """The mask alone."""
        return payment.card

    @admin.display(description="сумма")
    def amount_shown(self, payment: Payment) -> str:
        """What the provider gets."""
        return roubles(Kopecks(payment.amount))

    @admin.display(description="комиссия")
    def fee_shown(self, payment: Payment) -> str:
        """On top of it."""
        return roubles(Kopecks(payment.fee))

    @admin.display(description="возвращено")
    def refunded_shown(self, payment: Payment) -> str:
        """Of both."""
        return roubles(Kopecks(payment.refunded))

    @admin.display(description="состояние")
    def step_shown(self, payment: Payment) -> str:
        """Closer than the public word."""
        return STEPS[Status(payment.status)]

    @admin.display(description="для жителя")
    def status_shown(self, payment: Payment) -> str:
        """The public word; what he has not confirmed is no operation of his yet."""
        return "не подтверждена" if payment.status in UNSUBMITTED else payment.public_status

    @admin.display(description="нужен сотрудник с")
    def attention_shown(self, payment: Payment) -> str:
        """Since when."""
        return moment(payment.attention_at) if payment.attention_at else "–"


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Money given back."""

    list_display = ("payment", "total_shown", "origin", "state", "created_shown")
    list_select_related = ("payment",)
    fields = (
        "payment",
        "uuid",
        "total_shown",
        "origin",
        "state",
        "reason",
        "asked_by_shown",
        "approved_by_shown",
        "created_shown",
        "done_shown",
    )
    readonly_fields = fields

    def named(self, row: Refund) -> str:
        """By its operation."""
        return f"№ {row.payment.number}, {roubles(row.total)}"

    @admin.display(description="кто попросил")
    def asked_by_shown(self, refund: Refund) -> str:
        """The first pair of eyes."""
        return refund.requested_by.full_name if refund.requested_by else "–"

    @admin.display(description="кто одобрил")
    def approved_by_shown(self, refund: Refund) -> str:
        """The second one."""
        return refund.approved_by.full_name if refund.approved_by else "–"

    @admin.display(description="деньги возвращены")
    def done_shown(self, refund: Refund) -> str:
        """Moscow time."""
        return moment(refund.done_at) if refund.done_at else "–"

    @admin.display(description="сумма")
    def total_shown(self, refund: Refund) -> str:
        """With its part of the fee."""
        return roubles(refund.total)

    @admin.display(description="когда")
    def created_shown(self, refund: Refund) -> str:
        """Moscow time."""
        return moment(refund.created_at)


@admin.register(PaymentRegister)
class PaymentRegisterAdmin(ReadOnlyAdmin):
    """Registers as they were handed over to providers."""

    list_display = ("provider", "number", "date", "exported_shown", "delivered_shown", "intact_shown")
    list_select_related = ("provider",)
    fields = ("provider", "number", "date", "exported_shown", "delivered_shown", "intact_shown", "digest")
    readonly_fields = fields

    @admin.display(description="выгружен")
    def exported_shown(self, register: PaymentRegister) -> str:
        """Moscow time."""
        return moment(register.exported_at)

    @admin.display(description="доставлен")
    def delivered_shown(self, register: PaymentRegister) -> str:
        """When its file was laid out or its letter had left."""
        return moment(register.delivered_at) if register.delivered_at else "–"

    @admin.display(description="цел", boolean=True)
    def intact_shown(self, register: PaymentRegister) -> bool:
        """Whether the kept file is the one that was handed over."""
        return register.is_intact


@admin.register(RegisterDelivery)
class RegisterDeliveryAdmin(StaffAdmin):
    """Whose registers make themselves, and where they go."""

    list_display = ("provider", "format", "since_date", "address", "next_address")
    list_select_related = ("provider",)
    fields = ("provider", "format", "since_date", "address", "next_address")
    open_fields = ("provider", "format", "since_date")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """An approved address is its provider's: with another provider it would need no second person."""
        return ("next_address",) if obj is None else ("provider", "next_address")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Whoever types an address does not redirect registers alone."""
        former = form.initial.get("address", "") if change else ""
        if register_address.ask(delivery=obj, former=former, by=cast(User, request.user)):
            self.message_user(request, "Новый адрес ждёт второго сотрудника: он одобрит его на странице «Деньги».")
        super().save_model(request, obj, form, change)
