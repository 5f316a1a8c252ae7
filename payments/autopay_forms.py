"""The form of «Автоплатёж»."""

from datetime import datetime
from typing import Any

from django import forms

from accounts.models import User
from billing.forms import RoublesField
from billing.models import FeeRule, Provider
from billing.money import Kopecks, roubles
from payments import checkout, fees
from payments.models import Autopay, SavedCard

Trigger = Autopay.Trigger
DAY_HINT = "От 1 до 31; если в месяце меньше дней – в последний"


class CardField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A card that the bank lets pay by itself, by its name."""

    def label_from_instance(self, card: Any) -> str:
        """«VISA (***0551) «Зарплатная»»."""
        return str(card.name)


class AutopayForm(forms.Form):
    """When, how much at most, and with which card."""

    trigger = forms.ChoiceField(
        label="Когда платить",
        choices=Trigger.choices,
        widget=forms.RadioSelect,
        initial=Trigger.BILL,
        error_messages={"required": "Выберите, когда платить"},
    )
    day = forms.IntegerField(
        label="День месяца",
        help_text=f"{DAY_HINT}. Нужен, только если платить по дням",
        min_value=1,
        max_value=31,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": "Введите число от 1 до 31",
            "min_value": "Введите число от 1 до 31",
            "max_value": "Введите число от 1 до 31",
        },
    )
    amount = RoublesField(
        label="Сумма, если счёта нет, руб.",
        help_text="Необязательно. Если есть новый счёт, платится он. Пример: 1234.00",
        required=False,
    )
    limit = RoublesField(
        label="Не больше, руб.",
        help_text="Вместе с комиссией. Счёт больше этой суммы оплачен не будет: мы напишем. Пример: 15000.00",
        error_messages={"required": "Введите сумму, больше которой не платить"},
    )
    card = CardField(
        label="Карта",
        queryset=SavedCard.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Выберите карту", "invalid_choice": "Этой карты нет. Выберите из списка"},
    )

    def __init__(self, *arguments: Any, resident: User, provider: Provider, now: datetime, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["card"].queryset = SavedCard.objects.usable(resident, now=now).filter(rebill_id__isnull=False)  # type: ignore[attr-defined]
        self.fields["card"].initial = self.fields["card"].queryset.first()  # type: ignore[attr-defined]
        if not provider.issues_bills:
            self.fields["trigger"].choices = [(Trigger.DAY, Trigger.DAY.label)]  # type: ignore[attr-defined]
            self.fields["trigger"].initial = Trigger.DAY
            self.fields["amount"].label = "Сумма, руб."
            # There is no choice left of which these could speak.
            self.fields["amount"].help_text = "Пример: 1234.00"
            self.fields["day"].help_text = DAY_HINT
        self.provider = provider

    def clean(self) -> dict[str, Any]:
        """A day where it is by day, a sum where no bill will say it, and no more than the limit."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("trigger") == Trigger.DAY:
            if cleaned.get("day") is None and "day" not in self.errors:
                self.add_error("day", "Введите день месяца")
            if not self.provider.issues_bills and not cleaned.get("amount") and "amount" not in self.errors:
                self.add_error("amount", "Введите сумму")
            if cleaned.get("amount"):
                self._check_sum(cleaned["amount"], cleaned.get("limit"))
        return cleaned

    def _check_sum(self, amount: Kopecks, limit: Kopecks | None) -> None:
        """What the provider would not take, or his own limit not let through, would never be paid."""
        try:
            checkout.check_sum(provider=self.provider, amount=amount, pays_bill=False)
        except checkout.AmountAboveLimit as refusal:
            self.add_error("amount", f"Поставщик принимает не больше {roubles(refusal.limit)}")
        except checkout.AmountBelowMinimum as refusal:
            self.add_error("amount", f"Поставщик принимает не меньше {roubles(refusal.minimum)}")
        total = Kopecks(amount + fees.rule(provider=self.provider, method=FeeRule.Method.AUTOPAY).of(amount))
        if limit and total > limit:
            leaves = f"{roubles(total)} с комиссией" if total > amount else roubles(total)
            self.add_error("limit", f"Предел меньше суммы: с карты уйдёт {leaves}. Увеличьте его или уменьшите сумму")
