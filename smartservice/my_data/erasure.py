"""«Удалить кабинет»: closed at once, erased when no money is under way; the money records stay, without a name."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes
from pathlib import Path
from shutil import rmtree

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Q

from accounts import active_sessions, block_links
from accounts.models import Confirmation, User
from notifications import messages, outbox
from notifications.models import Message
from payments import autopay, card_list, settlement
from payments.models import Autopay, CardBinding, Payment, Refund
from payments.status import LIVE, UNSUBMITTED, Status
from smartservice.my_data.holdings import HOLDINGS, Holding, sessions_of

logger = logging.getLogger(__name__)

# Nothing of it is the bank's yet, or the bank only waits for a word that now never comes.
RETRACTABLE = UNSUBMITTED | {Status.CHALLENGED}
# A card that is being added would come to the bank after its owner has left it.
BINDING = (CardBinding.Status.SUBMITTED, CardBinding.Status.CHALLENGED)
CHECKPOINTS = 5


class NotErasable(Exception):
    """Staff go by their own way; who is erased already has nothing left."""


@dataclass(frozen=True)
class Waiting:
    """What keeps a cabinet from being erased now: payments and refunds whose end nobody knows yet, a last message,
    cards that the bank has not forgotten.
    """

    payments: int
    messages: int
    cards: int = 0

    def __bool__(self) -> bool:
        return bool(self.payments or self.messages or self.cards)


def ask(*, person: User, now: datetime, is_told: bool = True) -> None:
    """Close the cabinet for good and take back what the bank has not begun; `finish` does the rest when it can."""
    with transaction.atomic():
        Confirmation.objects.filter(resident=person, used_at=None, cancelled_at=None).update(cancelled_at=now)
        open_ones = User.objects.filter(pk=person.pk, is_staff=False, erasure_asked_at=None)
        if not open_ones.update(erasure_asked_at=now, is_active=False):
            raise NotErasable
        active_sessions.end_all(user=person, now=now)
        block_links.void(user=person, now=now)
        if is_told and person.phone:
            _tell(person, now)
    _take_back(person, now)


def waits_for(person: User) -> Waiting:
    """Money that is under way or waits for staff, and the message that says good-bye."""
    unknown = Q(status__in=LIVE | UNSUBMITTED) | Q(attention_at__isnull=False)
    farewell = Message.objects.waiting().filter(resident_uuid=person.uuid, kind=messages.ERASURE_BEGUN.name)
    payments = Payment.objects.filter(unknown, resident=person).count()
    refunds = Refund.objects.filter(payment__resident=person, state__in=[Refund.State.REQUESTED, Refund.State.APPROVED])
    bindings = CardBinding.objects.filter(resident=person, status__in=BINDING)
    return Waiting(payments + refunds.count(), farewell.count(), bindings.count())


def finish(*, person: User, now: datetime) -> Waiting:
    """Erase the person if nothing is waited for; says what is. Never call it inside a transaction."""
    _take_back(person, now)
    waiting = waits_for(person)
    if waiting:
        return waiting
    if not card_list.forget(resident=person):
        return replace(waiting, cards=1)
    addresses = {address for address in (person.phone, person.email) if address}
    sessions = sessions_of(person)
    with transaction.atomic():
        asked = User.objects.filter(pk=person.pk, erasure_asked_at__isnull=False, erased_at=None)
        if not asked.update(erased_at=now):
            raise NotErasable
        Session.objects.filter(session_key__in=sessions).delete()
        # The person's own row last: the others are found by what stands in it.
        for one in reversed(HOLDINGS):
            _erase(one, person)
    _forget_files(addresses)
    _forget_journal_of_database()
    return waiting


def finish_due(*, now: datetime) -> int:
    """One sweep over those who asked; returns how many are gone."""
    asked = User.objects.filter(erasure_asked_at__isnull=False, erased_at=None)
    return sum(not finish(person=person, now=now) for person in asked)


def _tell(person: User, now: datetime) -> None:
    outbox.put(
        messages.ERASURE_BEGUN,
        address=person.phone or "",
        context={"phone": settings.CONTACT_CENTRE_PHONE},
        key=f"erasure:{person.uuid}",
        now=now,
        expires_at=now + settings.BLOCK_LINK_LIFE,
        resident_uuid=person.uuid,
    )


def _take_back(person: User, now: datetime) -> None:
    for standing in Autopay.objects.of(person).standing():
        autopay.stop(autopay=standing, reason="кабинет удаляется", now=now)
    for payment in Payment.objects.filter(resident=person, status__in=RETRACTABLE):
        settlement.give_up(payment, now=now, source="erasure", only=frozenset(RETRACTABLE))


def _erase(one: Holding, person: User) -> None:
    rows = one.rows(person)
    if one.is_deleted:
        rows.delete()
    elif one.emptied:
        rows.update(**one.emptied)


def _forget_files(addresses: set[str]) -> None:
    """The file channels, which stand for the phone and the mailbox; and laid-out papers, which are made anew."""
    for path in (settings.VAR_DIR / "sms").glob("*.txt"):
        if path.stem.endswith(tuple(f"-{address}" for address in addresses)):
            path.unlink(missing_ok=True)
    for path in (settings.VAR_DIR / "mail").glob("*.eml"):
        if _addressee(path) in addresses:
            path.unlink(missing_ok=True)
    rmtree(settings.VAR_DIR / "papers", ignore_errors=True)


def _addressee(path: Path) -> str:
    try:
        return str(message_from_bytes(path.read_bytes())["To"])
    except FileNotFoundError:
        return ""


def _forget_journal_of_database() -> None:
    """SQLite keeps old pages in its write-ahead journal until that is emptied; secure_delete has zeroed the rest."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for _ in range(CHECKPOINTS):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy = cursor.fetchone()[0]
            if not is_busy:
                return
    logger.warning("the write-ahead journal is in use: old pages stay in it until the next checkpoint")
