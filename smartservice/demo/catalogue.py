"""Providers, categories and a numbering plan of the demo; a second run leaves them as they are."""

from pathlib import Path

from accounts import number_plan
from accounts.models import NumberRange
from billing import provider_import
from billing.models import Provider, ProviderCategory
from billing.provider_format import read

FILE = Path(__file__).with_name("providers.csv")
NUMBER_PLAN = Path(__file__).with_name("number_plan.csv")
CATEGORIES = {
    "utilities": "Коммунальные услуги",
    "fines": "Штрафы ГИБДД",
    "mobile": "Мобильная связь",
    "internet": "Интернет, Телефония и ТВ",
}


def create() -> int:
    """Create what is missing, in the order of the file; how many providers are new."""
    for position, (code, title) in enumerate(CATEGORIES.items()):
        ProviderCategory.objects.get_or_create(code=code, defaults={"title": title, "position": position})
    known = set(Provider.objects.values_list("code", flat=True))
    return provider_import.save([row for row in read(FILE.read_bytes()) if row.code not in known]).new


def guess_operators() -> None:
    """Load a rough numbering plan, whole codes of four operators, where there is none."""
    if not NumberRange.objects.exists():
        number_plan.load(NUMBER_PLAN.read_bytes())
