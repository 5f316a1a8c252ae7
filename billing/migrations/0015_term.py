"""The words of bills move from the code to the editors."""

from typing import Any

from django.db import migrations, models

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
    """As they stood in the code."""
    model = apps.get_model("billing", "Term")
    model.objects.bulk_create(
        [model(word=word, meaning=meaning, spellings=spellings) for word, meaning, spellings in TERMS]
    )


class Migration(migrations.Migration):
    dependencies = [("billing", "0014_charges_as_written")]

    operations = [
        migrations.CreateModel(
            name="Term",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=40, unique=True, verbose_name="слово")),
                (
                    "meaning",
                    models.CharField(
                        help_text="Одно простое предложение без точки в конце.",
                        max_length=200,
                        verbose_name="что оно значит",
                    ),
                ),
                (
                    "spellings",
                    models.CharField(
                        help_text=(
                            "Через запятую, большие и малые буквы равны; "
                            "* в конце слова – любое окончание: капитальн* ремонт*"
                        ),
                        max_length=200,
                        verbose_name="как пишется в счетах",
                    ),
                ),
            ],
            options={"verbose_name": "слово счетов", "verbose_name_plural": "слова счетов"},
        ),
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
