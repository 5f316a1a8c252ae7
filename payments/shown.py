"""Payments as ready words: what pages, receipts and the history show, without a rule in a template."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from billing.money import Kopecks, plain_roubles, roubles
from payments import check_codes, fees
from payments.acquirer import reasons
from payments.models import Payment, Refund
from payments.status import Status

TAGS = {
    "в обработке": "run",
    "выполнена": "ok",
    "не выполнена": "bad",
    "возвращена": "mute",
    "возвращена частично": "mute",
}


@dataclass(frozen=True)
class Row:
    """A label and its value, both as they are read."""

    label: str
    value: str


def moment(at: datetime) -> str:
    """«17.07.2017 17:26:23», Moscow time."""
    return timezone.localtime(at).strftime("%d.%m.%Y %H:%M:%S")


def day(on: date | None) -> str:
    """«05.07.2017», or nothing."""
    return on.strftime("%d.%m.%Y") if on else ""


def charge_rows(charges: Iterable[tuple[str, int]]) -> list[Row]:
    """«Отопление, руб.» and its sum for every charge line."""
    return [Row(f"{name}, руб.", plain_roubles(Kopecks(kopecks))) for name, kopecks in charges]


@dataclass(frozen=True)
class Shown:
    """One payment, every piece of it ready to be read."""

    payment: Payment

    @property
    def status(self) -> str:
        """The public word."""
        return self.payment.public_status

    @property
    def headline(self) -> str:
        """What the receipt begins with: money that is back in full was no transfer, or is one no longer."""
        return "Операция возвращена" if self.payment.status == Status.REFUNDED else "Спасибо! Ваш перевод принят"

    @property
    def tag(self) -> str:
        """The kind of the status tag: run, ok, bad, mute."""
        return TAGS[self.status]

    @property
    def number(self) -> str:
        """The transaction's number."""
        return str(self.payment.number)

    @property
    def check_code(self) -> str:
        """«K482-M019-T733-X208»: by it the receipt can be confirmed."""
        return check_codes.words(self.payment.snapshot.check_code)

    @property
    def at(self) -> str:
        """When it was confirmed by the resident."""
        return moment(self.payment.submitted_at or self.payment.created_at)

    @property
    def recipient(self) -> str:
        """Who gets the money."""
        return self.payment.snapshot.provider_short_name

    @property
    def charges(self) -> list[Row]:
        """The charge lines as they were when it was paid."""
        return charge_rows((name, kopecks) for name, kopecks in self.payment.snapshot.charges)

    @property
    def bill_total(self) -> str:
        """«12 970,24»: what was issued; empty when no bill was paid."""
        total = self.payment.snapshot.bill_total
        return "" if total is None else plain_roubles(Kopecks(total))

    @property
    def amount_label(self) -> str:
        """What the sum is called: nothing was transferred by an operation that failed."""
        return "Сумма к оплате, руб." if self.payment.is_failed else "Сумма перевода, руб."

    @property
    def amount(self) -> str:
        """«12 970,24»."""
        return plain_roubles(Kopecks(self.payment.amount))

    @property
    def amount_roubles(self) -> str:
        """«12 970,24 ₽»."""
        return roubles(Kopecks(self.payment.amount))

    @property
    def rest(self) -> str:
        """«100,00 ₽»: what the bill still owes after this payment is made; empty when nothing."""
        bill = self.payment.bill if self.bill_total else None
        left = bill.due - self.payment.amount if bill else 0
        return roubles(Kopecks(left)) if left > 0 else ""

    @property
    def due(self) -> str:
        """«11 970,24 ₽»: what his own bill still owes before this payment; empty when it pays none."""
        bill = self.payment.bill
        return roubles(bill.due) if bill and self.payment.snapshot.bill_total is not None else ""

    @property
    def fee(self) -> str:
        """«0,00»."""
        return plain_roubles(Kopecks(self.payment.fee))

    @property
    def total_label(self) -> str:
        """What the sum and the fee are called: nothing was taken by an operation that failed."""
        return "Итого, руб." if self.payment.is_failed else "Принято, руб."

    @property
    def total(self) -> str:
        """«12 970,24»."""
        return plain_roubles(self.payment.total)

    @property
    def total_roubles(self) -> str:
        """«12 970,24 ₽»."""
        return roubles(self.payment.total)

    @property
    def fee_percent(self) -> str:
        """«0 %»."""
        return fees.percent(self.payment.snapshot.fee_basis_points)

    @property
    def fee_rule(self) -> str:
        """«1 %, не меньше 10,00 ₽»: why the fee is what it is."""
        snapshot = self.payment.snapshot
        return fees.Rule(snapshot.fee_basis_points, snapshot.fee_minimum or 0, snapshot.fee_maximum or 0).words

    @property
    def exact_fee_percent(self) -> str:
        """«0,00 %»."""
        return fees.exact_percent(self.payment.snapshot.fee_basis_points)

    @property
    def reason(self) -> str:
        """Why it was not done, in plain words."""
        if self.payment.status == Status.EXPIRED:
            return "Банк не подтвердил операцию, и она отменена."
        return reasons.of(self.payment.error_code)

    @property
    def way(self) -> list[Row]:
        """«Путь платежа»: as far as it has come."""
        payment = self.payment
        steps = {
            "Принят": payment.created_at,
            "Подтверждён": payment.submitted_at,
            "Списан банком": payment.succeeded_at,
        }
        rows = [Row(label, moment(at)) for label, at in steps.items() if at]
        if payment.succeeded_at:
            for line in payment.register_lines.filter(refund=None).select_related("register__payout"):
                left = line.register.delivered_at
                rows.append(
                    Row("Передан поставщику", f"реестр {line.register}" + (f", {moment(left)}" if left else ""))
                )
                payout = getattr(line.register, "payout", None)
                rows += [Row("Зачислен", day(payout.paid_date))] if payout else []
        return rows + self._broken_off

    @property
    def _broken_off(self) -> list[Row]:
        """The last step of one that failed."""
        if not self.payment.is_failed:
            return []
        label = "Отклонён банком" if self.payment.status == Status.DECLINED else "Отменён"
        return [Row(label, moment(self.payment.moved_at))]

    @property
    def refunds(self) -> list[Row]:
        """«Возвращено» lines with their days."""
        return [
            Row("Возвращено", f"{roubles(refund.total)}, {moment(refund.done_at)[:10]}")
            if refund.done_at
            else Row("Возврат оформляется", roubles(refund.total))
            for refund in self.payment.refunds.filter(state__in=[Refund.State.APPROVED, Refund.State.DONE]).order_by(
                "id"
            )
        ]
