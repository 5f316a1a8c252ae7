"""«Управление подписками» (screens 6.6): a choice is saved only with the one-time password that was sent for it."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from accounts import confirmations, letters
from accounts.models import Confirmation, Consent, ConsentKind, Purpose, User
from accounts.registration import MARKETING_VERSION
from notifications import messages, outbox, stop_word, subscriptions
from notifications.models import Topic
from notifications.subscriptions import Choice
from safeguards import journal
from safeguards.journal import Action, Actor

PURPOSE = Purpose.SUBSCRIPTIONS
BRIEFLY = {
    Topic.LETTERS_BY_EMAIL: "письма",
    Topic.BILLS_BY_EMAIL: "счета на e-mail",
    Topic.PROMOTIONS_BY_SMS: "акции по SMS",
    Topic.BILLS_BY_SMS: "счета по SMS",
    Topic.PAYMENTS_BY_EMAIL: "квитанции на e-mail",
}


def send_code(*, resident: User, choice: Choice, ip: str, now: datetime) -> Confirmation:
    """Send the one-time password for exactly this choice; raises confirmations.TooManyCodes."""
    return confirmations.request(
        purpose=PURPOSE,
        subject=resident.uuid,
        digest=_digest(resident, choice),
        phone=resident.phone or "",
        resident=resident,
        ip=ip,
        context={},
        now=now,
    )


def current_code(*, resident: User, now: datetime) -> Confirmation | None:
    """The one-time password that could still be typed."""
    return confirmations.current(purpose=PURPOSE, subject=resident.uuid, now=now)


def save(*, resident: User, choice: Choice, code: str, ip: str, now: datetime) -> Choice:
    """Save the choice and tell the resident what has changed; raises confirmations.WrongCode and its kin."""
    confirmation = current_code(resident=resident, now=now)
    if confirmation is None:
        raise confirmations.CodeExpired
    confirmations.check(confirmation=confirmation, code=code, digest=_digest(resident, choice), now=now)
    with transaction.atomic():
        if not confirmations.consume(confirmation=confirmation, now=now):
            raise confirmations.CodeExpired
        changed = subscriptions.save(resident_uuid=resident.uuid, choice=choice, now=now)
        if changed.get(Topic.PROMOTIONS_BY_SMS):
            Consent.objects.create(
                user=resident, kind=ConsentKind.MARKETING, version=MARKETING_VERSION, given_at=now, ip=ip
            )
        if changed:
            _tell(resident, changed, now)
    return changed


def stop(*, resident_uuid: UUID, topic: Topic, now: datetime) -> bool:
    """What the link of a letter does; False when it was stopped before."""
    return bool(subscriptions.save(resident_uuid=resident_uuid, choice={topic: False}, now=now))


def stop_sms(*, resident: User, carrier: str, now: datetime) -> bool:
    """What the short word does: no more SMS that one may stop; False when there was nothing to stop."""
    changed = subscriptions.save(resident_uuid=resident.uuid, choice=stop_word.none(), now=now)
    if changed:
        _tell(resident, changed, now)
        after = {str(topic): wanted for topic, wanted in changed.items()}
        actor = Actor(name=f"SMS, {carrier}")
        journal.record(actor=actor, action=Action.SMS_STOPPED, whose=resident.uuid, after=after, now=now)
    return bool(changed)


def _tell(resident: User, changed: Choice, now: datetime) -> None:
    key = f"subscriptions-changed:{uuid4()}"
    outbox.put(
        messages.SUBSCRIPTIONS_CHANGED,
        address=resident.phone or "",
        context={"changes": _changes(changed, between="; ")},
        key=f"{key}:sms",
        now=now,
        resident_uuid=resident.uuid,
    )
    context = {"changes": _changes(changed, between="\n")}
    letters.send(
        messages.SUBSCRIPTIONS_CHANGED_LETTER, resident=resident, context=context, key=f"{key}:letter", now=now
    )


def _changes(changed: Choice, *, between: str) -> str:
    return between.join(f"{BRIEFLY[topic]} – {'да' if wanted else 'нет'}" for topic, wanted in changed.items())


def _digest(resident: User, choice: Choice) -> str:
    shown = [f"{topic}={wanted}" for topic, wanted in sorted(choice.items())]
    return confirmations.digest_of("подписки", str(resident.uuid), resident.phone or "", *shown)
