"""«Карточка жителя»: everything a call may need, as ready words; nothing of it before the caller is identified.

No code word, no document and no card number is ever asked for here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts import entry
from accounts.models import BlockEvent, Feedback, User
from billing import months
from billing.models import AddedAccount, Bill, BillService
from billing.models.bill import read_charges
from billing.money import Kopecks, roubles
from notifications import subscriptions
from notifications.models import Category, Channel, Message, State, Topic
from payments.models import Payment, SavedCard
from payments.shown import Shown, moment
from safeguards import throttle
from safeguards.journal import Action
from safeguards.models import JournalEntry
from safeguards.staff_pages import as_said

OPERATIONS, BILLS, MESSAGES, REQUESTS, JOURNAL_ROWS = 20, 12, 20, 10, 20
# Each opening of this very card is a row as well: what was done would soon be out of sight behind them.
LOOKS = (
    Action.SEARCHED,
    Action.LOOKED,
    Action.FEEDBACK_READ,
    Action.STATEMENT_READ,
    Action.STATEMENT_OPENED,
    Action.VIEWED,
)


@dataclass(frozen=True)
class Table:
    """One part of the card: a heading, columns and rows of texts; `empty` is said where there is no row."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    empty: str


@dataclass(frozen=True)
class BillShown:
    """A bill with its charges behind a fold."""

    title: str
    status: str
    total: str
    charges: list[tuple[str, str]] = field(default_factory=list)


def state(resident: User, now: datetime) -> list[tuple[str, str]]:
    """State and why, last visit, failed logins: what the first question is about."""
    event = BlockEvent.objects.filter(user=resident).order_by("-pk").first()
    why = f"{event.get_action_display()} {moment(event.created_at)}: {event.reason}" if event else "не блокировался"
    phone = resident.phone or ""
    failures = throttle.used(entry.FAILURES, phone, now), throttle.used(entry.STRANGERS_FAILURES, phone, now)
    return [
        ("Состояние", "заблокирован" if resident.blocked_at else "открыт"),
        ("Последняя блокировка", why),
        ("Последнее обращение", moment(resident.last_visit_at) if resident.last_visit_at else "не было"),
        ("Неудачные входы", f"{failures[0]} за полчаса, {failures[1]} за сутки"),
        ("Зарегистрирован", moment(resident.created_at)),
        ("E-mail", _email(resident)),
    ]


def bills(resident: User) -> list[BillShown]:
    """The last bills of his accounts, as he sees them himself."""
    visible = Bill.objects.visible_to(resident).with_newest().select_related("account__provider")
    found = list(visible.order_by("-issued_date", "-pk")[:BILLS])
    services = BillService.objects.in_bulk({row[0] for bill in found for row in bill.stored_charges})
    return [
        BillShown(
            title=f"{bill.account.provider.short_name}, {bill.account.number}, {months.name(bill.period)}",
            status=bill.status.label,
            total=roubles(Kopecks(bill.total)),
            charges=[(line.name, roubles(line.amount)) for line in read_charges(bill.stored_charges, services)],
        )
        for bill in found
    ]


def operations(resident: User) -> list[Shown]:
    """The last twenty, each with its plain reason."""
    found = Payment.objects.of(resident).submitted().select_related("snapshot")
    return [Shown(payment) for payment in found.order_by("-submitted_at", "-pk")[:OPERATIONS]]


def tables(resident: User) -> list[Table]:
    """Every other part, in the order of the page."""
    return [part(resident) for part in PARTS]


def _accounts(resident: User) -> Table:
    added = AddedAccount.objects.of(resident).order_by("title", "pk")
    rows = [
        (row.title, row.account.provider.short_name, row.account.number, "" if row.is_open else "ждёт подтверждения")
        for row in added
    ]
    return Table("Лицевые счета", ("Название", "Поставщик услуг", "Номер", "Состояние"), rows, "Счетов нет.")


def _subscriptions(resident: User) -> Table:
    choice = subscriptions.of(resident.uuid)
    rows = [(Topic(topic).label, "да" if wanted else "нет") for topic, wanted in choice.items()]
    return Table("Подписки", ("Что", "Получает"), rows, "")


def _cards(resident: User) -> Table:
    """Mask and state: the number is the bank's alone."""
    rows = [
        (card.mask, card.get_state_display(), "основная" if card.is_default else "", card.title)
        for card in SavedCard.objects.of(resident)
    ]
    return Table("Карты", ("Карта", "Состояние", "", "Своё название"), rows, "Карт нет.")


def _messages(resident: User) -> Table:
    """Delivery alone: what was written is between the service and the resident."""
    found = Message.objects.filter(resident_uuid=resident.uuid).order_by("-created_at")
    found = found.only("created_at", "channel", "category", "state", "sent_at", "error")
    rows = [
        (
            moment(row.created_at),
            Channel(row.channel).label,
            Category(row.category).label,
            State(row.state).label,
            moment(row.sent_at) if row.sent_at else row.error,
        )
        for row in found[:MESSAGES]
    ]
    head = ("Создано", "Как", "О чём", "Состояние", "Отправлено или почему нет")
    return Table("Сообщения", head, rows, "Сообщений нет.")


def _feedback(resident: User) -> Table:
    found = Feedback.objects.filter(resident=resident).order_by("-pk")[:REQUESTS]
    rows = [
        (str(row.number), moment(row.created_at), row.get_topic_display(), row.get_status_display()) for row in found
    ]
    return Table("Обращения", ("Номер", "Когда", "Тема", "Состояние"), rows, "Обращений нет.")


def _journal(resident: User) -> Table:
    done = JournalEntry.objects.filter(whose_uuid=resident.uuid).exclude(action__in=LOOKS)
    found = list(done.order_by("-number")[:JOURNAL_ROWS])
    names = dict(_names([row.who_uuid for row in found]))
    rows = [
        (moment(row.at), names.get(row.who_uuid, row.who or "–"), _action(row.action), row.why or as_said(row.target))
        for row in found
    ]
    return Table("Журнал: что сделано", ("Когда", "Кто", "Что", "Почему"), rows, "Записей нет.")


PARTS: Sequence[Callable[[User], Table]] = (_accounts, _cards, _subscriptions, _messages, _feedback, _journal)


def _names(uuids: list[object]) -> list[tuple[object, str]]:
    people = User.objects.filter(uuid__in=[uuid for uuid in uuids if uuid], is_staff=True)
    return [(person.uuid, person.full_name or str(person.uuid)) for person in people]


def _action(code: str) -> str:
    return Action(code).label if code in Action.values else code


def _email(resident: User) -> str:
    if not resident.email:
        return "нет"
    name, _, host = resident.email.partition("@")
    confirmed = "подтверждён" if resident.email_confirmed_at else "не подтверждён"
    return f"{name[:1]}…@{host}, {confirmed}"
