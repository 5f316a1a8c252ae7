"""`manage.py rotate_field_keys`: every encrypted text gets the newest key, so that the old one can be thrown away."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from safeguards import rotation
from safeguards.rotation import KeysMissing


class Command(BaseCommand):
    help = (
        "Перешифровывает все зашифрованные поля новейшим (первым) ключом из FIELD_KEYS. Прежние ключи должны "
        "ещё стоять за ним. Можно прервать и запустить снова. Без нужного ключа отказывает и ничего не меняет."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable: list[str] = []
        try:
            for outcome in rotation.rotate():
                self.stdout.write(
                    f"{outcome.name}: перешифровано {outcome.rotated}, уже с новым ключом {outcome.fresh}"
                )
                unreadable += [f"{outcome.name}, строка {key}" for key in outcome.unreadable]
        except KeysMissing as refusal:
            lines = [f"{name}: {count}" for name, count in sorted(refusal.rows.items())]
            raise CommandError(
                f"Не прочесть строк: {sum(refusal.rows.values())}. Нет ключей, ничего не изменено.\n" + "\n".join(lines)
            ) from None
        if unreadable:
            raise CommandError("Испорчены и не прочитаны:\n" + "\n".join(unreadable))
        self.stdout.write("Готово: прежние ключи можно убрать из FIELD_KEYS.")
