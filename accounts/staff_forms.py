"""The form of a member of the staff."""

from typing import Any

from django import forms

from accounts import phones, staff
from accounts.models import User

MAX_WRITTEN_PHONE = 30
LAST = "Это единственный, кто ведёт сотрудников: сначала дайте роль «Администратор» другому"


class StaffMemberForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whose phone may be written in any way, and is kept in one."""

    phone = forms.CharField(label="Телефон", max_length=MAX_WRITTEN_PHONE, help_text="По нему входят: +7 900 000-00-00")

    class Meta:
        model = User
        fields = ("phone", "last_name", "first_name", "email", "groups", "is_active")
        labels = {"last_name": "Фамилия", "first_name": "Имя", "groups": "Роли", "is_active": "Работает"}
        help_texts = {
            "email": "На него приходят пробные письма рассылок, больше ничего.",
            "groups": "Права даёт только роль.",
            "is_active": "Снимите, когда человек уходит: войти он больше не сможет.",
        }
        widgets = {"groups": forms.CheckboxSelectMultiple}

    def clean_phone(self) -> str:
        """E.164, which nobody else has."""
        try:
            phone = phones.parse(self.cleaned_data["phone"])
        except phones.NotMobile:
            raise forms.ValidationError("Это не номер российского мобильного телефона") from None
        taken = staff.who_has(phone, but=self.instance)
        if taken:
            raise forms.ValidationError(taken)
        return phone

    def clean(self) -> dict[str, Any]:
        """Whoever goes, somebody is left who may call him back."""
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk and staff.is_last_keeper(self.instance):
            if not cleaned.get("is_active"):
                self.add_error("is_active", LAST)
            if "groups" in cleaned and not staff.keeping(cleaned["groups"]).exists():
                self.add_error("groups", LAST)
        return cleaned
