"""Autopay at work: told of the day before, paid once, and never while anything about it is unknown.

Every step is one conditional UPDATE or one transaction: any number of workers, killed anywhere, pay a bill once.
"""

import logging
import secrets
import time as clock
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from billing import dues, marks
from billing.account_numbers import AccountKind
from billing.bills import period_words
from billing.models import Bill, Provider
from billing.models.provider import FeeRule
from billing.money import Kopecks, roubles
from notifications import messages, outbox
from notifications.messages import MessageKind
from payments import authorisation, autopay, autopay_days, autopay_doubts, checkout, fees, saved_cards
from payments.checkout import RETURN_TOKEN_BYTES, Target
from payments.models import Autopay, AutopayRun, Payment, PaymentTemplate
from payments.moves import move
from payments.refund_books import Overtaken
from payments.status import BY_AUTOPAY, TAKEN, Status
from safeguards.encrypted import Unreadable
from safeguards.secret import Secret

logger = logging.getLogger(__name__)

Row = TypeVar("Row")

# Moscow hours at which a notice reaches somebody who can still answer it.
FIRST_HOUR, LAST_HOUR = 9, 20
# Seconds.
ROUND_TAKES = 8
# A notice is of tomorrow: what was not paid by then is told of anew.
NOTICE_HOLDS = timedelta(days=1)
State = AutopayRun.State

BLOCKED = "кабинет заблокирован"
DEAD_CARD = "карта больше не может платить"
CLOSED = "поставщик не принимает оплату"
MARKED = "счёт отмечен как оплаченный"
NOTHING_DUE = "платить нечего"
ABOVE_LIMIT = "сумма больше Вашего предела"
ABOVE_PROVIDERS = "сумма больше, чем принимает поставщик"
BELOW_PROVIDERS = "сумма меньше, чем принимает поставщик"
UNUSUAL = "сумма намного больше обычной"
GONE_BY = "день платежа прошёл"
UNKNOWN = "исход прежней оплаты ещё не известен"
PAID_ONCE = "штраф платится один раз"


class NotAsTold(Exception):
    """Between the look and the deed something has changed that the notice did not know of."""


def run_due(*, now: datetime) -> int:
    """One round: end what was paid, plan what is new, tell of it, pay what was told of; returns how many were paid."""
    standing = Autopay.objects.all().standing()
    for pays in standing.filter(template__resident__blocked_at__isnull=False):
        autopay.stop(autopay=pays, reason=BLOCKED, now=now)
    for pays in standing.filter(template__account__provider__account_kind=AccountKind.UIN):
        autopay.stop(autopay=pays, reason=PAID_ONCE, now=now)
    for run in AutopayRun.objects.filter(state=State.PAYING).select_related("payment", "autopay"):
        _guarded(_follow, run, now)
    for pays in Autopay.objects.filter(state=Autopay.State.ACTIVE).select_related("template__account__provider"):
        _guarded(_plan, pays, now)
    waiting = AutopayRun.objects.filter(state=State.NOTICED, autopay__state=Autopay.State.ACTIVE)
    waiting = waiting.select_related("autopay__card", "template__account__provider", "template__resident", "bill")
    # Decrypted only where it is needed: a key that is gone must not stop the round.
    waiting = waiting.defer("autopay__card__rebill_id")
    for run in waiting.filter(noticed_at=None).order_by("pk"):
        _guarded(_tell, run, now)
    due = waiting.filter(noticed_at__isnull=False, pay_at__lte=now).order_by("pay_at", "pk")
    return _pay_for_a_while(due, now)


def _pay_for_a_while(due: QuerySet[AutopayRun], now: datetime) -> int:
    """A slow bank must not hold a worker up, nor make a payment look older than it is: the rest comes next round."""
    began, paid = clock.monotonic(), 0
    for run in due:
        passed = clock.monotonic() - began
        if passed > ROUND_TAKES:
            break
        paid += _guarded(_pay, run, now + timedelta(seconds=passed))
    return paid


