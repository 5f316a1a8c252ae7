"""`verify_journal`: whether a row of the journal was removed or altered; exit status 0 whole, 1 not, 2 usage."""

import json
import re
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from safeguards import journal

SHOWN = 50
NOTED = re.compile(r"(\d+):([0-9a-f]{64})")
REFUSED, USAGE = 1, 2


class Command(BaseCommand):
    help = (
        "Проверяет журнал сотрудников: каждая строка связана с предыдущей ключом JOURNAL_KEY, поэтому удалённая, "
        "изменённая или отрезанная с конца строка видна. Печатает конец журнала «номер:отпечаток»: запишите его "
        "отдельно и дайте потом как --noted, тогда не скрыть подмены и тому, у кого есть ключ. "
        "Пример: verify_journal --noted 1024:9f86d0…"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--noted", metavar="НОМЕР:ОТПЕЧАТОК", help="конец журнала, записанный раньше")
        parser.add_argument("--json", action="store_true", help="ответ для программы")

    def handle(self, *, noted: str | None, **options: Any) -> None:
        findings = list(journal.verify(noted=self._read(noted)))
        number, digest = journal.head()
        if options["json"]:
            answer = {"rows": number, "head": f"{number}:{digest}", "findings": [asdict(found) for found in findings]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.stdout.write(f"Строк в журнале: {number}. Конец: {number}:{digest}")
        if findings:
            lines = [str(found) for found in findings[:SHOWN]]
            lines += [f"… и ещё {len(findings) - SHOWN}"] * (len(findings) > SHOWN)
            raise CommandError("Журнал нарушен:\n" + "\n".join(lines), returncode=REFUSED)
        if not options["json"]:
            self.stdout.write("Журнал цел.")

    def _read(self, noted: str | None) -> tuple[int, str] | None:
        if noted is None:
            return None
        match = NOTED.fullmatch(noted)
        if match is None:
            raise CommandError("--noted: номер, двоеточие и отпечаток из 64 знаков", returncode=USAGE)
        return int(match[1]), match[2]
