"""What is kept of a person, as he may take it away: JSON for programs, PDF for reading."""

import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from payments import paper
from smartservice.my_data.holdings import HOLDINGS, Holding

GIVEN = "задано"
Section = dict[str, Any]


def sections(person: User, *, for_staff: bool = False) -> list[Section]:
    """Title and rows of everything that can be shown, rows as {label: value}; a section without rows stands too."""
    return [
        {"title": one.title, "rows": [_row(one, row, for_staff=for_staff) for row in one.rows(person).order_by("pk")]}
        for one in HOLDINGS
        if one.title
    ]


def as_json(*, person: User, now: datetime, for_staff: bool = False) -> str:
    """The whole as JSON, in UTF-8 letters; for the staff without what only the person may see."""
    told = sections(person, for_staff=for_staff)
    content = {"made_at": now, "sections": {one["title"]: one["rows"] for one in told}}
    return json.dumps(content, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder)


def as_pdf(*, person: User, now: datetime) -> bytes:
    """The whole as A4 pages; never kept on the disk. Raises paper.PdfUnavailable."""
    shown = [
        {
            "title": one["title"],
            "rows": [{name: _in_words(value) for name, value in row.items()} for row in one["rows"]],
        }
        for one in sections(person)
    ]
    context = {"sections": shown, "made_at": _in_words(now)}
    html = render_to_string("smartservice/my_data_paper.html", context)
    return paper.laid_out(html=html, css=paper.style_sheet("receipt.css"))


def _row(one: Holding, row: Model, *, for_staff: bool) -> dict[str, Any]:
    told = {label: _value(row, path) for label, path in one.shown.items()}
    return {label: GIVEN if for_staff and value and label in one.hidden else value for label, value in told.items()}


def _value(row: Any, path: str) -> Any:
    for name in path.split("."):
        row = getattr(row, name)
    return row() if callable(row) else row


def _in_words(value: Any) -> str:
    match value:
        case None | "":
            return "–"
        case bool():
            return "да" if value else "нет"
        case datetime():
            return timezone.localtime(value).strftime("%d.%m.%Y %H:%M")
    return str(value)
