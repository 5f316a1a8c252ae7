"""«Автоплатёж»: what a resident allows on a template, changes and takes back; the money itself is `autopay_runs`."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts import confirmations
from accounts.models import Confirmation, Purpose, User
from billing.money import Kopecks, roubles
from payments.models import Autopay, AutopayRun, PaymentTemplate, SavedCard
from payments.models.autopay import STANDING

PURPOSE = Purpose.AUTOPAY
State, RunState = Autopay.State, AutopayRun.State


class CardCannot(Exception):
    """The bank lets this card pay only with its code: kept before, or not kept for paying by itself."""


@dataclass(frozen=True)
class Settings:
    """What he chooses; sums in kopecks."""

    card: SavedCard
    trigger: Autopay.Trigger
    day: int | None
    amount: Kopecks | None
    limit: Kopecks


def prepare(*, template: PaymentTemplate, settings: Settings, now: datetime) -> Autopay:
    """Settings that wait for his one-time password; nothing is paid by them yet. Raises CardCannot."""
    if settings.card.rebill_id is None:
        raise CardCannot
    return Autopay.objects.create(
        template=template,
        card=settings.card,
        trigger=settings.trigger,
        day=settings.day if settings.trigger == Autopay.Trigger.DAY else None,
        amount=settings.amount if settings.trigger == Autopay.Trigger.DAY else None,
        limit=settings.limit,
        created_at=now,
        moved_at=now,
    )


def send_code(*, autopay: Autopay, resident: User, ip: str, now: datetime) -> Confirmation:
    """The one-time password for exactly these settings. Raises confirmations.TooManyCodes."""
    return confirmations.request(
        purpose=PURPOSE,
        subject=autopay.uuid,
        digest=_digest(autopay),
        phone=resident.phone or "",
        resident=resident,
        ip=ip,
        context={"payee": autopay.template.account.provider.short_name, "limit": roubles(Kopecks(autopay.limit))},
        now=now,
    )


def current_code(*, autopay: Autopay, now: datetime) -> Confirmation | None:
    """The password that could still be typed."""
    return confirmations.current(purpose=PURPOSE, subject=autopay.uuid, now=now)


def turn_on(*, autopay: Autopay, confirmation: Confirmation, code: str, now: datetime) -> None:
    """Let it pay from now on, in place of the template's former one. Raises confirmations.WrongCode and its kin."""
    confirmations.check(confirmation=confirmation, code=code, digest=_digest(autopay), now=now)
    with transaction.atomic():
        if not confirmations.consume(confirmation=confirmation, now=now):
            raise confirmations.CodeExpired
        # Two settings of one template that are confirmed at once come one after the other.
        PaymentTemplate.objects.select_for_update(no_key=True).get(pk=autopay.template_id)
        for former in Autopay.objects.filter(template=autopay.template_id).standing():
            stop(autopay=former, reason="заменён новым", now=now)
        Autopay.objects.filter(pk=autopay.pk, state=State.NEW).update(state=State.ACTIVE, moved_at=now)
    autopay.refresh_from_db()


def stop(*, autopay: Autopay, reason: str, now: datetime) -> bool:
    """Let it pay no more; what the bank is asked for already goes on. False when it stood still before."""
    with transaction.atomic():
        stopped = Autopay.objects.filter(pk=autopay.pk, state__in=STANDING).update(
            state=State.STOPPED, reason=reason, moved_at=now
        )
        AutopayRun.objects.filter(autopay=autopay, state=RunState.NOTICED).update(state=RunState.DROPPED, reason=reason)
    autopay.refresh_from_db()
    return bool(stopped)


def pause(*, autopay: Autopay, reason: str, now: datetime) -> bool:
    """Keep it from paying until he resumes it; False when it did not work."""
    paused = Autopay.objects.filter(pk=autopay.pk, state=State.ACTIVE).update(
        state=State.PAUSED, reason=reason, moved_at=now
    )
    autopay.refresh_from_db()
    return bool(paused)


def resume(*, autopay: Autopay, now: datetime) -> bool:
    """«Возобновить»: a sum that it was paused for is agreed to, and is told of anew before it is paid."""
    with transaction.atomic():
        waiting = AutopayRun.objects.filter(autopay=autopay, state=RunState.NOTICED).order_by("-amount").first()
        resumed = Autopay.objects.filter(pk=autopay.pk, state=State.PAUSED).update(
            state=State.ACTIVE, reason="", moved_at=now
        )
        if resumed and waiting is not None:
            Autopay.objects.filter(pk=autopay.pk, agreed__lt=waiting.amount).update(agreed=waiting.amount)
            # Told of anew: the day before, as ever.
            AutopayRun.objects.filter(autopay=autopay, state=RunState.NOTICED).update(noticed_at=None)
    autopay.refresh_from_db()
    return bool(resumed)


def skip(*, run: AutopayRun) -> bool:
    """«Пропустить один раз»; False when it is being paid already."""
    skipped = AutopayRun.objects.filter(pk=run.pk, state=RunState.NOTICED).update(state=RunState.SKIPPED)
    run.refresh_from_db()
    return bool(skipped)


def _digest(autopay: Autopay) -> str:
    template = autopay.template
    return confirmations.digest_of(
        "автоплатёж",
        template.account.provider.full_name,
        template.account.number,
        autopay.card.mask,
        autopay.when,
        str(autopay.amount),
        autopay.limit,
    )
