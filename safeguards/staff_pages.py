"""What every page of the staff site has in common: deeds go to the journal, money is read-only, lists count nothing."""

from functools import cache
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from safeguards import journal
from safeguards.free_text import FreeTextField
from safeguards.journal import Action, Actor

BEFORE = "before"
LONGEST_KEY = 18


def actor_of(request: HttpRequest) -> Actor:
    """Who is at the keyboard; the staff site puts it there before any of its views begins."""
    actor = request.staff_actor  # type: ignore[attr-defined]
    if not isinstance(actor, Actor):
        raise TypeError("the request did not come through the staff site")
    return actor


def target_of(row: Model) -> str:
    """How the journal names a row: by model and key, without a word of what stands in it."""
    return f"{type(row).__name__} {row.pk}"


def as_said(target: str) -> str:
    """«слово счетов 7» for «Term 7», «операция № 44742446» for «Payment 6»: by the number that people see."""
    name, _, key = target.rpartition(" ")
    model = _models().get(name)
    if model is None:
        return target
    first = _first_number(model) if key.isdecimal() else None
    return f"{_word_of(model)} {key}" if first is None else f"{_word_of(model)} № {int(key) + first}"


def as_kept(said: str) -> str:
    """The other way round."""
    words, _, key = said.rpartition(" ")
    name = words.removesuffix("№").strip().casefold()
    model = next((model for model in _models().values() if _word_of(model) == name), None)
    if model is None:
        return said
    first = _first_number(model) if words.endswith("№") and key.isdecimal() else None
    return f"{model.__name__} {key if first is None else int(key) - first}"


@cache
def _models() -> dict[str, type[Model]]:
    return {model.__name__: model for model in apps.get_models()}


def _word_of(model: type[Model]) -> str:
    return str(model._meta.verbose_name)  # noqa: SLF001


def _first_number(model: type[Model]) -> int | None:
    """What is added to the key for the number that people see; None where they see the key itself."""
    is_worked_out = isinstance(getattr(model, "number", None), property)
    return int(model(pk=0).number) if is_worked_out else None  # type: ignore[attr-defined]


class ShortList(ChangeList):
    """A list that says how many it found only to who has searched."""

    def get_results(self, request: HttpRequest) -> None:
        """Django would offer «show all» of what is shown already."""
        super().get_results(request)
        self.full_result_count = None if self.query else self.result_count


class LongList(ChangeList):
    """A list that never counts and never skips: one page by key, newest first, and a link to the older ones."""

    older: int | None = None

    def get_filters_params(self, params: Any = None) -> Any:
        """Where the page begins is no filter."""
        kept = super().get_filters_params(params)
        kept.pop(BEFORE, None)
        return kept

    def get_results(self, request: HttpRequest) -> None:
        """One row more than fits says whether there are older ones."""
        before = request.GET.get(BEFORE, "")
        rows = self.queryset.order_by("-pk")
        if before.isascii() and before.isdigit() and len(before) <= LONGEST_KEY:
            rows = rows.filter(pk__lt=int(before))
        found = list(rows[: self.list_per_page + 1])
        self.result_list = found[: self.list_per_page]
        self.older = self.result_list[-1].pk if len(found) > self.list_per_page else None
        self.result_count = len(self.result_list)
        # Of a page there is nothing to say, of a search that it may be taken back.
        self.full_result_count = None if self.query else self.result_count
        self.show_full_result_count = False
        self.show_admin_actions = False
        self.can_show_all = self.multi_page = False
        self.paginator = Paginator(self.result_list, self.list_per_page)

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[Any]:
        """By key alone: any other order would read everything."""
        return ["-pk"]

    @property
    def older_link(self) -> str:
        """The next page."""
        return self.get_query_string({BEFORE: self.older}) if self.older else ""


class StaffAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A model on the staff site: what is done to it stands in the journal, in place of Django's own log."""

    show_full_result_count = False
    # Beside each filter the number of its rows: that would count everything.
    show_facets = admin.ShowFacets.NEVER
    change_list_template = "contact_centre/change_list.html"
    change_form_template = "contact_centre/change_form.html"
    delete_confirmation_template = delete_selected_confirmation_template = "contact_centre/delete.html"
    # Fields whose value is nobody's person, so that the journal may show it.
    open_fields: tuple[str, ...] = ()
    # Fields for words of one's own, where a card number may be pasted.
    free_texts: tuple[str, ...] = ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Free words without card numbers."""
        if db_field.name in self.free_texts:
            kwargs["form_class"] = FreeTextField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def named(self, row: Any) -> str:
        """The row as the staff call it."""
        return str(row)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Without a count of what nobody searched for."""
        return ShortList

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Django's own one bends no Russian word."""
        actions = super().get_actions(request)
        if deleting := actions.get("delete_selected"):
            actions["delete_selected"] = (*deleting[:2], "Удалить выбранные…")
        return actions

    def message_user(self, request: HttpRequest, message: Any, *args: Any, **kwargs: Any) -> None:
        """What was done, in our words: Django's bend no Russian name."""
        super().message_user(request, request.__dict__.pop("staff_says", message), *args, **kwargs)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        """A new row."""
        request.staff_says = f"Добавлено: {self.named(obj)}."  # type: ignore[attr-defined]
        self._record(request, Action.ADDED, obj, after=self._shown(obj, self.open_fields))

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        """A changed row: `message` lists the fields, the form kept what they were."""
        request.staff_says = f"Сохранено: {self.named(obj)}."  # type: ignore[attr-defined]
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
        names = ", ".join(self.named(row) for row in queryset)
        request.staff_says = f"Удалено: {names}."  # type: ignore[attr-defined]
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

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Under its own name: «Выберите …» bends no Russian word."""
        title = str(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title[:1].upper() + title[1:], **(extra_context or {})})

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The same for one row."""
        title = "Новая запись" if object_id is None else str(self.opts.verbose_name).capitalize()
        return super().changeform_view(request, object_id, form_url, {"title": title, **(extra_context or {})})

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        """Under the name that the staff know it by."""
        named = {**context, "subtitle": self.named(obj) if obj else None}
        return super().render_change_form(request, named, add, change, form_url, obj)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Headed by the deed."""
        return super().delete_view(request, object_id, {"title": "Удаление", **(extra_context or {})})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The journal's rows of this one."""
        where = reverse("admin:safeguards_journalentry_changelist")
        return redirect(f"{where}?q={self.model.__name__}+{object_id}")

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
    sortable_by = ()
    list_per_page = 50

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Money and journal grow for ever."""
        return LongList

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False
