"""Takes the catalogue in: the whole file or nothing; the same file again changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict

from billing.models import Provider, ProviderCategory
from billing.provider_format import FIRST_MISTAKES, ProviderRow, read
from billing.register_text import Malformed, Mistake

# A text that the file leaves empty takes the model's own default.
DEFAULTS = ("account_label", "account_kind", "account_check", "account_proof")


@dataclass(frozen=True)
class Outcome:
    """How many providers are new, changed, and as they were."""

    new: int
    changed: int
    unchanged: int


def import_providers(*, data: bytes) -> Outcome:
    """Providers as the file has them; what it does not name, providers or columns, stays. Raises Malformed."""
    return save(read(data))


def save(rows: list[ProviderRow]) -> Outcome:
    """The rows as providers, each checked as the staff site checks it. Raises Malformed."""
    categories = ProviderCategory.objects.in_bulk(field_name="code")
    known = Provider.objects.select_related("category").in_bulk([row.code for row in rows], field_name="code")
    before = {code: model_to_dict(provider) for code, provider in known.items()}
    last = max(Provider.objects.values_list("position", flat=True), default=-1)
    providers = []
    for row in rows:
        provider = known.get(row.code)
        if provider is None:
            last += 1
            provider = Provider(code=row.code, position=last)
        _fill(provider, row, categories)
        providers.append(provider)
    mistakes = [mistake for provider, row in zip(providers, rows, strict=True) for mistake in _mistakes(provider, row)]
    if mistakes:
        raise Malformed(mistakes[:FIRST_MISTAKES])
    changed = [provider for provider in providers if provider.pk and model_to_dict(provider) != before[provider.code]]
    new = [provider for provider in providers if not provider.pk]
    with transaction.atomic():
        for provider in [*new, *changed]:
            provider.save()
    return Outcome(len(new), len(changed), len(providers) - len(new) - len(changed))


def _fill(provider: Provider, row: ProviderRow, categories: dict[str, ProviderCategory]) -> None:
    category = categories.get(row.category)
    if category is not None:
        provider.category = category
    for name, value in row.values.items():
        if value or name not in DEFAULTS:
            setattr(provider, name, value)


def _mistakes(provider: Provider, row: ProviderRow) -> Iterator[Mistake]:
    """What the model refuses, at the column where it stands; a rule of two columns is told at the first one."""
    if provider.category_id is None or provider.category.code != row.category:
        yield Mistake(row.line, row.columns["category"], "category", f"нет категории «{row.category[:40]}»")
        return
    try:
        # The code was looked up above: whether it is there is no question here.
        provider.full_clean(validate_unique=False)
    except ValidationError as error:
        for name, texts in error.message_dict.items():
            at = name if name in row.columns else "code"
            yield Mistake(row.line, row.columns[at], at, " ".join(texts))
