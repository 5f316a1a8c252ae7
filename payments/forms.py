"""The form of a new card: the script sends a cryptogram alone, without it the plain fields come and are locked here."""

import re
from collections.abc import Callable, Mapping
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
from safeguards.secret import Secret

T = TypeVar("T")

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


class CardForm(forms.Form):
    """Number, term, name and code of a new card; a valid form gives a HeldCard and keeps no plain card data."""

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
    cryptogram = SecretField(widget=_silent())
    claimed_brand = LooseField(required=False, widget=_silent())
    claimed_last_four = LooseField(required=False, widget=_silent())
    language = _told("language")
    timezone = _told("timezone")
    screen_width = _told("width")
    screen_height = _told("height")
    color_depth = _told("depth")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._public_key = acquirer.public_key()
        self._today = timezone.localdate()
        self._card: HeldCard | None = None
        script = cards.for_script(public_key=self._public_key, today=self._today)
        self.fields["cryptogram"].widget.attrs["data-card"] = script

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
        if self.is_locked:
            self._card = self._claimed(typed)
            if self._card is None:
                self.add_error("number", cards.TEXTS[Problem.CRYPTOGRAM])
        elif not self.errors:
            self._card = self._typed(typed)
        return {}

    def _judged(self, name: str, rule: Callable[[Any], T]) -> T:
        value = self.cleaned_data[name]
        if self.is_locked:
            return cast(T, value)
        try:
            return rule(value)
        except cards.WrongCard as wrong:
            raise forms.ValidationError(cards.TEXTS[wrong.problem]) from None

    def _claimed(self, typed: Mapping[str, Any]) -> HeldCard | None:
        """The card as the script locked it; brand and last digits are its claim until the bank names the card."""
        cryptogram, brand, last_four = typed["cryptogram"], typed["claimed_brand"], typed["claimed_last_four"]
        is_whole = re.fullmatch(cards.CRYPTOGRAM, cryptogram.reveal()) and re.fullmatch("[0-9]{4}", last_four)
        if not is_whole or brand not in set(cards.Brand):
            return None
        return HeldCard(cryptogram=cryptogram, brand=brand, last_four=last_four, browser=_browser(typed))

    @sensitive_variables()
    def _typed(self, typed: Mapping[str, Any]) -> HeldCard:
        number: Secret = typed["number"]
        cryptogram = cards.encrypt(
            number=number, term=typed["term"], holder=typed["holder"], cvv=typed["cvv"], public_key=self._public_key
        )
        return HeldCard(
            cryptogram=cryptogram,
            brand=cards.brand(number),
            last_four=number.reveal()[-4:],
            browser=_browser(typed),
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
