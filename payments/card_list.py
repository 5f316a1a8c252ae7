"""The bank's list of a resident's cards and ours kept equal: asked when something changed, and once a day."""

import calendar
import logging
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import cast

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from notifications import messages, outbox
from payments import acquirer, card_binding, cards, saved_cards
from payments.acquirer.base import KeptCard, NoAnswer
from payments.models import BankCustomer, CardBinding, Payment, SavedCard
from safeguards.secret import Secret

logger = logging.getLogger(__name__)

State = SavedCard.State
EVERY = timedelta(days=1)
AGAIN = timedelta(minutes=5)
# Days before the last one on which the owner of a card hears that it runs out.
WARNINGS = (30, 7)
# What the bank knows better; the rest of the row is its owner's.
TAKEN_OVER = ("brand", "last_four", "expires_on")
# Seconds: the other half of the worker's time is the payments'.
SWEEP_TAKES = 5


def refresh(*, customer: BankCustomer, now: datetime) -> None:
    """Ask for the list and make ours equal to it; the bank's silence means to ask again later."""
    resident, turn = customer.resident, BankCustomer.objects.filter(pk=customer.pk)
    if not turn.filter(list_at=customer.list_at).update(list_at=now + AGAIN):
        # Another sweep is asking.
        return
    own = SavedCard.objects.filter(resident=resident)
    removed = list(own.filter(state=State.REMOVED).values_list("pk", flat=True))
    try:
        listed = acquirer.current().list_cards(customer_key=str(resident.uuid))
    except NoAnswer:
        return
    with transaction.atomic():
        for kept in listed:
            _take_over(resident, kept, now, removed)
        there = [kept.card_id for kept in listed if kept.is_active]
        # A card that was kept since we asked is not in that list, and is not gone; nor is it when deleted since.
        gone = own.filter(moved_at__lt=now).exclude(bank_card_id__in=there)
        gone.filter(state=State.ACTIVE).update(state=State.UNAVAILABLE, is_default=False, moved_at=now)
        gone.filter(state=State.REMOVING).update(state=State.REMOVED, moved_at=now)
        _link_payments(resident)
        # Nobody asks about a resident who keeps no card.
        turn.filter(list_at=now + AGAIN).update(list_at=now + EVERY if there else None)
    _warn(resident, now)


def remove(*, card: SavedCard, now: datetime) -> None:
    """Have the bank forget a card that its owner has deleted; its silence leaves that to the sweep."""
    try:
        acquirer.current().remove_card(customer_key=str(card.resident.uuid), card_id=card.bank_card_id)
    except NoAnswer:
        return
    SavedCard.objects.filter(pk=card.pk, state=State.REMOVING).update(state=State.REMOVED, rebill_id=None, moved_at=now)


def forget(*, resident: User) -> bool:
    """Have the bank forget a customer with all his cards, if it ever heard of him; False when it is silent."""
    bindings = CardBinding.objects.filter(resident=resident).exclude(request_key=None)
    named = Payment.objects.of(resident).filter(Q(keeps_card=True) | Q(saved_card__isnull=False))
    if not bindings.exists() and not named.exists() and not SavedCard.objects.filter(resident=resident).exists():
        return True
    try:
        bank = acquirer.current()
        for kept in bank.list_cards(customer_key=str(resident.uuid)):
            bank.remove_card(customer_key=str(resident.uuid), card_id=kept.card_id)
        bank.remove_customer(customer_key=str(resident.uuid))
    except NoAnswer:
        return False
    return True


def sweep_all(*, now: datetime) -> int:
    """One round of a worker: the bindings first, since what they end with is in the lists."""
    return card_binding.sweep(now=now) + sweep(now=now)