def _guarded(step: Callable[[Row, datetime], bool], row: Row, now: datetime) -> bool:
    """A sick row must not keep the others from their turn."""
    try:
        return step(row, now)
    except (DatabaseError, Unreadable, dues.NotHeld, dues.MoreThanPaid, Overtaken) as trouble:
        logger.error("autopay: %s stumbled: %s", step.__name__, type(trouble).__name__)
        return False


def _follow(run: AutopayRun, now: datetime) -> bool:
    """The payment has its last word: so has the run."""
    payment = run.payment
    if payment is None or not payment.is_final:
        return False
    paid = payment.status in TAKEN - {Status.REFUNDED}
    under_way = AutopayRun.objects.filter(pk=run.pk, state=State.PAYING)
    with transaction.atomic():
        ended = under_way.update(state=State.DONE if paid else State.FAILED)
        if ended and not paid:
            _write(messages.AUTOPAY_FAILED, run, now, number=str(payment.number))
    return bool(ended)


def _plan(pays: Autopay, now: datetime) -> bool:
    """A run for the bill that is current, or for the day that comes."""
    bill = _current_bill(pays)
    month = autopay_days.month_that_comes(pays, bill, now)
    if pays.trigger == Autopay.Trigger.BILL and bill is None:
        return False
    if pays.trigger == Autopay.Trigger.DAY and (month is None or (bill is None and not _pays_without_bill(pays))):
        return False
    amount = Kopecks(bill.due if bill is not None else pays.amount or 0)
    known = AutopayRun.objects.filter(template=pays.template_id).exclude(state=State.DROPPED)
    if known.filter(Q(bill=bill) if bill is not None else Q(month=month)).exists():
        return False
    if month is not None and known.filter(month=month).exists():
        return False
    run = AutopayRun(
        autopay=pays,
        template=pays.template,
        bill=bill,
        bill_version=bill.version if bill is not None else None,
        month=month,
        amount=amount,
        fee=_fee(pays, amount),
        pay_at=now,
    )
    why = _not_allowed(run)
    dropped = AutopayRun.objects.filter(autopay=pays, bill=bill, month=month, amount=amount, state=State.DROPPED)
    if why and dropped.filter(reason=why).exists():
        # He was told so: while it holds, the same sum would only be told of again.
        return False
    try:
        with transaction.atomic():
            if not _still_works(pays):
                return False
            run.save()
    except IntegrityError:
        # Another worker was quicker.
        return False
    return True


def _still_works(pays: Autopay) -> bool:
    """Asked inside the transaction: whoever pauses or stops it comes before that or after it."""
    return bool(Autopay.objects.filter(pk=pays.pk, state=Autopay.State.ACTIVE).update(moved_at=F("moved_at")))


def _pays_without_bill(pays: Autopay) -> bool:
    """A sum of his own is for an account that has no bills at all: beside a bill it would be paid on top of it."""
    return pays.amount is not None and not Bill.objects.filter(account=pays.template.account_id).exists()


def _current_bill(pays: Autopay) -> Bill | None:
    """The bill of his own account that can be paid and that he has not marked as paid elsewhere."""
    account, resident = pays.template.account, pays.template.resident
    bill = Bill.objects.visible_to(resident).current(provider=account.provider, number=account.number)
    if bill is None or not Bill.objects.unpaid_for(resident).filter(pk=bill.pk).exists():
        return None
    return bill


def _fee(pays: Autopay, amount: Kopecks) -> Kopecks:
    return fees.rule(provider=pays.template.account.provider, method=FeeRule.Method.AUTOPAY).of(amount)


