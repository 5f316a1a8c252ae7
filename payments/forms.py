"""The form of a card, new or saved: the script sends a cryptogram alone, else plain fields come and are locked here."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.debug import sensitive_variables

from payments import acquirer, cards
from payments.acquirer.base import Browser
from payments.cards import Problem
from payments.held_card import HeldCard
from payments.models import SavedCard
from safeguards.secret import Secret

T = TypeVar("T")
CHOOSE_CARD = "Выберите карту из списка или «Новая карта»"

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,4})?")
# Depths that 3-D Secure knows; a screen of 30 bits is told as the next lower one.
COLOR_DEPTHS = (1, 4, 8, 15, 16, 24, 32, 48)
LARGEST_SCREEN = 99_999
FURTHEST_ZONE = 14 * 60


class SecretField(forms.Field):
    """A text that leaves the request only locked; wrapped from the first moment."""

    def to_python(self, value: str | None) -> Secret:
        """Never plain text in cleaned_data."""
        return Secret(value or "")

    def validate(self, value: Secret) -> None:
        """The rules of `cards` judge it."""


class LooseField(forms.Field):
    """A text of which nothing is asked here: what is odd about it is judged, or passed over, with the whole card."""

    def to_python(self, value: str | None) -> str:
        """Never None."""
        return value or ""


class SilentInput(forms.HiddenInput):
    """A hidden input that never repeats what was posted."""

    def format_value(self, value: Any) -> None:
        """A cryptogram that came back would be one that was refused."""


def _silent() -> SilentInput:
    # Browsers fill hidden inputs in again after a reload unless told not to.
    return SilentInput(attrs={"autocomplete": "off"})


def _told(about: str) -> LooseField:
    """What the script tells of the browser; without it, or with nonsense, the bank hears a usual one."""
    return LooseField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off", "data-browser": about}))


NEW_CARD = "new"


class CardChoice(forms.RadioSelect):
    """Saved cards and «Новая карта»; the script reads the bank's numbers of the saved ones here."""

    bank_card_ids: Mapping[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """An option with the bank's number of its card."""
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.bank_card_ids:
            option["attrs"]["data-bank-card"] = self.bank_card_ids[str(value)]
        return option


class CardForm(forms.Form):
    """A saved card's code, or number, term, name and code of a new one; a valid form gives a HeldCard and keeps no
    plain card data. Without saved cards nothing is there to choose.
    """

    method = forms.ChoiceField(
        label="Карта", widget=CardChoice, error_messages=dict.fromkeys(("required", "invalid_choice"), CHOOSE_CARD)
    )
    number = SecretField(
        label="Номер карты",
        help_text="16–19 цифр на лицевой стороне. Принимаем Мир, Visa, Mastercard, Maestro",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "cc-number"}),
    )
    term = SecretField(
        label="Действительна до",
        help_text="Месяц и год, например 09/28",
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "cc-exp", "placeholder": "ММ / ГГ", "class": "w4"}
        ),
    )
    holder = LooseField(
        label="Владелец карты",
        help_text="Латинскими буквами, как на карте: IVANOV IVAN. Если имени на карте нет, оставьте пустым",
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "cc-name", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    cvv = SecretField(
        label="CVV/CVC код",
        help_text="3 цифры на обороте карты. Код не хранится в системе",
        widget=forms.PasswordInput(
            attrs={"inputmode": "numeric", "autocomplete": "cc-csc", "maxlength": "3", "class": "w2"}
        ),
    )
    remember = forms.BooleanField(
        label="Запомнить карту", help_text="В следующий раз понадобится только CVV", required=False
    )
    cryptogram = SecretField(widget=_silent())
    claimed_brand = LooseField(required=False, widget=_silent())
    claimed_last_four = LooseField(required=False, widget=_silent())
    language = _told("language")
    timezone = _told("timezone")
    screen_width = _told("width")
    screen_height = _told("height")
    color_depth = _told("depth")

    def __init__(self, *args: Any, saved: Sequence[SavedCard] = (), can_remember: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._saved = {str(card.uuid): card for card in saved}
        if saved:
            self._offer(saved)
        else:
            del self.fields["method"]
        if not can_remember:
            del self.fields["remember"]
        self._public_key = acquirer.public_key()
        self._today = timezone.localdate()
        self._card: HeldCard | None = None
        script = cards.for_script(public_key=self._public_key, today=self._today)
        self.fields["cryptogram"].widget.attrs["data-card"] = script

    def _offer(self, saved: Sequence[SavedCard]) -> None:
        field = cast(forms.ChoiceField, self.fields["method"])
        field.choices = [*((uuid, card.name) for uuid, card in self._saved.items()), (NEW_CARD, "Новая карта")]
        cast(CardChoice, field.widget).bank_card_ids = {uuid: card.bank_card_id for uuid, card in self._saved.items()}
        field.initial = next((str(card.uuid) for card in saved if card.is_default), NEW_CARD)

    @cached_property
    def chosen(self) -> SavedCard | None:
        """The saved card that is to pay; None for a new one."""
        return self._saved.get(self.data.get(self.add_prefix("method"), ""))

    @cached_property
    def is_locked(self) -> bool:
        """The script has locked the card: plain fields that came along all the same are not looked at."""
        return bool(self.data.get(self.add_prefix("cryptogram")))

    def held_card(self, *, ip: str) -> HeldCard:
        """The card of a valid form, with the address that it was typed at."""
        if self._card is None:
            raise cards.WrongCard(Problem.CRYPTOGRAM)
        return replace(self._card, browser=replace(self._card.browser, ip=ip))

    def clean_number(self) -> Secret:
        """Digits of a card that we take."""
        return self._judged("number", cards.number)

    def clean_term(self) -> Any:
        """A term that has not passed."""
        return self._judged("term", lambda typed: cards.term(typed.reveal(), today=self._today))

    def clean_holder(self) -> str:
        """Latin capitals or nothing."""
        return self._judged("holder", cards.holder)

    def clean_cvv(self) -> Secret:
        """Three digits."""
        return self._judged("cvv", cards.cvv)

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        """Lock the card if nobody has yet; what was typed stays in no cleaned field."""
        typed, self.cleaned_data = self.cleaned_data, {}
        if self.errors:
            return {}
        if self.is_locked:
            self._card = self._claimed(typed)
            if self._card is None:
                self.add_error("cvv" if self.chosen else "number", cards.TEXTS[Problem.CRYPTOGRAM])
        else:
            self._card = self._typed(typed) if self.chosen is None else self._named(typed, self.chosen)
        return {}

    def _judged(self, name: str, rule: Callable[[Any], T]) -> T:
        value = self.cleaned_data[name]
        if self.is_locked or (self.chosen and name != "cvv"):
            return cast(T, value)
        try:
            return rule(value)
        except cards.WrongCard as wrong:
            raise forms.ValidationError(cards.TEXTS[wrong.problem]) from None

    def _claimed(self, typed: Mapping[str, Any]) -> HeldCard | None:
        """The card as the script locked it; brand and last digits are its claim until the bank names the card."""
        cryptogram, brand, last_four = typed["cryptogram"], typed["claimed_brand"], typed["claimed_last_four"]
        if self.chosen:
            brand, last_four = self.chosen.brand, self.chosen.last_four
        is_whole = re.fullmatch(cards.CRYPTOGRAM, cryptogram.reveal()) and re.fullmatch("[0-9]{4}", last_four)
        if not is_whole or not (self.chosen or brand in set(cards.Brand)):
            return None
        return self._held(typed, cryptogram, brand, last_four)

    @sensitive_variables()
    def _typed(self, typed: Mapping[str, Any]) -> HeldCard:
        number: Secret = typed["number"]
        cryptogram = cards.encrypt(
            number=number, term=typed["term"], holder=typed["holder"], cvv=typed["cvv"], public_key=self._public_key
        )
        return self._held(typed, cryptogram, cards.brand(number), number.reveal()[-4:])

    @sensitive_variables()
    def _named(self, typed: Mapping[str, Any], card: SavedCard) -> HeldCard:
        cryptogram = cards.encrypt_saved(bank_card_id=card.bank_card_id, cvv=typed["cvv"], public_key=self._public_key)
        return self._held(typed, cryptogram, card.brand, card.last_four)

    def _held(self, typed: Mapping[str, Any], cryptogram: Secret, brand: str, last_four: str) -> HeldCard:
        return HeldCard(
            cryptogram=cryptogram,
            brand=brand,
            last_four=last_four,
            browser=_browser(typed),
            saved_card=str(self.chosen.uuid) if self.chosen else "",
            keeps_card=bool(typed.get("remember")) and self.chosen is None,
        )


def _browser(typed: Mapping[str, Any]) -> Browser:
    told = {name: str(typed.get(name, "")) for name in ("language", *_BOUNDS)}
    depth = _bounded("color_depth", told)
    return Browser(
        ip="",
        language=told["language"] if LANGUAGE.fullmatch(told["language"]) else Browser.language,
        timezone=_bounded("timezone", told),
        screen_width=_bounded("screen_width", told),
        screen_height=_bounded("screen_height", told),
        color_depth=max(known for known in COLOR_DEPTHS if known <= depth),
    )


def _bounded(name: str, told: Mapping[str, str]) -> int:
    low, high, usual = _BOUNDS[name]
    value = int(told[name]) if re.fullmatch("-?[0-9]{1,5}", told[name]) else usual
    return value if low <= value <= high else usual


_BOUNDS = {
    "timezone": (-FURTHEST_ZONE, FURTHEST_ZONE, Browser.timezone),
    "screen_width": (1, LARGEST_SCREEN, Browser.screen_width),
    "screen_height": (1, LARGEST_SCREEN, Browser.screen_height),
    "color_depth": (COLOR_DEPTHS[0], COLOR_DEPTHS[-1], Browser.color_depth),
}
