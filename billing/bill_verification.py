"""Whether bills add up: lines to the total, entries to the counters, no more paid than was ever asked."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from billing import bills
from billing.models import Bill, BillVersion
from billing.money import Kopecks, plain_roubles


def troubles(batch: Sequence[Bill]) -> Iterator[tuple[Bill, str]]:
    """What does not add up in these bills, in words; four queries whatever their number."""
    shown = Bill.objects.filter(pk__in=[bill.pk for bill in batch])
    unbalanced = set(bills.check_counters(among=shown))
    earlier: dict[int, list[BillVersion]] = defaultdict(list)
    for version in BillVersion.objects.filter(bill__in=shown).order_by("version"):
        earlier[version.bill_id].append(version)
    for bill in batch:
        if bill.uuid in unbalanced:
            yield bill, f"записи счёта не дают оплаченного {_sum(bill.paid)} и удержанного {_sum(bill.held)}"
        yield from ((bill, text) for text in _document_troubles(bill, earlier[bill.pk]))


def _document_troubles(bill: Bill, earlier: list[BillVersion]) -> Iterator[str]:
    if [one.version for one in earlier] != list(range(1, bill.version)):
        yield f"версия счёта {bill.version}, а прежних сохранено {len(earlier)}"
    documents: list[Bill | BillVersion] = [*earlier, bill]
    for document in documents:
        lines = sum(row[1] for row in document.stored_charges)
        if lines != document.total:
            yield f"версия {document.version}: строки дают {_sum(lines)}, а итог {_sum(document.total)}"
        if any(_contradicts(row) for row in document.stored_charges):
            yield f"версия {document.version}: начислено и перерасчёт не дают строку «к оплате»"
    most = max(document.total for document in documents)
    if bill.paid + bill.held > max(most, 0):
        yield f"оплачено и удержано {_sum(bill.paid + bill.held)}, а больше {_sum(most)} не выставлялось"


def _contradicts(row: list[Any]) -> bool:
    _, amount, accrued, recalculated, *_ = row
    return accrued is not None and recalculated is not None and amount != accrued + recalculated


def _sum(kopecks: int) -> str:
    return plain_roubles(Kopecks(kopecks))
