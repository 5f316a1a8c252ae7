"""Forms of the staff site beside those that stock admin makes."""

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm

from accounts import phones
from accounts.models import MAX_CODE_WORD_LENGTH, MAX_REASON_LENGTH
from accounts.passwords import STAFF_MINIMUM_LENGTH
from billing.forms import RoublesField
from payments.models.refund import LONGEST_REASON
from safeguards.free_text import FreeTextField

NO_REASON = "Назовите причину"


class LoginForm(forms.Form):
    """Phone and password of a member of the staff."""

    phone = forms.CharField(
        label="Телефон",
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "username", "autofocus": True}),
        error_messages={"required": "Введите номер телефона"},
    )
    password = forms.CharField(
        label="Пароль",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Введите пароль"},
    )

    def clean_phone(self) -> str:
        """Any way of writing it."""
        try:
            return phones.parse(self.cleaned_data["phone"])
        except phones.NotMobile:
            raise forms.ValidationError("Это не номер российского мобильного телефона") from None


class CodeForm(forms.Form):
    """A code of the authenticator, or a recovery code where one will do."""

    code = forms.CharField(
        label="Код",
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
        error_messages={"required": "Введите код"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autocapitalize"] = "none"


class StaffPasswordForm(PasswordChangeForm):
    """A new password of one's own; of the rules only that for the staff is named, which is the stricter one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Нынешний пароль"
        self.fields["new_password1"].help_text = f"Не короче {STAFF_MINIMUM_LENGTH} знаков, не из самых известных."
        self.fields["new_password2"].label, self.fields["new_password2"].help_text = "Новый пароль ещё раз", ""


class SearchForm(forms.Form):
    """One field for whatever the caller says of himself."""

    text = forms.CharField(
        label="Телефон, последние цифры, лицевой счёт, номер транзакции или фамилия",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "accesskey": "7", "type": "search", "autofocus": True}),
        error_messages={"required": "Введите, что назвал звонящий"},
    )


class WordForm(forms.Form):
    """The code word as the caller says it."""

    said = forms.CharField(
        label="Кодовое слово, как его назвал звонящий",
        max_length=MAX_CODE_WORD_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
        error_messages={"required": "Введите слово"},
    )


class ReasonForm(forms.Form):
    """Why a cabinet is blocked or opened again."""

    reason = FreeTextField(
        label="Причина",
        max_length=MAX_REASON_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Назовите причину: она останется в журнале"},
    )

    def __init__(self, *args: Any, is_first: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A caller who is shut out calls for this: the hands stay on the keyboard.
        self.fields["reason"].widget.attrs["autofocus"] = is_first


class AnswerForm(forms.Form):
    """What is written to who asked."""

    text = FreeTextField(
        label="Ответ",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Напишите ответ"},
    )


class PageForm(forms.Form):
    """The next version of a page, in Markdown."""

    text = FreeTextField(
        label="Текст",
        help_text="Заголовки – ##, списки – с дефиса, жирный – **так**. "
        "{operator}, {address}, {inn}, {phone} и {hours} подставятся.",
        max_length=100_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24}),
        error_messages={"required": "Страница не может быть пустой"},
    )
    asks_again = forms.BooleanField(label="Спросить согласие жителей заново", required=False)


class WhyField(FreeTextField):
    """Why money is moved: the journal keeps it for ever."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {
            "required": NO_REASON,
            "max_length": "Причина длиннее %(limit_value)d знаков: расскажите короче",
            "null_characters_not_allowed": "В причине невидимый знак, наверное из другой программы: наберите её заново",
        }
        super().__init__(label="Причина", max_length=LONGEST_REASON, error_messages=messages, **kwargs)


class CaseForm(forms.Form):
    """What staff decide about an operation of unclear outcome, and why; asking the bank needs no reason."""

    ASK = "ask"
    deed = forms.ChoiceField(
        choices=[(ASK, "Спросить банк"), ("credit", "Зачесть"), ("give-back", "Вернуть"), ("close", "Закрыть")],
        error_messages={"required": "Такого решения нет", "invalid_choice": "Такого решения нет"},
    )
    why = WhyField(required=False)

    def clean(self) -> None:
        """Money is moved and a case is closed for a reason alone."""
        deed, why = self.cleaned_data.get("deed", self.ASK), self.cleaned_data.get("why")
        if deed != self.ASK and not why and "why" not in self.errors:
            self.add_error("why", NO_REASON)


class RefundForm(forms.Form):
    """Which operation, how much of it, and why."""

    number = forms.IntegerField(
        label="Номер транзакции", min_value=1, max_value=10**18, error_messages={"required": "Введите номер"}
    )
    total = RoublesField(label="Сумма возврата, ₽")
    why = WhyField()


class RefusalForm(forms.Form):
    """Why a statement cannot be sent, to be read by the resident."""

    answer = FreeTextField(
        label="Почему не отправим", max_length=500, error_messages={"required": "Напишите: это прочтёт житель"}
    )


class PhoneChangeForm(ReasonForm):
    """The number that the caller wants to log in with from now on."""

    phone = forms.CharField(
        label="Новый номер",
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        error_messages={"required": "Введите новый номер"},
    )
    field_order = ("phone", "reason")

    def clean_phone(self) -> str:
        """Any way of writing it."""
        try:
            return phones.parse(self.cleaned_data["phone"])
        except phones.NotMobile:
            raise forms.ValidationError("Это не номер российского мобильного телефона") from None
