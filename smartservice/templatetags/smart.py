"""What the shared components need to work out: plurals, steps, page numbers, error summaries."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, MultiWidget
from django.forms.boundfield import BoundField
from django.utils.http import int_to_base36

from billing import money
from billing.money import Kopecks

register = template.Library()

STEPS = {
    "payment": ("Сумма", "Карта", "Проверка", "Пароль", "Готово"),
    "account": ("Поставщик", "Номер", "Название"),
    "proven account": ("Поставщик", "Номер", "Подтверждение", "Название"),
    "registration": ("Данные", "Код из SMS", "Готово"),
}
TAG_ICONS = {"ok": "ok", "due": "excl", "run": "clock", "bad": "x", "mute": "bill"}
NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True)
class Step:
    """One step of a journey, as the line above the heading shows it."""

    title: str
    is_done: bool
    is_current: bool


@dataclass(frozen=True)
class ErrorLine:
    """One mistake and the id of the input where it is mended."""

    text: str
    target: str


@dataclass(frozen=True)
class ErrorSummary:
    """What the box above the heading says."""

    heading: str
    lines: list[ErrorLine]


@register.filter
def plural(number: int, words: str) -> str:
    """«5 попыток» from 5 and "попытка,попытки,попыток" (the words for 1, 2 and 5)."""
    one, few, many = words.split(",")
    if number % 10 == 1 and number % 100 != 11:
        word = one
    elif number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14):
        word = few
    else:
        word = many
    return f"{number}{NO_BREAK_SPACE}{word}"


@register.filter
def roubles(kopecks: int) -> str:
    """«12 970,24 ₽» for the words of messages; pages are handed ready strings."""
    return money.roubles(Kopecks(kopecks))


@register.filter
def base36(number: int) -> str:
    """A number as short links spell it."""
    return int_to_base36(number)


@register.filter
def steps(kind: str, current: int) -> list[Step]:
    """The steps of a journey; `current` counts from 1."""
    return [
        Step(title=title, is_done=number < current, is_current=number == current)
        for number, title in enumerate(STEPS[kind], start=1)
    ]


@register.filter
def tag_icon(look: str) -> str:
    """The icon that goes with a tag's colour, since colour alone tells nothing to many."""
    return TAG_ICONS[look]


@register.filter
def page_numbers(page: Page[object]) -> Iterator[int | None]:
    """Numbers of a pager; None stands for the ones left out of a long list."""
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1):
        yield number if isinstance(number, int) else None


@register.filter
def is_right(field: BoundField) -> bool:
    """Whether a sent value is known to be right and is on the page again (a password is not: nothing to tick).

    A form that only chooses what to show (`is_filter`) has nothing to praise, and of one that is wrong as a whole
    nobody knows which value it is.
    """
    if getattr(field.form, "is_filter", False) or field.form.non_field_errors():
        return False
    widget = field.field.widget
    comes_back = getattr(widget, "render_value", True) and not isinstance(widget, MultiWidget)
    return bool(field.form.is_bound and comes_back and not field.errors and field.value())


@register.filter
def error_summary(form: BaseForm) -> ErrorSummary:
    """The form's mistakes in the order of its fields; those of the form as a whole lead to its first field."""
    wrong = [field for field in form if field.errors]
    first = next((_input_id(field) for field in form.visible_fields()), "main")
    lines = [ErrorLine(text=str(text), target=first) for text in form.non_field_errors()]
    for field in wrong:
        target = first if field.is_hidden else _input_id(field)
        lines += [ErrorLine(text=str(text), target=target) for text in field.errors]
    heading = "Проверьте форму"
    if wrong:
        heading += f": исправьте {plural(len(wrong), 'поле,поля,полей')}"
    return ErrorSummary(heading=heading, lines=lines)


def _input_id(field: BoundField) -> str:
    """A group of radio buttons has no input of its own: its first button takes the focus."""
    return field.id_for_label or f"{field.auto_id}_0"
