"""The branches of «Оплатить» and the words of bills that every portal begins with."""


from typing import Any

from django.db import migrations

# The four branches of «Оплатить» in the menu.
CATEGORIES = {
    "utilities": "Коммунальные услуги",
    "fines": "Штрафы ГИБДД",
    "mobile": "Мобильная связь",
    "internet": "Интернет, Телефония и ТВ",
}
TERMS = (
    ("ИП", "индивидуальное потребление: то, что израсходовано в вашей квартире", "ИП"),
    (
        "ОДН",
        "общедомовые нужды: вода и свет для подъездов, лифтов и двора. Делятся на всех по площади квартир",
        "ОДН, СОИ",
    ),
    ("ГВС", "горячее водоснабжение", "ГВС"),
    ("ХВС", "холодное водоснабжение", "ХВС"),
    ("Водоотведение", "канализация: считается по всей воде, холодной и горячей", "водоотведение"),
    (
        "Капремонт",
        "взнос собственников на будущий ремонт дома: крыши, труб, лифтов, фасада. Зависит от площади квартиры",
        "капремонт*, кап. ремонт*, капитальн* ремонт*",
    ),
    ("ТКО", "твёрдые коммунальные отходы: вывоз и переработка мусора", "ТКО"),
    (
        "Тариф 1, 2, 3",
        "части суток, которые электросчётчик считает отдельно: ночью дешевле",
        "по тарифу 1, по тарифу 2, по тарифу 3",
    ),
)


def write(apps: Any, _schema_editor: Any) -> None:
    """Editors change them on the staff site from then on."""
    category, term = apps.get_model("billing", "ProviderCategory"), apps.get_model("billing", "Term")
    category.objects.bulk_create(
        [category(code=code, title=title, position=position) for position, (code, title) in enumerate(CATEGORIES.items())]
    )
    term.objects.bulk_create(
        [term(word=word, meaning=meaning, spellings=spellings) for word, meaning, spellings in TERMS]
    )


class Migration(migrations.Migration):
    replaces = [("billing", "0015_term")]

    dependencies = [("billing", "0001_schema")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
