"""The filters of «История операций»: days, and choices from the resident's own operations."""

from datetime import date
from typing import Any, cast

from django import forms

from billing.forms import DayField
from payments.history import Overview, Wanted
from payments.status import Outcome

ALL = ("", "Все")
NO_SUCH_CHOICE = "Такого варианта нет. Выберите из списка"


class HistoryFilter(forms.Form):
    """Six filters; what is wrong is said at its field and asks for nothing."""

    is_filter = True

    start = DayField(label="С")
    end = DayField(label="По")
    method = forms.ChoiceField(label="Способ оплаты", required=False)
    outcome = forms.ChoiceField(label="Статус", required=False)
    provider = forms.ChoiceField(label="Поставщик услуг", required=False)
    channel = forms.ChoiceField(label="Канал взаимодействия", required=False)

    def __init__(self, asked: Any, *, overview: Overview, today: date) -> None:
        days = {"start": overview.first_day, "end": today}
        # A bare page number asks for nothing: the days stand as they are by default.
        super().__init__(asked if self.base_fields.keys() & asked.keys() else None, initial=days)
        offers = {
            "method": overview.methods,
            "outcome": Outcome.choices,
            "provider": overview.providers,
            "channel": overview.channels,
        }
        for name, choices in offers.items():
            field = cast(forms.ChoiceField, self.fields[name])
            field.choices = [ALL, *choices]
            field.error_messages["invalid_choice"] = NO_SUCH_CHOICE

    def clean(self) -> dict[str, Any]:
        """The span must not end before it starts."""
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and start > end:
            self.add_error("end", "Эта дата раньше начала периода")
        return cleaned

    def wanted(self) -> Wanted:
        """What is asked for, as far as it can be understood; everything when nothing is."""
        self.is_valid()
        return Wanted(**getattr(self, "cleaned_data", {}))
