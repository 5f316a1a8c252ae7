"""Autopay over months and years of a life: changing bills, dead cards, blocks, lost answers and month ends."""

import os
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from accounts.models import User
from billing.models import Bill, BillVersion
from payments import autopay_runs, settlement, verification
from payments.acquirer.base import Word
from payments.models import Autopay, AutopayRun, Payment, SavedCard
from payments.status import TAKEN
from tests.billing.make import add_account, make_account, make_bill, make_provider
from tests.payments.autopay import DAY, make_autopay, make_card, make_template
from tests.payments.make import pay
from tests.people import NOW, make_resident

pytestmark = pytest.mark.django_db
ONE_DAY = timedelta(days=1)
FIRST_DAY = NOW.replace(month=12, day=1)
MONTHS = int(os.environ.get("PROOFS_AUTOPAY_MONTHS", "5"))


def test_years_of_changing_bills_dead_cards_blocks_and_month_ends(bank):
    """Never twice for a bill or a month, never above the limit, always a notice at least half a day before."""
    random, resident = Random(1), make_resident("+79161112233")
    flat, phone = make_account(), make_account(provider=make_provider("plain", account_check="PATTERN"))
    add_account(resident, flat)
    make_card(resident)
    by_day = {"trigger": DAY, "day": 31, "amount": 70_000, "limit": 90_000}
    made = [
        make_autopay(make_template(resident, flat), limit=250_000, now=FIRST_DAY),
        make_autopay(make_template(resident, phone, title="Телефон"), now=FIRST_DAY, **by_day),
    ]
    for number in range(MONTHS):
        year, month = 2026 + (11 + number) // 12, (11 + number) % 12 + 1
        start = NOW.replace(year=year, month=month, day=1)
        _month_of_life(random, resident, flat, made, bank, start)

    runs = AutopayRun.objects.select_related("payment", "autopay").exclude(payment=None)
    assert runs.count() > MONTHS // 3
    for run in runs:
        assert run.payment.total == run.total <= run.autopay.limit
        assert run.payment.submitted_at - run.noticed_at >= timedelta(hours=12)
    taken = Payment.objects.filter(status__in=TAKEN)
    assert all(bill.paid <= bill.total for bill in Bill.objects.all())
    days = [timezone.localdate(one.submitted_at) for one in taken.filter(account=phone)]
    assert len({(day.year, day.month) for day in days}) == len(days)
    assert all((day + ONE_DAY).day == 1 for day in days)
    assert sum(bank.charges.values()) == taken.count()
    assert list(verification.troubles()) == []


def _month_of_life(random, resident, flat, made, bank, start) -> None:
    total = random.choice([90_000, 100_000, 110_000, 120_000, 260_000])
    period = (start.replace(day=1) - ONE_DAY).date().replace(day=1)
    bill = make_bill(flat, period=period, issued_date=start.date(), charges=(("Отопление", total),))
    trouble = random.choice(["", "", "corrected", "declined", "lost", "blocked", "dead card", "by hand"])
    for day in (0, 1, 2, 3, 6, 7, 8, *range(26, 31)):
        now = start + timedelta(days=day, hours=1)
        if now.month != start.month:
            break
        if day == 1 and trouble == "corrected":
            correct(bill, total - 1_000)
        if day == 1 and trouble == "by hand":
            bill.refresh_from_db()
            pay(bill, resident, now=now)
        if trouble == "blocked":
            User.objects.filter(pk=resident.pk).update(blocked_at=now if 1 <= day < 6 else None)
        if trouble == "dead card":
            SavedCard.objects.update(state="UNAVAILABLE" if 1 <= day < 6 else "ACTIVE", is_default=False)
        bank.outcome = Word.DECLINED if trouble == "declined" else Word.CONFIRMED
        bank.lose = {"charge": random.choice(["before", "after"]), "query": "before"} if trouble == "lost" else {}
        autopay_runs.run_due(now=now)
        bank.lose = {}
        settlement.settle_due(now=now + timedelta(hours=1), everything=True)
        if day == 6:
            # He sees what has stopped and turns it on again.
            Autopay.objects.filter(pk__in=[one.pk for one in made]).update(state=Autopay.State.ACTIVE)
    User.objects.filter(pk=resident.pk).update(blocked_at=None)


def correct(bill: Bill, total: int) -> None:
    """A later register with another sum, as the import keeps it."""
    fields = ("version", "issued_date", "stored_charges", "total", "register")
    BillVersion.objects.create(bill=bill, replaced_at=NOW, **{name: getattr(bill, name) for name in fields})
    ((service, *_, volume, tariff),) = bill.stored_charges
    charges = [[service, total, total, None, volume, tariff]]
    Bill.objects.filter(pk=bill.pk).update(version=2, total=total, stored_charges=charges)
