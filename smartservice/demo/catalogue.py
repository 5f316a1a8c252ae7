"""Providers and categories of the demo, from providers.csv; a second run leaves them as they are."""

import csv
from pathlib import Path
from typing import Any

from billing.models import Provider, ProviderCategory

FILE = Path(__file__).with_name("providers.csv")
CATEGORIES = {
    "utilities": "Коммунальные услуги",
    "fines": "Штрафы ГИБДД",
    "mobile": "Мобильная связь",
    "internet": "Интернет, Телефония и ТВ",
}
FLAGS = ("issues_bills", "is_featured")


def create() -> int:
    """Create what is missing, in the order of the file; how many providers are new."""
    categories = {
        code: ProviderCategory.objects.get_or_create(code=code, defaults={"title": title, "position": position})[0]
        for position, (code, title) in enumerate(CATEGORIES.items())
    }
    new = 0
    for position, row in enumerate(_rows()):
        fields: dict[str, Any] = {name: value == "yes" if name in FLAGS else value for name, value in row.items()}
        fields |= {"category": categories[row["category"]], "position": position}
        _, is_new = Provider.objects.get_or_create(code=fields.pop("code"), defaults=fields)
        new += is_new
    return new


def _rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";", quoting=csv.QUOTE_NONE))
