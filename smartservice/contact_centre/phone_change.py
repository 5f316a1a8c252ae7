"""The change of a login phone as the staff do it: the rule of accounts, and in the same transaction the journal."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts import phone_change
from accounts.models import PhoneChange, User
from payments import saved_cards
from safeguards import journal
from safeguards.journal import Action, Actor

# Whoever has talked a new phone in must not pay with what was kept under the old one.
CARDS_FROZEN = timedelta(hours=24)


def start(*, resident: User, phone: str, reason: str, actor: Actor, now: datetime) -> PhoneChange:
    """Note the new number and send it a code; raises phone_change.SamePhone, PhoneTaken, confirmations.TooManyCodes."""
    change = phone_change.start(resident=resident, phone=phone, now=now)
    phone_change.send_code(change=change, ip=actor.ip or "", now=now)
    after = {"phone": journal.masked(phone)}
    journal.record(actor=actor, action=Action.PHONE_CHANGE_BEGUN, whose=resident.uuid, why=reason, after=after, now=now)
    return change


def finish(*, change: PhoneChange, code: str, actor: Actor, now: datetime) -> None:
    """Make it the login when the code is right; raises what phone_change.check and apply raise."""
    confirmation = phone_change.check(change=change, code=code, now=now)
    resident, before = change.resident, {"phone": journal.masked(change.resident.phone or "")}
    with transaction.atomic():
        phone_change.apply(change=change, confirmation=confirmation, now=now)
        saved_cards.freeze(resident=resident, until=now + CARDS_FROZEN, now=now)
        after = {"phone": journal.masked(resident.phone or "")}
        journal.record(
            actor=actor, action=Action.PHONE_CHANGED, whose=resident.uuid, before=before, after=after, now=now
        )
