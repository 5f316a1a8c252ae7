"""What keeps an autopay from paying although it was told of: what may be paid already, and sums that surprise."""

from django.db.models import Q

from billing.models import Bill
from payments.models import AutopayRun, Payment
from payments.status import LIVE

# So many times the usual sum is worth a question.
FAR_ABOVE = 2
USUAL_OF = 6


def is_unknown(run: AutopayRun) -> bool:
    """A try of this template, or anybody's payment of the same thing, that may yet turn out to be paid."""
    # One that was given up holds nothing any more, and the bank may have taken its money.
    ahead = Q(bill=None, resident=run.template.resident_id)
    same = Q(autopay_run__template=run.template_id) | Q(bill=run.bill_id, bill__isnull=False) | ahead
    tries = Payment.objects.filter(same, account=run.template.account_id)
    return tries.filter(Q(status__in=LIVE) | Q(attention_at__isnull=False)).exists()


def is_unusual(run: AutopayRun) -> bool:
    """Far above what was paid by it lately, or asked for lately where it has not paid yet; he may have agreed."""
    if run.amount <= run.autopay.agreed:
        return False
    paid = AutopayRun.objects.filter(template=run.template_id, state=AutopayRun.State.DONE).order_by("-pk")
    usual = list(paid.values_list("amount", flat=True)[:USUAL_OF])
    if not usual and run.bill is not None:
        earlier = Bill.objects.filter(account=run.bill.account_id, period__lt=run.bill.period, total__gt=0)
        usual = list(earlier.order_by("-period").values_list("total", flat=True)[:USUAL_OF])
    return bool(usual) and run.amount > FAR_ABOVE * sorted(usual)[len(usual) // 2]
