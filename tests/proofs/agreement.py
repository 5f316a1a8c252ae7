"""Whether bank and portal say the same: every way in which they may differ, named."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from payments.status import LIVE, Status
from tests.proofs.stack import Resident, Stack

CHARGING = ("FinishAuthorize", "Submit3DSAuthorizationV2")


@dataclass(frozen=True)
class Row:
    """A payment as the portal keeps it."""

    order: str
    status: str
    total: int
    bank_id: str | None
    bill_id: int
    amount: int


def payments(stack: Stack, residents: Iterable[Resident]) -> list[Row]:
    """Their payments."""
    phones = [resident.phone for resident in residents]
    rows = stack.rows(
        "SELECT p.uuid, p.status, p.amount + p.fee, p.bank_id, p.bill_id, p.amount FROM payments_payment p "
        f"JOIN accounts_user u ON u.id = p.resident_id WHERE u.phone IN ({', '.join('?' * len(phones))}) ORDER BY p.id",
        *phones,
    )
    return [Row(str(UUID(str(uuid))), *others) for uuid, *others in rows]


def statuses(stack: Stack, residents: Iterable[Resident]) -> Counter[str]:
    """How many of their payments stand where."""
    return Counter(row.status for row in payments(stack, residents))


def charges(stack: Stack, orders: Iterable[str]) -> list[dict[str, object]]:
    """What the bank took for these orders, a line for each time."""
    wanted = set(orders)
    return [
        line
        for line in stack.journal()
        if line["status"] == "CONFIRMED" and line["method"] in CHARGING and line["order_id"] in wanted
    ]


def disagreements(stack: Stack, residents: Iterable[Resident]) -> list[str]:
    """In what bank, payments and bills of these residents differ; what is still on its way differs in nothing."""
    rows = payments(stack, residents)
    taken = charges(stack, [row.order for row in rows])
    times = Counter(str(line["order_id"]) for line in taken)
    found = [f"charged {times[row.order]} times: {row}" for row in rows if times[row.order] > 1]
    found += [f"charged and not recorded: {row}" for row in rows if times[row.order] and row.status != Status.SUCCEEDED]
    found += [f"recorded and not charged: {row}" for row in rows if not times[row.order] and _is_taken(row)]
    by_order = {str(line["order_id"]): line for line in taken}
    for row in rows:
        line = by_order.get(row.order)
        if line and _is_taken(row) and (row.total, row.bank_id) != (line["amount"], line["payment_id"]):
            found.append(f"another sum or number at the bank: {row}, {line}")
    return found + _wrong_bills(stack, rows)


def unknown_orders(stack: Stack) -> set[str]:
    """What the bank holds and the portal has never heard of."""
    known = {str(UUID(str(uuid))) for (uuid,) in stack.rows("SELECT uuid FROM payments_payment")}
    # A card that is only bound has no order.
    return {line["order_id"] for line in stack.journal() if line["order_id"]} - known


def _is_taken(row: Row) -> bool:
    return row.status in {Status.SUCCEEDED, Status.PARTLY_REFUNDED, Status.REFUNDED}


def _wrong_bills(stack: Stack, rows: list[Row]) -> list[str]:
    found = []
    for bill_id in sorted({row.bill_id for row in rows}):
        ours = [row for row in rows if row.bill_id == bill_id]
        paid = sum(row.amount for row in ours if _is_taken(row))
        held = sum(row.amount for row in ours if row.status in LIVE)
        stands = stack.rows("SELECT paid, held FROM billing_bill WHERE id = ?", bill_id)[0]
        if stands != (paid, held):
            found.append(f"bill {bill_id}: paid and held {stands}, its payments say {(paid, held)}")
    return found
