"""What the words of bills mean, in plain ones."""

from collections.abc import Iterable
from dataclasses import dataclass

from billing.models import Term


@dataclass(frozen=True)
class Part:
    """A piece of the name of a service: plain, or one that a term explains."""

    text: str
    term: Term | None = None


def terms() -> list[Term]:
    """All that are explained, in the order in which they were added."""
    return list(Term.objects.order_by("pk"))


def of(names: Iterable[str], known: list[Term]) -> list[Term]:
    """The terms that occur in these names."""
    text = "\n".join(names)
    return [term for term in known if term.pattern.search(text)]


def parts(name: str, known: list[Term]) -> list[Part]:
    """The name cut where terms stand in it; of words that two terms claim the one that begins first has them."""
    claims = [(match.span(), term) for term in known for match in term.pattern.finditer(name)]
    found, place = [], 0
    for (start, end), term in sorted(claims, key=lambda claim: claim[0]):
        if start >= place:
            found += [Part(name[place:start]), Part(name[start:end], term)]
            place = end
    return [part for part in [*found, Part(name[place:])] if part.text]
