"""Whose range a mobile number was given from: a guess by the public numbering plan, since people take numbers along."""

import csv
import io
import re
from collections.abc import Iterator

from django.db import transaction

from accounts.models import NumberRange

COLUMNS = ("def", "от", "до", "емкость", "оператор")
MOBILE_CODE = re.compile("9[0-9]{2}")
LOCAL_DIGITS = 7
# What people call them; every other operator keeps its own name without the legal form.
KNOWN_AS = {"мобильные телесистемы": "МТС", "вымпел": "Билайн", "мегафон": "МегаФон", "т2 мобайл": "Tele2"}
LEGAL_FORM = re.compile(r"\A(ООО|ОАО|ПАО|ЗАО|НАО|АО)\s")


class MalformedPlan(Exception):
    """The file is not the numbering plan; `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"строка {line}: {reason}")
        self.line = line


def load(data: bytes) -> int:
    """Take the place of the former plan with the mobile ranges of this file, as a whole; returns their number."""
    try:
        ranges = list(_ranges(_text(data)))
    except csv.Error:
        raise MalformedPlan(1, "это не CSV") from None
    if not ranges:
        raise MalformedPlan(1, "нет ни одного мобильного номера")
    with transaction.atomic():
        NumberRange.objects.all().delete()
        NumberRange.objects.bulk_create(ranges, batch_size=1000)
    return len(ranges)


def operator_of(phone: str) -> str:
    """«МТС» for an E.164 number; empty where the plan is not loaded or does not know. The narrowest range speaks."""
    if not phone:
        return ""
    number = int(phone[-10:])
    found = NumberRange.objects.filter(first__lte=number, last__gte=number).order_by("-first", "last").first()
    return found.operator if found else ""


def short_name(operator: str) -> str:
    """«МТС» of «ПАО "Мобильные ТелеСистемы"»."""
    folded = operator.casefold()
    for part, name in KNOWN_AS.items():
        if part in folded:
            return name
    return LEGAL_FORM.sub("", operator.strip()).strip(' "«»')


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", "replace")


def _ranges(text: str) -> Iterator[NumberRange]:
    rows = csv.reader(io.StringIO(text, newline=None), delimiter=";")
    header = [name.strip().casefold().replace("ё", "е") for name in next(rows, [])][: len(COLUMNS)]
    if len(header) < len(COLUMNS) or not header[0].endswith("def") or header[1:] != list(COLUMNS[1:]):
        raise MalformedPlan(1, "ожидались столбцы «АВС/DEF;От;До;Емкость;Оператор;Регион»")
    for row in rows:
        if row and MOBILE_CODE.fullmatch(row[0].strip()):
            yield _range([cell.strip() for cell in row], rows.line_num)
        elif row and not re.fullmatch("[0-9]{3}", row[0].strip()):
            raise MalformedPlan(rows.line_num, "код – не три цифры")


def _range(row: list[str], line: int) -> NumberRange:
    if len(row) < len(COLUMNS) or not row[4]:
        raise MalformedPlan(line, "не хватает столбцов")
    code, first, last, capacity, operator = row[:5]
    if not all(re.fullmatch(f"[0-9]{{{LOCAL_DIGITS}}}", end) for end in (first, last)):
        raise MalformedPlan(line, "номер – не семь цифр")
    if not re.fullmatch("[0-9]{1,8}", capacity) or int(last) - int(first) + 1 != int(capacity):
        raise MalformedPlan(line, "ёмкость не равна числу номеров")
    return NumberRange(first=int(code + first), last=int(code + last), operator=short_name(operator)[:100])
