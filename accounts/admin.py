"""The staff on the staff site; residents have no list there, only the card that a call opens."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts import drafts, pages, phones, staff
from accounts.models import AnswerTemplate, Page, PageVersion, User
from accounts.staff_forms import StaffMemberForm
from notifications import texts
from notifications.models import Channel, Draft, DraftState
from safeguards import journal
from safeguards.journal import Action
from safeguards.staff_pages import ReadOnlyAdmin, StaffAdmin, actor_of, target_of


@admin.register(User)
class StaffMemberAdmin(StaffAdmin):
    """Who may come in, in which roles."""

    list_display = ("phone_shown", "full_name_shown", "roles_shown", "is_active")
    form = StaffMemberForm
    search_fields = ("=phone", "last_name")
    ordering = ("last_name", "pk")
    open_fields = ("is_active", "groups")
    actions = ("give_new_password", "forget_second_factor")

    def named(self, row: User) -> str:
        """As colleagues do."""
        return row.full_name or phones.spaced(row.phone or "")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Staff alone; who may do everything is shown only to his like."""
        people = super().get_queryset(request).filter(is_staff=True).prefetch_related("groups")
        is_superuser = getattr(request.user, "is_superuser", False)
        return people if is_superuser else people.filter(is_superuser=False)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new one gets a password that is shown once."""
        obj.is_staff = True
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            self._tell_password(request, obj)

    @admin.action(description="Выдать новый пароль", permissions=["change"])
    def give_new_password(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        """The former one stops working at once."""
        for user in chosen:
            self._tell_password(request, user)
            self._note(request, user, "новый пароль")

    @admin.action(description="Сбросить второй фактор", permissions=["change"])
    def forget_second_factor(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        """For who has lost his phone and his recovery codes."""
        for user in chosen:
            staff.forget_second_factor(user=user, now=timezone.now())
            self._note(request, user, "второй фактор сброшен")
        self.message_user(request, "Второй фактор сброшен: при следующем входе его подключат заново.")

    @admin.display(description="телефон", ordering="phone")
    def phone_shown(self, user: Model) -> str:
        """As people write it."""
        return phones.spaced(user.phone)  # type: ignore[attr-defined]

    @admin.display(description="имя", ordering="last_name")
    def full_name_shown(self, user: Model) -> str:
        """Surname first."""
        return user.full_name or "–"  # type: ignore[attr-defined]

    @admin.display(description="роли")
    def roles_shown(self, user: Model) -> str:
        """All of them."""
        return ", ".join(group.name for group in user.groups.all()) or "нет"  # type: ignore[attr-defined]

    def _tell_password(self, request: HttpRequest, user: User) -> None:
        password = staff.new_password(user=user, now=timezone.now())
        self.message_user(
            request,
            f"{phones.spaced(user.phone or '')}: пароль {password} – передайте лично, больше его не покажут.",
            messages.WARNING,
        )

    def _note(self, request: HttpRequest, user: User, what: str) -> None:
        journal.record(
            actor=actor_of(request), action=Action.CHANGED, target=target_of(user), why=what, now=timezone.now()
        )


@admin.register(AnswerTemplate)
class AnswerTemplateAdmin(StaffAdmin):
    """Ready answers, which senior operators keep."""

    list_display = ("title",)
    search_fields = ("title",)
    open_fields = free_texts = ("title", "text")


@admin.register(PageVersion)
class PageVersionAdmin(ReadOnlyAdmin):
    """Every version of every page; a new one is published on a page of its own, where it is looked at first."""

    change_list_template = "contact_centre/page_list.html"
    list_display = ("page_shown", "number", "published_shown", "asks_again")
    fields = ("page_shown", "number", "published_shown", "asks_again", "text_shown")
    readonly_fields = fields

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """With a link to each page's next version, for who may write one."""
        may_publish = request.user.has_perm("accounts.add_pageversion")
        return super().changelist_view(request, {"pages": Page.choices if may_publish else []})

    @admin.display(description="страница")
    def page_shown(self, version: PageVersion) -> str:
        """By its heading."""
        return version.get_page_display()

    @admin.display(description="опубликована")
    def published_shown(self, version: PageVersion) -> str:
        """Moscow time."""
        return timezone.localtime(version.published_at).strftime("%d.%m.%Y %H:%M:%S")

    @admin.display(description="как видят жители")
    def text_shown(self, version: PageVersion) -> str:
        """Rendered by the rule of the residents' page."""
        return pages.as_html(version)


