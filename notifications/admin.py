"""What was sent, never the text of secret ones; whom nothing is sent to; what a day cost."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from notifications import addresses, outbox, texts, titles
from notifications.messages import BY_NAME
from notifications.models import BlacklistedAddress, Message, Spending
from safeguards import journal
from safeguards.journal import Action
from safeguards.staff_pages import LongList, ReadOnlyAdmin, StaffAdmin, actor_of, target_of

HIDDEN = "секретный, не показывается"
WHOLE = "Телефон или e-mail целиком"


class RepeatableList(LongList):
    """A long list whose rows can be chosen."""

    def get_results(self, request: HttpRequest) -> None:
        """With the button above them."""
        super().get_results(request)
        self.show_admin_actions = True


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Every message, the newest first; a resident's are found by the whole of his phone or address."""

    list_display = ("created_at", "kind_shown", "channel", "state", "address_shown", "carrier", "cost_shown", "sent_at")
    list_filter = ("state", "channel", "category")
    search_fields = ("=address",)
    search_help_text = WHOLE
    fields = (
        "created_at",
        "kind_shown",
        "channel",
        "state",
        "address_shown",
        "words",
        "attempts",
        "error",
        "due_at",
        "sent_at",
        "carrier",
        "segments",
        "cost_shown",
    )
    actions = ("send_again",)  # type: ignore[assignment]

    def named(self, row: Message) -> str:
        """In the words of the list."""
        return f"{self.kind_shown(row)}, {row.get_state_display()}"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The one long list with a button."""
        return RepeatableList

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """What went to the address; news, of which there are millions, are looked for among those of its owners."""
        if not search_term.strip():
            return queryset, False
        if not (address := addresses.as_kept(search_term)):
            return queryset.none(), False
        own = Message.objects.filter(about=None, address__iexact=address)
        owners = get_user_model().objects.filter(Q(phone=address) | Q(email__iexact=address)).values("uuid")
        whose = own.exclude(resident_uuid=None).values("resident_uuid").union(owners)
        news = Message.objects.filter(resident_uuid__in=whose, about__isnull=False, address__iexact=address)
        return queryset.filter(pk__in=own.values("pk").union(news.values("pk"))), False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without what nobody may see."""
        return super().get_queryset(request).defer("secret_text")

    @admin.display(description="вид")
    def kind_shown(self, row: Message) -> str:
        """In the words of the staff."""
        return titles.of(row.kind)

    @admin.display(description="адрес")
    def address_shown(self, row: Message) -> str:
        """Enough to know it again."""
        return f"{row.address[:4]}…{row.address[-4:]}"

    @admin.display(description="текст")
    def words(self, row: Message) -> str:
        """What was read; nothing of a secret one."""
        kind = BY_NAME.get(row.kind)
        return HIDDEN if kind is None or kind.is_secret else texts.of(row).text

    @admin.display(description="цена, ₽")
    def cost_shown(self, row: Message) -> str:
        """As the provider told, or as we reckon until then."""
        return "–" if row.cost is None else f"{row.cost // 100},{row.cost % 100:02}"

    @admin.action(description="Отправить ещё раз")
    def send_again(self, request: HttpRequest, queryset: Any) -> None:
        """The same words once more, where they are no secret; each stands in the journal."""
        now, sent = timezone.now(), 0
        for place, row in enumerate(queryset):
            try:
                again = outbox.send_again(row, now=now + place * outbox.MICROSECOND)
            except outbox.NotRepeatable:
                continue
            journal.record(actor=actor_of(request), action=Action.ADDED, target=target_of(again), now=now)
            sent += 1
        left = len(queryset) - sent
        note = f"Отправлено ещё раз: {sent}." + (f" Нельзя повторить: {left}." if left else "")
        self.message_user(request, note, messages.SUCCESS if sent else messages.WARNING)


@admin.register(BlacklistedAddress)
class BlacklistedAddressAdmin(StaffAdmin):
    """Phones and mailboxes that get nothing, each with its reason."""

    list_display = ("address", "channel", "source", "reason", "until", "created_at")
    search_fields = ("=address",)
    search_help_text = WHOLE
    open_fields = ("channel", "source", "until")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """However it was typed."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(address=addresses.as_kept(search_term)), False


@admin.register(Spending)
class SpendingAdmin(ReadOnlyAdmin):
    """What the SMS of each day have cost."""

    list_display = ("day", "roubles")

    @admin.display(description="рублей")
    def roubles(self, row: Spending) -> str:
        """Of this Moscow day."""
        return f"{row.kopecks // 100},{row.kopecks % 100:02}"
