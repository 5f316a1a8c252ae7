"""«Шаблоны операций»: an account to pay again; it opens with the bill that is current, never with last month's."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from billing import foreign_accounts, personal_accounts
from billing.account_numbers import WrongNumber
from billing.bills import period_words
from billing.models import AddedAccount, Bill, PersonalAccount, Provider
from billing.money import Kopecks, roubles
from payments import pay_links
from payments.models import PaymentTemplate, SavedCard

MOST = 50

CLOSED = "Поставщик сейчас не принимает оплату через портал"
RENUMBERED = "Номер больше не подходит этому поставщику: возможно, его заменили. Создайте шаблон с новым номером"
NOT_ADDED = "Лицевой счёт не добавлен в кабинет, поэтому новый счёт не подставится: сумму введёте сами"
OTHER_CARD = "Заплатить можно другой картой или новой"
NOTHING_DUE = "Сейчас платить нечего"


class TitleTaken(Exception):
    """He has another template of that name."""


class TooManyTemplates(Exception):
    """More than anybody would find his way in."""


class NotPayable(Exception):
    """The template cannot be paid by; the text says why."""


@dataclass(frozen=True)
class Row:
    """One template as the list shows it; without a `pay_url` the `note` says why."""

    title: str
    provider: str
    number: str
    amount: str
    card: str
    note: str
    pay_url: str
    autopay_url: str
    edit_url: str
    delete_url: str


def save(
    *,
    resident: User,
    account: PersonalAccount,
    title: str,
    amount: Kopecks | None,
    now: datetime,
    saved_card: SavedCard | None = None,
) -> None:
    """Keep an account under a name, perhaps with a sum and the card that paid. Raises TitleTaken, TooManyTemplates."""
    if PaymentTemplate.objects.filter(resident=resident).count() >= MOST:
        raise TooManyTemplates
    title = " ".join(title.split())
    try:
        with transaction.atomic():
            PaymentTemplate.objects.create(
                resident=resident, account=account, title=title, amount=amount, saved_card=saved_card, created_at=now
            )
    except IntegrityError:
        raise TitleTaken from None


def save_by_hand(
    *, resident: User, provider: Provider, number: str, title: str, amount: Kopecks | None, now: datetime
) -> None:
    """The same for a number that he types; what may be learnt of it is limited as in a payment.

    Raises personal_accounts.UnknownAccount, personal_accounts.TooManyTries and what save() raises.
    Call it outside transactions.
    """
    found = foreign_accounts.find(resident=resident, provider=provider, number=number, now=now)
    account = personal_accounts.account_of(provider, found.number)
    save(resident=resident, account=account, title=title, amount=amount, now=now)


def change(*, template: PaymentTemplate, title: str, amount: Kopecks | None) -> None:
    """Another name or sum. Raises TitleTaken."""
    try:
        with transaction.atomic():
            PaymentTemplate.objects.filter(pk=template.pk).update(title=" ".join(title.split()), amount=amount)
    except IntegrityError:
        raise TitleTaken from None


def forget(*, template: PaymentTemplate) -> None:
    """Delete it; his operations stay as they are."""
    PaymentTemplate.objects.filter(pk=template.pk).delete()


def pay_url(*, template: PaymentTemplate, resident: User) -> str:
    """Where paying begins: his own bill that is current there, else the sum. Raises NotPayable."""
    trouble = _trouble(template)
    if trouble:
        raise NotPayable(trouble)
    account = template.account
    amount = Kopecks(template.amount) if template.amount else None
    return pay_links.current_url(resident=resident, provider=account.provider, number=account.number, amount=amount)


def rows(*, resident: User, today: date) -> list[Row]:
    """His templates by name, each with the bill that is current now; three queries however many there are."""
    templates = list(PaymentTemplate.objects.of(resident).order_by("title", "id"))
    accounts = [template.account_id for template in templates]
    own = set(AddedAccount.objects.of(resident).opened().filter(account__in=accounts).values_list("account", flat=True))
    unpaid = Bill.objects.visible_to(resident).unpaid().filter(account__in=accounts).defer("stored_charges")
    newest_last = unpaid.select_related("account__provider").order_by("period")
    bills = {bill.account_id: bill for bill in newest_last if bill.is_payable and bill.due}
    return [_row(template, bills.get(template.account_id), template.account_id in own, today) for template in templates]


def _row(template: PaymentTemplate, bill: Bill | None, is_own: bool, today: date) -> Row:
    account, trouble = template.account, _trouble(template)
    return Row(
        title=template.title,
        provider=account.provider.short_name,
        number=account.shown_number,
        amount=_amount(template, bill),
        card=_card(template, today),
        note=trouble or _note(account.provider, bill, is_own),
        pay_url="" if trouble else reverse("payments:template-pay", args=[template.uuid]),
        autopay_url="" if account.provider.is_paid_once else reverse("payments:autopay", args=[template.uuid]),
        edit_url=reverse("payments:template-edit", args=[template.uuid]),
        delete_url=reverse("payments:template-delete", args=[template.uuid]),
    )


def _card(template: PaymentTemplate, today: date) -> str:
    """The kept card that paid; of one that is gone it says so, and what to pay with instead."""
    card = template.saved_card
    if card is None:
        return ""
    if card.state == SavedCard.State.ACTIVE and not card.is_expired(today):
        return f"Карта {card.name}"
    return f"Карта {card.mask}: {_gone(card)}. {OTHER_CARD}"


def _gone(card: SavedCard) -> str:
    if card.state in {SavedCard.State.REMOVING, SavedCard.State.REMOVED}:
        return "карта удалена"
    return "карта недоступна" if card.state == SavedCard.State.UNAVAILABLE else "срок карты истёк"


def _amount(template: PaymentTemplate, bill: Bill | None) -> str:
    if bill is not None:
        return f"{roubles(bill.due)}, счёт {period_words(bill.period)}"
    return roubles(Kopecks(template.amount)) if template.amount else "вводится при оплате"


def _note(provider: Provider, bill: Bill | None, is_own: bool) -> str:
    if not provider.issues_bills or bill is not None:
        return ""
    return NOTHING_DUE if is_own else NOT_ADDED


def _trouble(template: PaymentTemplate) -> str:
    """Why it cannot be paid by; empty when it can."""
    provider = template.account.provider
    if not provider.is_active:
        return CLOSED
    try:
        provider.read_number(template.account.number)
    except WrongNumber:
        return RENUMBERED
    return ""
