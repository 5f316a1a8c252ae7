"""The catalogue as pages show it: headed blocks of providers, and the whole list with its search."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts import number_plan
from billing.account_numbers import AccountKind
from billing.folding import fold
from billing.models import Provider, ProviderCategory, ProviderQuerySet

ON_A_PAGE = 50


@dataclass(frozen=True)
class Choice:
    """A provider and where choosing it leads; `words` are what the search looks through."""

    short_name: str
    url: str
    words: str


@dataclass(frozen=True)
class Block:
    """A category with the providers that stand first in it; `all_url` leads to the rest when there are more."""

    title: str
    providers: list[Choice]
    all_url: str = ""
    takes_phones: bool = False


def blocks(category: ProviderCategory | None = None) -> list[Block]:
    """What can be paid: the featured providers of every category, or of one."""
    more = Provider.objects.filter(category=OuterRef("category"), is_active=True, is_featured=False)
    featured = Provider.objects.open().filter(is_featured=True).annotate(has_more=Exists(more))
    if category is not None:
        featured = featured.filter(category=category)
    return [
        Block(
            title=of.title,
            providers=_choices(group, "payments:pay-account"),
            all_url=all_url(of) if group[0].has_more else "",
            takes_phones=any(provider.account_kind == AccountKind.MOBILE for provider in group),
        )
        for of, group in _by_category(featured)
    ]


def issuing_blocks(*, is_whole: bool = False) -> list[Block]:
    """Providers whose bills can be had here, each leading to adding an account: the featured ones, or all."""
    found = []
    for category, group in _by_category(Provider.objects.issuing_bills()):
        shown = group if is_whole else [one for one in group if one.is_featured] or group
        more = f"{reverse('billing:account-provider')}?all=1" if len(shown) < len(group) else ""
        found.append(Block(category.title, _choices(shown, "billing:account-number"), all_url=more))
    return found


def page(*, query: str, category: str, number: str) -> "Page[Provider]":
    """One page of the alphabetic list: those of a category or of all, in whose names the query's words occur."""
    found = Provider.objects.filter(is_active=True).named_like(query).order_by("folded_name", "id")
    return Paginator(found.filter(category__code=category) if category else found, ON_A_PAGE).get_page(number)


def rows(found: Iterable[Provider]) -> list[Choice]:
    """The page's providers as links to paying."""
    return _choices(found, "payments:pay-account")


def all_url(category: ProviderCategory) -> str:
    """«показать все» of a category."""
    return f"{reverse('billing:provider-list')}?category={category.code}"


def mobile_operators() -> list[Provider]:
    """Those whose accounts are mobile numbers."""
    return list(Provider.objects.open().filter(account_kind=AccountKind.MOBILE))


def operator_of(phone: str, operators: list[Provider]) -> Provider | None:
    """Whose number it may be by the numbering plan; people take their numbers along, so only a guess."""
    words = set(fold(number_plan.operator_of(phone)).split())
    named = (one for one in operators if words <= set(one.folded_name.replace("(", " ").replace(")", " ").split()))
    return next(named, None) if words else None


def other_operator_of(phone: str, provider: Provider) -> Provider | None:
    """The operator whose number it is more likely than this provider's; None where it may well be his."""
    if provider.account_kind != AccountKind.MOBILE or operator_of(phone, [provider]):
        return None
    return operator_of(phone, mobile_operators())


def _by_category(providers: ProviderQuerySet) -> list[tuple[ProviderCategory, list[Any]]]:
    grouped = groupby(providers.select_related("category"), key=lambda provider: provider.category)
    return [(category, list(group)) for category, group in grouped]


def _choices(providers: Iterable[Provider], url_name: str) -> list[Choice]:
    return [Choice(one.short_name, reverse(url_name, args=[one.code]), one.folded_name) for one in providers]
