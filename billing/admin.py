"""The catalogue, which editors keep, and the registers of bills, which nobody touches."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import Textarea, TextInput
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst

from billing.hundredths import HundredthsField
from billing.models import BillRegister, FeeRule, Provider, ProviderCategory, RegisterImport, Term
from billing.money import Kopecks, roubles
from safeguards.staff_pages import ReadOnlyAdmin, StaffAdmin

CATEGORY_FIELDS = ("code", "title", "position")
NAMES = ("code", "category", "short_name", "full_name", "former_name", "position", "is_active", "is_featured")
NOTICE = ("notice", "notice_shown")
ACCOUNTS = (
    "account_label",
    "account_kind",
    "account_example",
    "account_pattern",
    "account_check",
    "account_proof",
    "issues_bills",
    "due_day",
    "older_bills_payable",
    "shows_due",
)
REQUISITES = (
    "recipient_name",
    "inn",
    "kpp",
    "bank_name",
    "bic",
    "settlement_account",
    "correspondent_account",
)
SUMS = ("fee_basis_points", "fee_minimum", "fee_maximum", "payment_minimum", "payment_limit")
# Kept in hundredths; labels of the form, where people type roubles and per cent.
TYPED = {
    "fee_basis_points": "комиссия, %",
    "fee_minimum": "наименьшая комиссия, руб.",
    "fee_maximum": "наибольшая комиссия, руб.",
    "payment_minimum": "наименьшая сумма, руб.",
    "payment_limit": "наибольшая сумма, руб.",
    "basis_points": "комиссия, %",
    "minimum": "не меньше, руб.",
    "maximum": "не больше, руб.",
}
HINTS = {
    "code": "Стоит в реестрах и адресах: когда есть лицевые счета, реестры или их доставка, изменить нельзя.",
    "notice": "Обычный текст, виден под именем поставщика. Сохраните и посмотрите ниже, как его увидят.",
    "account_pattern": "регулярное выражение для номера целиком",
    "due_day": "пусто – по жилищному законодательству",
    "fee_maximum": "0 – без предела",
    "maximum": "0 – без предела",
    "payment_limit": "0 – без предела",
}


def _typed(db_field: Any) -> HundredthsField | None:
    if db_field.name not in TYPED:
        return None
    return HundredthsField(label=capfirst(TYPED[db_field.name]), help_text=HINTS.get(db_field.name, ""))


@admin.register(ProviderCategory)
class ProviderCategoryAdmin(StaffAdmin):
    """Headed blocks of the catalogue."""

    list_display = ("title", "code", "position")
    open_fields = CATEGORY_FIELDS


class FeeRuleInline(admin.TabularInline):  # type: ignore[type-arg]
    """The fee of one method of paying, where it differs."""

    model = FeeRule
    extra = 0
    # Django asks for «ещё один …», and makes its first letter a capital unless it is none.
    verbose_name = "«способ оплаты»"
    verbose_name_plural = "Комиссия по способам оплаты"

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """In per cent and roubles."""
        return _typed(db_field) or super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Provider)
class ProviderAdmin(StaffAdmin):
    """Who is paid: names, notice, accounts, requisites, fees and sums."""

    list_display = ("short_name", "code", "category", "is_active", "is_featured", "issues_bills")
    list_filter = ("category", "is_active")
    list_select_related = ("category",)
    search_fields = ("folded_name", "code")
    ordering = ("category__position", "position", "pk")
    readonly_fields = ("notice_shown",)
    open_fields = (*NAMES, "notice", *ACCOUNTS, *REQUISITES, *SUMS)
    free_texts = ("notice",)
    inlines = (FeeRuleInline,)
    formfield_overrides = {models.TextField: {"widget": Textarea(attrs={"rows": 5, "cols": 70})}}
    fieldsets = (
        ("Имена", {"fields": NAMES}),
        ("Объявление", {"fields": NOTICE}),
        ("Лицевые счета", {"fields": ACCOUNTS}),
        ("Реквизиты", {"fields": REQUISITES}),
        ("Комиссия и суммы", {"fields": SUMS}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Where the money goes is not a matter of who keeps the words; a code that left in registers is nobody's."""
        may_change = request.user.has_perm("billing.change_requisites")
        code = ("code",) if obj is not None and obj.is_in_use else ()
        return (*self.readonly_fields, *code, *(() if may_change else REQUISITES))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Sums in per cent and roubles."""
        return _typed(db_field) or super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """With a hint where the name does not say it all, beside what is only shown, too."""
        return super().get_form(request, obj, change, help_texts=HINTS, **kwargs)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By words of the name, folded, or by the code."""
        named = queryset.named_like(search_term)
        return (named | queryset.filter(code=search_term.strip()) if search_term.strip() else queryset), False

    @admin.display(description="как увидят")
    def notice_shown(self, provider: Provider) -> str:
        """The very component of the residents' page."""
        if not provider.notice:
            return "объявления нет"
        return render_to_string("components/note.html", {"look": "info", "text": provider.notice})


