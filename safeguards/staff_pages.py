"""What every page of the staff site has in common: deeds go to the journal, money is read-only, lists count nothing."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from safeguards import journal
from safeguards.journal import Action, Actor


def actor_of(request: HttpRequest) -> Actor:
    """Who is at the keyboard; the staff site puts it there before any of its views begins."""
    actor = request.staff_actor  # type: ignore[attr-defined]
    if not isinstance(actor, Actor):
        raise TypeError("the request did not come through the staff site")
    return actor


def target_of(row: Model) -> str:
    """How the journal names a row: by model and key, without a word of what stands in it."""
    return f"{type(row).__name__} {row.pk}"


class StaffAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A model on the staff site: what is done to it stands in the journal, in place of Django's own log."""

    show_full_result_count = False
    # Fields whose value is nobody's person, so that the journal may show it.
    open_fields: tuple[str, ...] = ()

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        """A new row."""
        self._record(request, Action.ADDED, obj, after=self._shown(obj, self.open_fields))

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        """A changed row: `message` lists the fields, the form kept what they were."""
        changed = getattr(request, "staff_changes", {})
        self._record(
            request,
            Action.CHANGED,
            obj,
            before={name: old for name, (old, _) in changed.items()},
            after={name: new for name, (_, new) in changed.items()},
        )

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:  # type: ignore[override]
        """Rows that are about to go."""
        for row in queryset:
            self._record(request, Action.REMOVED, row, before=self._shown(row, self.open_fields))

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Keep what the changed fields were before they are gone."""
        if change:
            request.staff_changes = {  # type: ignore[attr-defined]
                name: (self._word(name, form.initial.get(name)), self._word(name, form.cleaned_data.get(name)))
                for name in form.changed_data
            }
        return super().save_form(request, form, change)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The journal's rows of this one."""
        where = reverse("admin:safeguards_journalentry_changelist")
        return redirect(f"{where}?target={self.model.__name__}+{object_id}")

    def _record(self, request: HttpRequest, action: Action, row: Model, **more: Any) -> None:
        journal.record(actor=actor_of(request), action=action, target=target_of(row), now=timezone.now(), **more)

    def _shown(self, row: Model, names: tuple[str, ...]) -> dict[str, str]:
        return {name: self._word(name, getattr(row, name)) for name in names}

    def _word(self, name: str, value: object) -> str:
        text = "" if value is None else str(value)
        return text[:200] if name in self.open_fields else journal.masked(text)


class ReadOnlyAdmin(StaffAdmin):
    """A model that staff may look at and never touch: every change of it has a rule of its own."""

    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False
