"""What the words of bills mean, in plain ones."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A word and its meaning; `pattern` finds it in the name of a service."""

    word: str
    meaning: str
    pattern: str

    @property
    def key(self) -> str:
        """Tells it from the other terms of a page."""
        return f"term-{TERMS.index(self)}"


@dataclass(frozen=True)
class Part:
    """A piece of the name of a service: plain, or one that a term explains."""

    text: str
    term: Term | None = None


TERMS = (
    Term("ИП", "индивидуальное потребление: то, что израсходовано в вашей квартире", r"\bИП\b"),
    Term(
        "ОДН",
        "общедомовые нужды: вода и свет для подъездов, лифтов и двора. Делятся на всех по площади квартир",
        r"\bОДН\b|\bСОИ\b",
    ),
    Term("ГВС", "горячее водоснабжение", r"\bГВС\b"),
    Term("ХВС", "холодное водоснабжение", r"\bХВС\b"),
    Term("Водоотведение", "канализация: считается по всей воде, холодной и горячей", r"\bводоотведение\b"),
    Term(
        "Капремонт",
        "взнос собственников на будущий ремонт дома: крыши, труб, лифтов, фасада. Зависит от площади квартиры",
        r"\bкап\w*\.?\s?ремонт",
    ),
    Term("ТКО", "твёрдые коммунальные отходы: вывоз и переработка мусора", r"\bТКО\b"),
    Term("Тариф 1, 2, 3", "части суток, которые электросчётчик считает отдельно: ночью дешевле", r"\bпо тарифу \d"),
)


def of(names: Iterable[str]) -> list[Term]:
    """The terms that occur in these names."""
    text = "\n".join(names)
    return [term for term in TERMS if re.search(term.pattern, text, re.IGNORECASE)]


def parts(name: str) -> list[Part]:
    """The name cut where terms stand in it; of words that two terms claim the one that begins first has them."""
    claims = [(match.span(), term) for term in TERMS for match in re.finditer(term.pattern, name, re.IGNORECASE)]
    found, place = [], 0
    for (start, end), term in sorted(claims, key=lambda claim: claim[0]):
        if start >= place:
            found += [Part(name[place:start]), Part(name[start:end], term)]
            place = end
    return [part for part in [*found, Part(name[place:])] if part.text]
