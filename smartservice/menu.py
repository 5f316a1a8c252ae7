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
    # What its address needs beside the name.
    code: str = ""

    @property
    def url(self) -> str:
        """Where it leads."""
        return reverse(self.url_name, args=[self.code] if self.code else [])


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
    Entry(
        "Оплатить",
        "home",
        icon="pay",
        pages=("billing:provider-list", "payments:pay-account", "payments:pay-sum", "payments:pay-mobile"),
        children=(
            Entry("Коммунальные услуги", "billing:category", code="utilities"),
            Entry("Штрафы ГИБДД", "billing:category", code="fines"),
            Entry("Мобильная связь", "billing:category", code="mobile"),
            Entry("Интернет, Телефония и ТВ", "billing:category", code="internet"),
        ),
    ),
    Entry(
        "Счета к оплате",
        "billing:bill-list",
        icon="bill",
        short_title="Счета",
        pages=(
            "billing:bill-mark",
            "billing:qr-check",
            "payments:bill-charges",
            "payments:bill-paper",
            "payments:card",
            "payments:check",
            "payments:password",
            "payments:confirm",
            "payments:challenge",
        ),
    ),
    Entry(
        "Шаблоны операций",
        "payments:template-list",
        icon="ok",
        pages=(
            "payments:template-new",
            "payments:template-edit",
            "payments:template-delete",
            "payments:autopay",
            "payments:autopay-confirm",
        ),
    ),
    Entry(
        "История операций",
        "payments:history",
        icon="hist",
        short_title="История",
        pages=(
            "payments:detail",
            "payments:receipt",
            "payments:statement",
            "payments:statement-order",
            "payments:template-save",
        ),
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
            Entry(
                "Способы оплаты",
                "payments:saved-card-list",
                pages=(
                    "payments:saved-card-add",
                    "payments:saved-card-confirm",
                    "payments:saved-card-challenge",
                    "payments:saved-card-rename",
                    "payments:saved-card-delete",
                ),
            ),
            Entry("Основной способ оплаты", "payments:saved-card-default"),
            Entry("Смена пароля", "accounts:password-change", pages=("accounts:password-change-confirm",)),
            Entry("Управление подписками", "accounts:subscriptions"),
            Entry("Активные сеансы", "accounts:session-list"),
            Entry("Блокировка", "accounts:blocking"),
            Entry("Мои данные", "my-data", pages=("my-data-download", "my-data-erase")),
        ),
    ),
    Entry("Обратная связь", "accounts:feedback", icon="pen", pages=("accounts:feedback-detail",)),
)
BOTTOM_BAR = ("billing:bill-list", "home", "payments:history")
OPEN_ELSEWHERE = "home"
# At the end of the side column and at the foot of every page (screens 0.3).
ABOUT = (Page.ABOUT, Page.QUESTIONS, Page.HOW_TO_PAY)
DOCUMENTS = (Page.AGREEMENT, Page.PERSONAL_DATA, Page.PRIVACY)


def build(*, entries: tuple[Entry, ...], view_name: str, code: str = "") -> tuple[Item, ...]:
    """The branch of the page at hand is open; on a page without a branch «Оплатить» is (screens 0.3).

    `code` tells the pages of one view apart, where entries have one.
    """
    branch = next((entry for entry in entries if _belongs(entry, view_name)), None)
    if branch is None:
        branch = next((entry for entry in entries if entry.url_name == OPEN_ELSEWHERE), None)
    return tuple(_item(entry, view_name=view_name, code=code, is_open=entry is branch) for entry in entries)


def page(request: HttpRequest) -> dict[str, object]:
    """Context of every page: menu, bottom bar, contact centre, type size."""
    match = request.resolver_match
    view_name, code = (match.view_name, match.kwargs.get("code", "")) if match else ("", "")
    items = build(entries=MENU, view_name=view_name, code=code)
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


def _item(entry: Entry, *, view_name: str, code: str, is_open: bool) -> Item:
    children = tuple(_item(child, view_name=view_name, code=code, is_open=False) for child in entry.children)
    is_marked_below = any(child.current for child in children)
    return Item(
        title=entry.title,
        short_title=entry.short_title or entry.title,
        icon=entry.icon,
        url=entry.url,
        current="" if is_marked_below else _current(entry, view_name, code),
        is_open=is_open and bool(children),
        children=children,
    )


def _current(entry: Entry, view_name: str, code: str) -> str:
    if view_name == entry.url_name and entry.code in {"", code}:
        return "page"
    return "true" if view_name in entry.pages else ""