def _tell(run: AutopayRun, now: datetime) -> bool:
    """The notice with the exact sum; what is above the limit or far above the usual is told of otherwise."""
    if not FIRST_HOUR <= timezone.localtime(now).hour < LAST_HOUR:
        return False
    pay_at = autopay_days.pay_at(run, now)
    gone_by = GONE_BY if autopay_days.has_gone_by(run, pay_at) else ""
    if autopay_doubts.is_unknown(run) or not _is_as_told(run) or _is_refused(run, now, gone_by):
        return False
    if autopay_doubts.is_unusual(run):
        with transaction.atomic():
            if autopay.pause(autopay=run.autopay, reason=UNUSUAL, now=now):
                _write(messages.AUTOPAY_DROPPED, run, now, why=UNUSUAL)
        return False
    with transaction.atomic():
        told = AutopayRun.objects.filter(pk=run.pk, state=State.NOTICED, noticed_at=None).update(
            noticed_at=now, pay_at=pay_at, notices=run.notices + 1
        )
        if told:
            run.notices += 1
            _write(messages.AUTOPAY_NOTICE, run, now, day=f"{timezone.localdate(pay_at):%d.%m}")
    return bool(told)


def _is_refused(run: AutopayRun, now: datetime, why: str = "") -> bool:
    """What he or the provider does not allow is dropped, and he is told why."""
    why = why or _not_allowed(run)
    if why:
        with transaction.atomic():
            if _drop(run, why):
                _write(messages.AUTOPAY_DROPPED, run, now, why=why)
    return bool(why)


def _not_allowed(run: AutopayRun) -> str:
    """His limit is of what leaves the card, the provider's of what reaches him; both may have changed since."""
    if run.total > run.autopay.limit:
        return ABOVE_LIMIT
    try:
        provider = run.template.account.provider
        checkout.check_sum(provider=provider, amount=run.amount, pays_bill=run.bill is not None)
    except checkout.AmountAboveLimit:
        return ABOVE_PROVIDERS
    except checkout.AmountBelowMinimum:
        return BELOW_PROVIDERS
    return ""


def _pay(run: AutopayRun, now: datetime) -> bool:
    """Pay what the notice said, to the kopeck; anything else is told of anew or dropped."""
    if autopay_doubts.is_unknown(run):
        _is_told_lately(run, now, why=UNKNOWN)
        return False
    if not _may_pay(run, now) or not _is_as_told(run) or _is_refused(run, now) or not _is_told_lately(run, now):
        return False
    rebill_id = Secret(run.autopay.card.rebill_id or "")
    try:
        payment = _submitted(run, now)
    except (dues.AlreadyBeingPaid, dues.BillChanged, saved_cards.CardGone, NotAsTold):
        # Between the look and the deed: the next round sees how it stands.
        return False
    if payment is not None:
        authorisation.charge(payment=payment, rebill_id=rebill_id, now=now)
    return payment is not None


def _is_told_lately(run: AutopayRun, now: datetime, why: str = "") -> bool:
    """Told of the day before; a notice of days ago is taken back, with a word where there is a reason to give."""
    if now <= run.pay_at + NOTICE_HOLDS:
        return True
    with transaction.atomic():
        if AutopayRun.objects.filter(pk=run.pk, state=State.NOTICED).update(noticed_at=None) and why:
            _write(messages.AUTOPAY_DROPPED, run, now, why=why)
    return False


def _may_pay(run: AutopayRun, now: datetime) -> bool:
    """Whoever may not be charged now is not; a card that is only frozen waits."""
    resident, card = run.template.resident, run.autopay.card
    if resident.blocked_at is not None or not resident.is_active:
        autopay.stop(autopay=run.autopay, reason=BLOCKED, now=now)
        return False
    if not run.template.account.provider.is_active:
        _stop(run, CLOSED, now)
        return False
    frozen = saved_cards.frozen_until(resident=resident, now=now)
    if frozen is not None:
        AutopayRun.objects.filter(pk=run.pk, state=State.NOTICED).update(pay_at=frozen)
        return False
    try:
        saved_cards.find(resident=resident, uuid=card.uuid, now=now)
        can_pay = bool(card.rebill_id)
    except (saved_cards.CardGone, Unreadable):
        can_pay = False
    if not can_pay:
        _stop(run, DEAD_CARD, now)
    return can_pay


def _stop(run: AutopayRun, why: str, now: datetime) -> None:
    with transaction.atomic():
        if autopay.stop(autopay=run.autopay, reason=why, now=now):
            _write(messages.AUTOPAY_DROPPED, run, now, why=why)