def sweep(*, now: datetime) -> int:
    """Every card to be forgotten and every list that is due; how many. It ends after a few seconds."""
    removals = SavedCard.objects.filter(state=State.REMOVING).select_related("resident").order_by("moved_at")
    lists = BankCustomer.objects.filter(list_at__lte=now).select_related("resident").order_by("list_at")
    began, done = time.monotonic(), 0
    for card in removals:
        if time.monotonic() - began > SWEEP_TAKES:
            return done
        done += _guarded(lambda card=card: remove(card=card, now=now))  # type: ignore[misc]
    for customer in lists:
        if time.monotonic() - began > SWEEP_TAKES:
            return done
        done += _guarded(lambda customer=customer: refresh(customer=customer, now=now))  # type: ignore[misc]
    return done


def _guarded(step: Callable[[], None]) -> bool:
    """A sick row must not keep the others from their turn."""
    try:
        step()
    except DatabaseError as trouble:
        logger.error("a saved card was not settled: %s", type(trouble).__name__)
        return False
    return True


def _take_over(resident: User, kept: KeptCard, now: datetime, removed: list[int]) -> None:
    """One card of the bank's list; a deleted one that we do not know is nobody's business."""
    card = SavedCard.objects.filter(resident=resident, bank_card_id=kept.card_id).first()
    if card is None and not kept.is_active:
        return
    if card is None:
        card = SavedCard(
            resident=resident, bank_card_id=kept.card_id, state=State.UNAVAILABLE, created_at=now, moved_at=now
        )
    card.brand, card.last_four = _brand(kept.mask, card.brand), kept.mask[-4:]
    card.expires_on = last_day(kept.expiry) or card.expires_on
    card.save(update_fields=TAKEN_OVER if card.pk else None)
    if kept.is_active:
        _let_pay(card, now, removed)
    # Written above, the row is ours until the commit: its state is the last one.
    card.refresh_from_db(fields=["state"])
    card.rebill_id = kept.rebill_id or None if kept.is_active and card.state == State.ACTIVE else None
    card.save(update_fields=["rebill_id"])


def _let_pay(card: SavedCard, now: datetime, removed: list[int]) -> None:
    """Make a card that the bank keeps ACTIVE; `removed` were deleted to the end before the bank was asked."""
    # Kept anew by a payment or a binding since: the bank has it because its owner wished so. But of what he is
    # deleting, or has deleted since we asked, the list knows nothing.
    may_say = Q(state=State.UNAVAILABLE) | Q(state=State.REMOVED, pk__in=removed)
    if SavedCard.objects.filter(may_say, pk=card.pk).update(state=State.ACTIVE, moved_at=now):
        saved_cards.make_only_one_default(card=card)


def _brand(mask: str, known: str) -> str:
    """The payment system; the first digits of a mask are enough to tell."""
    try:
        return cards.brand(Secret(mask))
    except cards.WrongCard:
        return known or "Карта"


def last_day(expiry: str) -> date | None:
    """The last day of «1128», the thirtieth of November 2028; None where the bank does not say."""
    if not expiry:
        return None
    month, year = int(expiry[:2]), 2000 + int(expiry[2:])
    return date(year, month, calendar.monthrange(year, month)[1])


def _link_payments(resident: User) -> None:
    """Tell the payments that kept a card which one it was, where the bank had not said it at once."""
    loose = Payment.objects.of(resident).filter(keeps_card=True, saved_card=None)
    for card in SavedCard.objects.of(resident) if loose.exists() else ():
        loose.filter(card_brand=card.brand, card_last_four=card.last_four).update(saved_card=card)


def _warn(resident: User, now: datetime) -> None:
    today = timezone.localdate(now)
    for card in SavedCard.objects.of(resident).filter(state=State.ACTIVE, expires_on__gte=today):
        last = cast(date, card.expires_on)
        left = (last - today).days
        due = [days for days in WARNINGS if left <= days]
        if due and resident.phone:
            outbox.put(
                messages.CARD_EXPIRES,
                address=resident.phone,
                context={"card": card.mask, "day": f"{last:%d.%m.%Y}"},
                key=f"card-expires:{card.uuid}:{last}:{min(due)}",
                now=now,
                resident_uuid=resident.uuid,
            )
