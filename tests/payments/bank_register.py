"""The bank's register of operations, written apart from the portal's reader: 21 columns, Windows-1251, CRLF."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from payments.models import Payment


@dataclass(frozen=True)
class Line:
    """One operation of the bank; sums in kopecks."""

    order_id: str
    amount: int
    at: datetime
    kind: str = "Debit"
    bank_id: str = "1000"
    fee: int = 0
    transfer: int | None = None

    def cells(self, number: int) -> list[str]:
        at = timezone.localtime(self.at)
        transfer = self.amount - self.fee if self.transfer is None else self.transfer
        sums = [f"{kopecks // 100}.{kopecks % 100:02d}" for kopecks in (self.amount, self.fee, transfer)]
        days = [f"{at + timedelta(days=after):%d.%m.%Y}" for after in (0, 1)]
        return [
            *(str(number), "220077******7761", "Mir", self.order_id, f"{at:%d.%m.%Y}", f"{at:%H:%M:%S}", "MSK"),
            *("A1B2C3", "Terminal", *days, *sums, self.kind, "123456789012", self.bank_id),
            *("Смарт Сервис", "Dom", "", "Смарт Сервис (ЖКУ), лицевой счёт 1234567890"),
        ]


def debit(payment: Payment, **changes: object) -> Line:
    """What the bank has of a payment that it charged."""
    at = payment.succeeded_at or payment.moved_at
    return replace(Line(str(payment.uuid), payment.total, at, bank_id=payment.bank_id or ""), **changes)  # type: ignore[arg-type]


def credit(payment: Payment, amount: int, at: datetime | None = None) -> Line:
    """Money that went back."""
    return replace(debit(payment), kind="Credit", amount=amount, at=at or payment.moved_at)


def written(lines: Iterable[Line]) -> bytes:
    """The file."""
    rows = [";".join(line.cells(number)) for number, line in enumerate(lines, start=1)]
    return "".join(f"{row}\r\n" for row in rows).encode("cp1251")
