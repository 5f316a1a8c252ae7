"""The menu at the right, the bar at the foot of a phone, and what else the frame of every page shows."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import Page

TYPE_SIZE_COOKIE = "type_size"


@dataclass(frozen=True)
class Entry:
    """A line of the menu; `pages` are the URL names that belong to it beside its own."""

    title: str
    url_name: str
    icon: str = ""
    short_title: str = ""
    pages: tuple[str, ...] = ()
    children: tuple["Entry", ...] = ()


@dataclass(frozen=True)
class Item:
    """An entry as one page shows it; `current` is the value of aria-current, empty elsewhere."""

    title: str
    short_title: str
    icon: str
    url: str
    current: str
    is_open: bool
    children: tuple["Item", ...]


@dataclass(frozen=True)
class ContactCentre:
    """Where people call; `dial` is the number as a phone dials it."""

    phone: str
    hours: str
    dial: str


MENU = (
    Entry("Оплатить", "home", icon="pay"),
    Entry(
        "Счета к оплате",
        "billing:bill-list",
        icon="bill",
        short_title="Счета",
        pages=(
            "billing:bill-mark",
            "payments:bill-charges",
            "payments:card",
            "payments:check",
            "payments:password",
            "payments:confirm",
            "payments:challenge",
        ),
    ),
    Entry(
        "История операций",
        "payments:history",
        icon="hist",
        short_title="История",
        pages=("payments:detail", "payments:receipt", "payments:statement", "payments:statement-order"),
    ),
    Entry(
        "Настройки",
        "accounts:profile",
        icon="gear",
        children=(
            Entry(
                "Личные данные",
                "accounts:profile",
                pages=("accounts:profile-document", "accounts:profile-confirm"),
            ),
            Entry(
                "Управление счетами",
                "billing:account-list",
                pages=(
                    "billing:account-provider",
                    "billing:account-number",
                    "billing:account-title",
                    "billing:account-proof",
                    "billing:account-prove",
                    "billing:account-rename",
                    "billing:account-delete",
                ),
            ),
            Entry("Смена пароля", "accounts:password-change", pages=("accounts:password-change-confirm",)),
            Entry("Управление подписками", "accounts:subscriptions"),
            Entry("Активные сеансы", "accounts:session-list"),
            Entry("Блокировка", "accounts:blocking"),
        ),
    ),
    Entry("Обратная связь", "accounts:feedback", icon="pen", pages=("accounts:feedback-detail",)),
)
BOTTOM_BAR = ("billing:bill-list", "home", "payments:history")
OPEN_ELSEWHERE = "home"
# At the end of the side column and at the foot of every page (screens 0.3).
ABOUT = (Page.ABOUT, Page.QUESTIONS, Page.HOW_TO_PAY)
DOCUMENTS = (Page.AGREEMENT, Page.PERSONAL_DATA, Page.PRIVACY)


def build(*, entries: tuple[Entry, ...], view_name: str) -> tuple[Item, ...]:
    """The branch of the page at hand is open; on a page without a branch «Оплатить» is (screens 0.3)."""
    branch = next((entry for entry in entries if _belongs(entry, view_name)), None)
    if branch is None:
        branch = next((entry for entry in entries if entry.url_name == OPEN_ELSEWHERE), None)
    return tuple(_item(entry, view_name=view_name, is_open=entry is branch) for entry in entries)


def page(request: HttpRequest) -> dict[str, object]:
    """Context of every page: menu, bottom bar, contact centre, type size."""
    match = request.resolver_match
    items = build(entries=MENU, view_name=match.view_name if match else "")
    by_url = {item.url: item for item in items}
    return {
        "menu": items,
        "bottom_bar": [by_url[reverse(name)] for name in BOTTOM_BAR],
        "about_pages": _links(ABOUT),
        "document_pages": _links(DOCUMENTS),
        "contact_centre": contact_centre(),
        "large_type": request.COOKIES.get(TYPE_SIZE_COOKIE) == "large",
    }


def contact_centre() -> ContactCentre:
    """The contact centre's phone and hours from the settings."""
    phone = settings.CONTACT_CENTRE_PHONE
    return ContactCentre(
        phone=phone,
        hours=settings.CONTACT_CENTRE_HOURS,
        dial="".join(character for character in phone if character.isdigit()),
    )


def _links(pages: tuple[Page, ...]) -> list[tuple[str, str]]:
    return [(reverse(page.value), page.label) for page in pages]


def _belongs(entry: Entry, view_name: str) -> bool:
    return view_name in (entry.url_name, *entry.pages) or any(_belongs(child, view_name) for child in entry.children)


def _item(entry: Entry, *, view_name: str, is_open: bool) -> Item:
    children = tuple(_item(child, view_name=view_name, is_open=False) for child in entry.children)
    return Item(
        title=entry.title,
        short_title=entry.short_title or entry.title,
        icon=entry.icon,
        url=reverse(entry.url_name),
        current="" if children else _current(entry, view_name),
        is_open=is_open and bool(children),
        children=children,
    )


def _current(entry: Entry, view_name: str) -> str:
    if view_name == entry.url_name:
        return "page"
    return "true" if view_name in entry.pages else ""
