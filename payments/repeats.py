"""The guard against paying twice: what was paid, or is being paid, for the same account and period.

A warning, not a lock: what a bill owes is guarded by billing.dues. Of others' payments one learns only on an account
that is his to see, and only that they were made.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from billing import marks
from billing.models import AddedAccount
from billing.money import roubles
from payments.models import Autopay, AutopayRun, Payment
from payments.shown import moment
from payments.status import Outcome

# Bills come once a month: a payment without a bill is taken for this month's as long.
A_MONTH = timedelta(days=31)
# Where no bills are issued people top up as often as they like; only the very same sum soon after looks like a slip.
A_DAY = timedelta(days=1)
PAID_OR_BEING_PAID = (Outcome.PROCESSING, Outcome.SUCCEEDED, Outcome.PARTLY_REFUNDED)
MOST = 20

OTHERS_PAID = "По этому лицевому счёту за тот же период уже заплатил кто-то ещё"
OTHERS_PAY = "Этот лицевой счёт за тот же период сейчас оплачивает кто-то ещё"
MARKED = "Вы отметили этот счёт как оплаченный"


@dataclass(frozen=True)
class Repeat:
    """One fact that speaks against paying; `url` leads to his own operation, empty for anybody else's."""

    words: str
    url: str = ""


@dataclass(frozen=True)
class Caution:
    """The facts, whether they leave the sum due, and a seal by which it is known that these very facts were seen."""

    repeats: list[Repeat]
    pays_rest: bool
    seal: str

    @property
    def title(self) -> str:
        """What the facts come to."""
        return "Часть этого счёта уже оплачена" if self.pays_rest else "Возможно, это уже оплачено"

    @property
    def go_on(self) -> str:
        """What is written on the button of him who pays all the same."""
        return "Доплатить" if self.pays_rest else "Заплатить ещё раз"

    def is_seen(self, seal: str) -> bool:
        """Whether there is nothing to warn of, or he has gone on past exactly this."""
        return not self.repeats or constant_time_compare(self.seal, seal)


def caution(*, payment: Payment, resident: User, now: datetime) -> Caution:
    """What speaks against this payment now."""
    same = _same(payment, now)
    found = list((same if _sees(payment, resident) else same.filter(resident=resident))[:MOST])
    own = [other for other in found if other.resident_id == resident.pk]
    others = [other for other in found if other.resident_id != resident.pk]
    repeats = [_own_words(other) for other in own]
    repeats += [Repeat(words) for words in sorted({_others_words(other) for other in others})]
    is_marked = _is_marked(payment, resident)
    repeats += [Repeat(MARKED)] if is_marked else []
    repeats += [_autopay_words(run) for run in _autopays(payment, resident)]
    kept = [str(payment.uuid), *(f"{other.pk} {other.outcome}" for other in [*own, *others]), *map(str, repeats)]
    seal = salted_hmac("payments.repeats", "\n".join(kept), algorithm="sha256").hexdigest()
    return Caution(repeats, pays_rest=not is_marked and _is_rest(payment, found), seal=seal)


def _same(payment: Payment, now: datetime) -> QuerySet[Payment]:
    """Operations of the same account and period, newest first."""
    if payment.provider.issues_bills:
        period = payment.snapshot.period
        lately = Q(submitted_at__gt=now - A_MONTH)
        same = Q(snapshot__period=period) | (lately & Q(snapshot__period=None)) if period else lately
    else:
        same = Q(submitted_at__gt=now - A_DAY, amount=payment.amount)
    others = Payment.objects.submitted().filter(account=payment.account_id, outcome__in=PAID_OR_BEING_PAID)
    return others.filter(same).exclude(pk=payment.pk).order_by("-submitted_at", "-id")


def _autopays(payment: Payment, resident: User) -> list[AutopayRun]:
    """His own that are about to pay the account: a sum without a bill would come on top of theirs.

    Of a bill that he pays by hand they pay only what is left, and nothing while it is being paid.
    """
    if payment.bill_id is not None:
        return []
    told = AutopayRun.objects.filter(state=AutopayRun.State.NOTICED, noticed_at__isnull=False)
    told = told.filter(autopay__state=Autopay.State.ACTIVE, template__resident=resident)
    told = told.filter(template__account=payment.account_id).select_related("template").order_by("pay_at")
    return list(told if payment.provider.issues_bills else told.filter(amount=payment.amount))


def _is_marked(payment: Payment, resident: User) -> bool:
    bill_id, version = payment.bill_id, payment.bill_version or 0
    return bill_id is not None and marks.stands(resident_id=resident.pk, bill_id=bill_id, version=version)


def _is_rest(payment: Payment, same: list[Payment]) -> bool:
    """All of them paid this very bill, and it owes the sum after them: then it comes on top of nothing."""
    bill = payment.bill
    return bill is not None and payment.amount <= bill.due and all(other.bill_id == bill.pk for other in same)


def _sees(payment: Payment, resident: User) -> bool:
    return AddedAccount.objects.of(resident).opened().filter(account=payment.account_id).exists()


def _own_words(other: Payment) -> Repeat:
    at, total = moment(other.submitted_at or other.created_at), roubles(other.total)
    words = f"{at} Вы заплатили {total}, операция № {other.number} выполнена"
    if other.outcome == Outcome.PROCESSING:
        words = f"{at} Вы начали платить {total}, операция № {other.number} ещё в обработке. Дождитесь её исхода"
    elif other.outcome == Outcome.PARTLY_REFUNDED:
        words = f"{at} Вы заплатили {total}, часть возвращена, операция № {other.number}"
    return Repeat(words, reverse("payments:detail", args=[other.uuid]))


def _autopay_words(run: AutopayRun) -> Repeat:
    words = f"{timezone.localtime(run.pay_at):%d.%m.%Y} Ваш автоплатёж заплатит {roubles(run.total)}"
    return Repeat(words, reverse("payments:autopay", args=[run.template.uuid]))


def _others_words(other: Payment) -> str:
    return OTHERS_PAY if other.outcome == Outcome.PROCESSING else OTHERS_PAID
