"""The catalogue as pages show it: headed blocks of providers."""

from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse

from billing.models import Provider


@dataclass(frozen=True)
class Choice:
    """A provider and where choosing it leads."""

    short_name: str
    url: str


@dataclass(frozen=True)
class Block:
    """A category with its providers."""

    title: str
    providers: list[Choice]


def home_blocks() -> list[Block]:
    """Providers that issue bills, by category; each leads to adding an account, all there is to do so far."""
    providers = Provider.objects.issuing_bills().select_related("category")
    return [
        Block(category.title, [Choice(provider.short_name, _url(provider)) for provider in group])
        for category, group in groupby(providers, key=lambda provider: provider.category)
    ]


def _url(provider: Provider) -> str:
    return reverse("billing:account-number", args=[provider.code])
