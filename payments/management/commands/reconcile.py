"""`reconcile FILE`: the bank's register against ours; exit status 0 agrees, 1 differs or refused, 2 usage."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from billing.money import Kopecks, roubles
from billing.register_text import Malformed
from payments import reconciliation, reconciliation_act
from payments.models import Difference
from payments.paper import PdfUnavailable
from payments.reconciliation import DaysKnown, Outcome, Period, WrongPeriod
from safeguards import command_line


class Command(BaseCommand):
    help = (
        "Сверяет реестр операций банка (21 столбец, Windows-1251) с операциями портала: что совпало, что отличается "
        "суммой, комиссией, состоянием или возвратами, что есть только у нас и только у банка. Тот же файл ещё раз "
        "сверяется заново. Реестр – о днях от первой его операции до последней; с --from и --to – о названных днях, и "
        "тогда день без операций, даже пустой файл, тоже рассказан. Возвращает 1, если хоть что-то расходится или файл "
        "не принят."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="ФАЙЛ", help="реестр операций банка")
        day, name = command_line.day, "ГГГГ-ММ-ДД"
        parser.add_argument("--from", dest="first", type=day, metavar=name, help="первый день реестра; вместе с --to")
        parser.add_argument("--to", dest="last", type=day, metavar=name, help="последний день реестра")
        parser.add_argument("--json", action="store_true", help="печатать итог в JSON, для сценариев")
        parser.add_argument("--csv", metavar="ФАЙЛ", help="записать акт сверки в CSV")
        parser.add_argument("--pdf", metavar="ФАЙЛ", help="записать акт сверки в PDF")

    def handle(
        self,
        *,
        file: str,
        first: date | None,
        last: date | None,
        json: bool,
        csv: str | None,
        pdf: str | None,
        **_: Any,
    ) -> None:
        if (first is None) != (last is None):
            raise CommandError("--from и --to называют вместе", returncode=2)
        outcome = _reconciled(file, Period(first, last) if first and last else None)
        self.stdout.write(_as_json(outcome) if json else _as_text(outcome))
        now = timezone.now()
        if csv:
            _write(csv, reconciliation_act.csv(outcome=outcome, now=now))
        if pdf:
            try:
                _write(pdf, reconciliation_act.pdf(outcome=outcome, now=now))
            except PdfUnavailable:
                raise CommandError("PDF не записан: нет Pango. Что поставить, скажет check", returncode=1) from None
        if outcome.differences:
            raise CommandError(f"Расхождений: {len(outcome.differences)}", returncode=1)


def _reconciled(file: str, period: Period | None) -> Outcome:
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: файл не читается: {error.strerror}", returncode=2) from None
    try:
        return reconciliation.reconcile(data=data, file_name=Path(file).name, now=timezone.now(), period=period)
    except Malformed as error:
        lines = [f"{file}: файл не принят", *(f"  {mistake}" for mistake in error.mistakes)]
        raise CommandError("\n".join(lines), returncode=1) from None
    except WrongPeriod as error:
        wrong = f"строка {error.line}: операция другого дня" if error.line else _wrong_days(period)
        raise CommandError(f"{file}: файл не принят: {wrong}", returncode=1) from None
    except DaysKnown as error:
        text = f"{file}: файл не принят: за часть этих дней уже загружен реестр {error.register}"
        raise CommandError(text, returncode=1) from None


def _wrong_days(period: Period | None) -> str:
    if period is None:
        return "последний его день по Москве ещё не наступил"
    if period.first > period.last:
        return "--from позже --to"
    return "последний его день по Москве ещё не закончился, банк рассказал о нём не всё"


def _write(file: str, content: bytes) -> None:
    try:
        Path(file).write_bytes(content)
    except OSError as error:
        raise CommandError(f"{file}: не записывается: {error.strerror}", returncode=2) from None


def _as_text(outcome: Outcome) -> str:
    register = outcome.register
    again = " (уже загружен, сверен заново)" if outcome.is_repeated else ""
    total, fee = roubles(Kopecks(register.total)), roubles(Kopecks(register.fee))
    lines = [f"Реестр банка {register}{again}: операций {register.rows}, итог {total}, комиссия банка {fee}"]
    for known in outcome.withdrawn:
        lines.append(f"Снят реестр {known}: о тех его днях, которых нет в новом, банк ещё не рассказал")
    lines.append(f"Совпало заказов: {outcome.agreed}")
    return "\n".join(lines + [_line(difference) for difference in outcome.differences])


def _line(difference: Difference) -> str:
    place = f"строка {difference.line}: " if difference.line else ""
    return f"{place}{difference.get_kind_display()}: {difference.text}"


def _as_json(outcome: Outcome) -> str:
    told = {
        "first_date": outcome.register.first_date.isoformat(),
        "last_date": outcome.register.last_date.isoformat(),
        "rows": outcome.register.rows,
        "agreed": outcome.agreed,
        "differences": [
            {"kind": one.kind, "line": one.line, "order_id": one.order_id, "ours": one.ours, "theirs": one.theirs}
            for one in outcome.differences
        ],
    }
    return json.dumps(told, ensure_ascii=False)
