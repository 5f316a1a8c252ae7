"""The journal on the staff site: looked at, filtered, never touched."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.utils import timezone

from safeguards.journal import Action
from safeguards.models import JournalEntry
from safeguards.staff_pages import LONGEST_KEY, ReadOnlyAdmin, as_kept, as_said


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    """Who, when, from where, what, whose, why."""

    list_display = ("number_shown", "at_shown", "who_shown", "action_shown", "whose_shown", "why_shown", "ip_shown")
    search_fields = ("target",)
    search_help_text = "Номер строки, UUID сотрудника или жителя, либо строка вида «слово счетов 7»"
    fields = (
        "number_shown",
        "at_shown",
        "who_shown",
        "ip_shown",
        "action_shown",
        "whose_shown",
        "why_shown",
        "before_shown",
        "after_shown",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the names of the staff; residents have none here."""
        people = get_user_model().objects.filter(uuid=OuterRef("who_uuid"), is_staff=True)
        named = people.values(name=Concat("last_name", Value(" "), "first_name"))
        entries: QuerySet[Any] = super().get_queryset(request).annotate(who_name=Subquery(named[:1]))
        return entries

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By what has an index: number, person, row."""
        wanted = search_term.strip()
        if not wanted:
            return queryset, False
        if wanted.isascii() and wanted.isdigit() and len(wanted) <= LONGEST_KEY:
            return queryset.filter(number=int(wanted)), False
        try:
            person = UUID(wanted)
        except ValueError:
            return queryset.filter(target__in=[wanted, as_kept(wanted)]), False
        return queryset.filter(Q(who_uuid=person) | Q(whose_uuid=person)), False

    @admin.display(description="№")
    def number_shown(self, entry: Any) -> str:
        """Without a blank in it, as `verify_journal` names it."""
        return str(entry.number)

    @admin.display(description="когда")
    def at_shown(self, entry: Any) -> str:
        """To the second, Moscow time."""
        return timezone.localtime(entry.at).strftime("%d.%m.%Y %H:%M:%S")

    @admin.display(description="чьё")
    def whose_shown(self, entry: Any) -> str:
        """The resident by uuid, or the row."""
        return str(entry.whose_uuid or as_said(entry.target) or "–")

    @admin.display(description="почему")
    def why_shown(self, entry: Any) -> str:
        """In the words of who did it."""
        return entry.why or "–"

    @admin.display(description="откуда")
    def ip_shown(self, entry: Any) -> str:
        """The address."""
        return entry.ip or "–"

    @admin.display(description="было")
    def before_shown(self, entry: Any) -> str:
        """Masked."""
        return _pairs(entry.before)

    @admin.display(description="стало")
    def after_shown(self, entry: Any) -> str:
        """Masked."""
        return _pairs(entry.after)

    @admin.display(description="кто")
    def who_shown(self, entry: Any) -> str:
        """The member of the staff, or the user who ran a command."""
        return entry.who or entry.who_name or str(entry.who_uuid or "–")

    @admin.display(description="что")
    def action_shown(self, entry: Any) -> str:
        """In words; a code that the list does not know yet stands as it is."""
        code: str = entry.action
        return Action(code).label if code in Action.values else code


def _pairs(values: dict[str, Any]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in values.items()) or "–"
