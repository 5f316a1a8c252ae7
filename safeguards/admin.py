"""The journal on the staff site: looked at, filtered, never touched."""

from django.contrib import admin
from django.db.models import Model

from safeguards.journal import Action
from safeguards.models import JournalEntry
from safeguards.staff_pages import ReadOnlyAdmin


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    """Who, when, from where, what, whose, why."""

    list_display = ("number", "at", "who_shown", "action_shown", "whose_uuid", "target", "why", "ip")
    list_display_links = ("number",)
    search_fields = ("=who_uuid", "=whose_uuid", "=action", "=target")
    search_help_text = "UUID сотрудника или жителя, действие («resident.unblocked») или строка целиком"
    ordering = ("-number",)
    list_per_page = 50
    fields = ("number", "at", "who_shown", "ip", "action_shown", "whose_uuid", "target", "why", "before", "after")
    readonly_fields = fields

    @admin.display(description="кто")
    def who_shown(self, entry: Model) -> str:
        """The member of the staff, or the user who ran a command."""
        return entry.who or str(entry.who_uuid or "–")  # type: ignore[attr-defined]

    @admin.display(description="что")
    def action_shown(self, entry: Model) -> str:
        """In words; a code that the list does not know yet stands as it is."""
        code: str = entry.action  # type: ignore[attr-defined]
        return Action(code).label if code in Action.values else code
