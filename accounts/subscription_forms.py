"""The ticks of «Управление подписками», word for word as the manual has them."""

from django import forms

from notifications.models import Topic
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