@admin.register(Term)
class TermAdmin(StaffAdmin):
    """Words that residents may ask about on the page of a bill."""

    list_display = ("word", "meaning", "spellings")
    search_fields = ("word", "meaning", "spellings")
    ordering = ("pk",)
    fields = ("word", "meaning", "spellings", "hint_shown")
    readonly_fields = ("hint_shown",)
    open_fields = free_texts = ("word", "meaning", "spellings")
    formfield_overrides = {models.CharField: {"widget": TextInput(attrs={"size": 80})}}

    @admin.display(description="как увидят")
    def hint_shown(self, term: Term) -> str:
        """As the page of a bill puts it."""
        if not term.pk:
            return "сохраните, чтобы посмотреть"
        return format_html("<dfn>{}</dfn> – {}", term.word, term.meaning)


@admin.register(BillRegister)
class BillRegisterAdmin(ReadOnlyAdmin):
    """Files of bills that were taken in."""

    list_display = ("provider", "period_shown", "issued_shown", "bills", "rows", "total_shown", "imported_shown")
    list_select_related = ("provider",)
    fields = (
        "provider",
        "period_shown",
        "issued_shown",
        "file_name",
        "bills",
        "rows",
        "total_shown",
        "imported_shown",
        "digest",
    )
    readonly_fields = fields

    @admin.display(description="период")
    def period_shown(self, register: BillRegister) -> str:
        """«06.2017»."""
        return register.period.strftime("%m.%Y")

    @admin.display(description="выставлен")
    def issued_shown(self, register: BillRegister) -> str:
        """«05.07.2017»."""
        return register.issued_date.strftime("%d.%m.%Y")

    @admin.display(description="сумма")
    def total_shown(self, register: BillRegister) -> str:
        """In roubles."""
        return roubles(Kopecks(register.total))

    @admin.display(description="загружен")
    def imported_shown(self, register: BillRegister) -> str:
        """Moscow time."""
        return timezone.localtime(register.imported_at).strftime("%d.%m.%Y %H:%M:%S")


@admin.register(RegisterImport)
class RegisterImportAdmin(ReadOnlyAdmin):
    """Every try to take a file in, with what came of it."""

    list_display = ("started_shown", "by", "file_name", "format", "result", "new", "changed", "unchanged")
    list_filter = ("result",)
    fields = (
        "started_shown",
        "by",
        "file_name",
        "digest",
        "format",
        "result",
        "reason",
        "register",
        "new",
        "changed",
        "unchanged",
    )
    readonly_fields = fields

    @admin.display(description="начата")
    def started_shown(self, entry: RegisterImport) -> str:
        """Moscow time."""
        return timezone.localtime(entry.started_at).strftime("%d.%m.%Y %H:%M:%S")
