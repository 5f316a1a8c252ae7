"""The pages that staff write: which version stands now, how another one takes its place, and its words as HTML."""

from datetime import datetime

from django.conf import settings
from django.db.models import Max

from accounts import markup
from accounts.models import Page, PageVersion, User

# What only the settings know, and what a text should not be rewritten for.
PLACEHOLDERS = ("operator", "address", "inn", "phone", "hours")


def current(page: Page) -> PageVersion:
    """The newest version; the first ones came with the database."""
    return PageVersion.objects.filter(page=page).latest("number")


def find(*, page: Page, number: int | None) -> PageVersion | None:
    """The version of that number, or the newest."""
    rows = PageVersion.objects.filter(page=page)
    return rows.filter(number=number).first() if number else rows.latest("number")


def numbers(page: Page) -> list[int]:
    """Every version there was, newest first."""
    return list(PageVersion.objects.filter(page=page).order_by("-number").values_list("number", flat=True))


def publish(*, page: Page, text: str, asks_again: bool, author: User | None, now: datetime) -> PageVersion:
    """Put a version in the place of the last one; of two at the same moment the second fails on the number."""
    last = PageVersion.objects.filter(page=page).aggregate(last=Max("number"))["last"] or 0
    return PageVersion.objects.create(
        page=page, number=last + 1, text=text, asks_again=asks_again, author=author, published_at=now
    )


def as_html(version: PageVersion) -> str:
    """The text as a page shows it, with «{operator}» and its like filled in."""
    return markup.as_html(_filled(version.text))


def _filled(text: str) -> str:
    known = {
        "operator": settings.AGENT["name"],
        "address": settings.AGENT["address"],
        "inn": settings.AGENT["inn"],
        "phone": settings.CONTACT_CENTRE_PHONE,
        "hours": settings.CONTACT_CENTRE_HOURS,
    }
    for name in PLACEHOLDERS:
        text = text.replace(f"{{{name}}}", known[name])
    return text