def _is_as_told(run: AutopayRun) -> bool:
    """Sum, fee and version are those of the notice; otherwise a new notice, or nothing to pay."""
    amount, version = Kopecks(run.autopay.amount or 0), None
    if run.bill is not None:
        bill = Bill.objects.visible_to(run.template.resident).with_newest().filter(pk=run.bill.pk).first()
        if bill is not None and bill.held:
            # Somebody is paying it: what comes of that decides.
            return False
        if bill is None or not bill.is_payable or not bill.due:
            _drop(run, NOTHING_DUE)
            return False
        if not Bill.objects.unpaid_for(run.template.resident).filter(pk=bill.pk).exists():
            _drop(run, MARKED)
            return False
        amount, version = bill.due, bill.version
    elif not _pays_without_bill(run.autopay):
        _drop(run, NOTHING_DUE)
        return False
    fee = _fee(run.autopay, amount)
    if (run.amount, run.fee, run.bill_version) == (amount, fee, version):
        return True
    AutopayRun.objects.filter(pk=run.pk, state=State.NOTICED).update(
        amount=amount, fee=fee, bill_version=version, noticed_at=None
    )
    return False


def _submitted(run: AutopayRun, now: datetime) -> Payment | None:
    """The payment with its hold, committed before the bank hears of it; None when another worker pays it."""
    template, card = run.template, run.autopay.card
    with transaction.atomic():
        told = AutopayRun.objects.filter(pk=run.pk, state=State.NOTICED, amount=run.amount, noticed_at=run.noticed_at)
        if not _still_works(run.autopay) or not told.update(state=State.PAYING):
            return None
        if not _is_open(template):
            raise NotAsTold
        saved_cards.find(resident=template.resident, uuid=card.uuid, now=now)
        target = Target.of(run.bill, run.bill_version or 0) if run.bill is not None else Target(template.account)
        payment = checkout.new_payment(
            resident=template.resident,
            target=target,
            amount=Kopecks(run.amount),
            form_key=None,
            now=now,
            method=FeeRule.Method.AUTOPAY,
        )
        if payment.fee != run.fee or autopay_doubts.is_unknown(run):
            raise NotAsTold
        AutopayRun.objects.filter(pk=run.pk).update(payment=payment)
        move(
            payment,
            to=Status.SUBMITTED,
            now=now,
            source="autopay",
            table=BY_AUTOPAY,
            submitted_at=now,
            channel=settings.AUTOPAY_CHANNEL,
            card_brand=card.brand,
            card_last_four=card.last_four,
            saved_card=card,
            return_token=secrets.token_urlsafe(RETURN_TOKEN_BYTES),
        )
        if run.bill is not None:
            dues.hold(
                bill_id=run.bill.pk,
                version=run.bill_version or 0,
                operation=payment.uuid,
                amount=Kopecks(run.amount),
                resident=template.resident,
                now=now,
            )
            # Asked once the bill is held: a mark that comes after that is younger than the payment.
            if marks.stands(resident_id=template.resident_id, bill_id=run.bill.pk, version=run.bill_version or 0):
                raise NotAsTold
    return payment


def _is_open(template: PaymentTemplate) -> bool:
    """Cabinet and provider, as they stand now."""
    cabinets = User.objects.select_for_update(no_key=True).filter(is_active=True, blocked_at=None)
    providers = Provider.objects.open().filter(pk=template.account.provider_id)
    return cabinets.filter(pk=template.resident_id).exists() and providers.exists()


def _drop(run: AutopayRun, why: str) -> bool:
    return bool(AutopayRun.objects.filter(pk=run.pk, state=State.NOTICED).update(state=State.DROPPED, reason=why))


def _write(kind: MessageKind, run: AutopayRun, now: datetime, **more: str) -> None:
    resident = run.template.resident
    what = run.template.title + (f" {period_words(run.bill.period)}" if run.bill is not None else "")
    outbox.put(
        kind,
        address=resident.phone or "",
        context={"what": what, "amount": roubles(run.total), **more},
        key=f"{kind.name}:{run.uuid}:{run.notices}",
        now=now,
        resident_uuid=resident.uuid,
    )
