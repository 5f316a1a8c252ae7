"""What an operator does for a caller: the same rules as the pages have, and in the same transaction the journal."""

from datetime import datetime

from django.db import transaction

from accounts import blocking, password_reset
from accounts.models import BlockSource, User
from payments import receipts
from payments.models import Payment
from safeguards import journal
from safeguards.journal import Action, Actor


@transaction.atomic
def unblock(*, resident: User, reason: str, actor: Actor, now: datetime) -> bool:
    """Open the cabinet again; False when it is open."""
    who = str(actor.uuid)
    if not blocking.unblock(user=resident, source=BlockSource.STAFF, reason=reason, who=who, now=now):
        return False
    journal.record(actor=actor, action=Action.UNBLOCKED, whose=resident.uuid, why=reason, now=now)
    return True


@transaction.atomic
def block(*, resident: User, reason: str, actor: Actor, now: datetime) -> bool:
    """Close the cabinet; False when it is closed."""
    who = str(actor.uuid)
    if not blocking.block(user=resident, source=BlockSource.STAFF, reason=reason, ip=actor.ip, who=who, now=now):
        return False
    journal.record(actor=actor, action=Action.BLOCKED, whose=resident.uuid, why=reason, now=now)
    return True


def send_receipt(*, payment: Payment, resident: User, actor: Actor, now: datetime) -> None:
    """The receipt once more, to the address that is kept; raises what receipts.send raises."""
    receipts.send(payment=payment, resident=resident, now=now)
    journal.record(
        actor=actor, action=Action.RECEIPT_SENT, whose=resident.uuid, target=f"Payment {payment.pk}", now=now
    )


def invite_to_reset(*, resident: User, actor: Actor, now: datetime) -> None:
    """Write the resident where he chooses a new password; raises password_reset.TooManyInvitations."""
    password_reset.invite(resident=resident, now=now)
    journal.record(actor=actor, action=Action.RESET_INVITED, whose=resident.uuid, now=now)