@admin.register(Draft)
class DraftAdmin(StaffAdmin):
    """Letters and promotions; what has begun is not rewritten."""

    list_display = ("__str__", "topic", "state", "begun_at", "progress_shown")
    fields = ("topic", "subject", "text", "preview", "state", "progress_shown")
    open_fields = ("topic", "state")
    free_texts = ("subject", "text")
    actions = ("try_on_oneself", "send_to_subscribers", "pause", "resume", "stop")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only a draft may be changed."""
        written = () if obj is None or obj.state == DraftState.DRAFT else ("topic", "subject", "text")
        return (*written, "preview", "state", "progress_shown")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was sent to people stays."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.state == DraftState.DRAFT)

    @admin.display(description="как прочтут")
    def preview(self, row: Draft) -> str:
        """The words as they leave, and what an SMS costs in segments."""
        if not row.text:
            return "–"
        try:
            subject, text = drafts.words_of(row)
        except texts.TooLong:
            return "Длиннее двух сегментов SMS: сократите"
        is_sms = drafts.kind_of(row).channel is Channel.SMS
        return f"{text}\n\n(сегментов: {texts.segments(text)})" if is_sms else f"{subject}\n\n{text}"

    @admin.display(description="ход")
    def progress_shown(self, row: Draft) -> str:
        """How many messages stand where."""
        return ", ".join(f"{state} {number}" for state, number in sorted(drafts.progress(row).items())) or "–"

    @admin.action(description="Отправить только себе")
    def try_on_oneself(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """To the phone or address of who presses the button."""
        staff, now = cast(User, request.user), timezone.now()
        self._each(request, queryset, lambda draft: drafts.try_on(draft=draft, staff=staff, now=now))

    @admin.action(description="Отправить подписчикам…")
    def send_to_subscribers(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Once for each draft; first it is said to how many and for how much."""
        if "confirmed" in request.POST:
            now = timezone.now()
            self._each(request, queryset, lambda draft: drafts.send(draft=draft, now=now))
            return None
        estimates: list[drafts.Estimate] = []
        for draft in queryset:
            self._is_done(request, draft, lambda draft: estimates.append(drafts.estimate(draft)))
        context = {
            **self.admin_site.each_context(request),
            "title": "Отправить подписчикам",
            "opts": self.opts,
            "estimates": estimates,
            "is_for_nobody": not any(estimate.readers for estimate in estimates),
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "contact_centre/draft_send.html", context) if estimates else None

    @admin.action(description="Приостановить")
    def pause(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """What has not left waits."""
        self._each(request, queryset, lambda draft: drafts.pause(draft=draft))

    @admin.action(description="Продолжить")
    def resume(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """It goes on."""
        now = timezone.now()
        self._each(request, queryset, lambda draft: drafts.resume(draft=draft, now=now))

    @admin.action(description="Остановить насовсем")
    def stop(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """What has not left never will."""
        self._each(request, queryset, lambda draft: drafts.stop(draft=draft))

    def _each(self, request: HttpRequest, queryset: QuerySet[Any], deed: Callable[[Draft], object]) -> None:
        for draft in queryset:
            if self._is_done(request, draft, deed):
                who = actor_of(request)
                journal.record(actor=who, action=Action.CHANGED, target=target_of(draft), now=timezone.now())
                self.message_user(request, f"«{draft}»: сделано.", messages.SUCCESS)

    def _is_done(self, request: HttpRequest, draft: Draft, deed: Callable[[Draft], object]) -> bool:
        try:
            deed(draft)
        except drafts.NotAllowed:
            said = "сейчас это невозможно."
        except drafts.NoAddress:
            said = "Ваш e-mail не указан. Его вносит администратор на странице «Сотрудники»."
        except texts.TooLong:
            said = "SMS длиннее двух сегментов."
        else:
            return True
        self.message_user(request, f"«{draft}»: {said}", messages.WARNING)
        return False
