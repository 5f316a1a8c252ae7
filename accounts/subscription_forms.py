"""The ticks of «Управление подписками», word for word as the manual has them."""

from typing import Any

from django import forms
from django.conf import settings

from notifications.models import TimeZone, Topic
from notifications.subscriptions import Choice


class SubscriptionsForm(forms.Form):
    """One box for each subscription; an empty one means no."""

    letters_by_email = forms.BooleanField(label=Topic.LETTERS_BY_EMAIL.label, required=False)
    bills_by_email = forms.BooleanField(label=Topic.BILLS_BY_EMAIL.label, required=False)
    promotions_by_sms = forms.BooleanField(label=Topic.PROMOTIONS_BY_SMS.label, required=False)
    bills_by_sms = forms.BooleanField(label=Topic.BILLS_BY_SMS.label, required=False)
    payments_by_email = forms.BooleanField(label=Topic.PAYMENTS_BY_EMAIL.label, required=False)

    def choice(self) -> Choice:
        """What is ticked, by subscription."""
        return {topic: self.cleaned_data[topic] for topic in Topic}


class TimeZoneForm(forms.Form):
    """By whose clock the night is quiet."""

    time_zone = forms.TypedChoiceField(
        label="Часовой пояс",
        choices=TimeZone.choices,
        coerce=TimeZone,
        error_messages={"required": "Выберите часовой пояс", "invalid_choice": "Выберите часовой пояс из списка"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.QUIET_HOURS:
            begins, ends = settings.QUIET_HOURS
            night = f"С {begins} до {ends} часов сообщения о счетах и акциях не приходят, их доставят утром"
            self.fields["time_zone"].help_text = night
