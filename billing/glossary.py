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
