"""A bill explained: every charge beside earlier ones, the biggest changes in words, and what a correction changed."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from billing import glossary, months
from billing.glossary import Part
from billing.models import Bill, BillService, BillVersion, Charge, Term, read_charges
from billing.money import Kopecks, plain_roubles, roubles

BIGGEST = 3


@dataclass(frozen=True)
class Line:
    """A charge as it is read, its words ready to be explained; `details` say how it came about and what it was."""

    label: str
    parts: list[Part]
    value: str
    details: str


@dataclass(frozen=True)
class Difference:
    """A sum in the document that was replaced and in the one that stands, or that there is none."""

    label: str
    was: str
    now: str


@dataclass(frozen=True)
class Correction:
    """«Было» and «стало» of a bill that the provider corrected."""

    was_issued: str
    issued: str
    differences: list[Difference]


@dataclass(frozen=True)
class Explanation:
    """What the page says of a bill."""

    lines: list[Line]
    total: str
    paid: str
    summary: str
    changes: list[str]
    terms: list[Term]
    correction: Correction | None


@dataclass(frozen=True)
class Past:
    """An earlier document: when it was, said from the bill at hand, and its sums by name."""

    when: str
    total: int
    sums: Counter[str]

    def shares(self, sums: Counter[str]) -> bool:
        """Whether it names anything as the bill does; if not, only totals can be compared."""
        return bool(self.sums.keys() & sums.keys())


def explain(bill: Bill) -> Explanation:
    """Three queries, four for a corrected bill, whatever the number of charges."""
    earlier = [months.before(bill.period), months.before(bill.period, months=12)]
    bills = list(Bill.objects.filter(account_id=bill.account_id, period__in=earlier).order_by("-period"))
    replaced = BillVersion.objects.filter(bill=bill).order_by("-version").first() if bill.version > 1 else None
    rows = [row for one in [bill, *bills] for row in one.stored_charges] + (replaced.stored_charges if replaced else [])
    services = BillService.objects.in_bulk({row[0] for row in rows})
    charges = read_charges(bill.stored_charges, services)
    sums = _sums(charges)
    terms = glossary.of(sums, glossary.terms())
    past = [_past(one, bill.period, services) for one in bills]
    comparable = [one for one in past if one.shares(sums)]
    return Explanation(
        lines=[
            Line(label, glossary.parts(label, terms), plain_roubles(one.amount), _details(one, sums, comparable))
            for one in charges
            for label in [f"{one.name}, руб."]
        ],
        total=plain_roubles(Kopecks(bill.total)),
        paid=plain_roubles(Kopecks(bill.paid)) if bill.paid else "",
        summary=_summary(bill.total, past),
        changes=_changes(sums, comparable[0]) if comparable else [],
        terms=terms,
        correction=_correction(bill, sums, replaced, services) if replaced else None,
    )


def _past(bill: Bill, seen_from: date, services: dict[int, BillService]) -> Past:
    sums = _sums(read_charges(bill.stored_charges, services))
    return Past(months.within(bill.period, seen_from=seen_from), bill.total, sums)


def _sums(charges: list[Charge]) -> Counter[str]:
    """Sums by name: a name that stands twice, in two units, counts as one."""
    sums = Counter[str]()
    for charge in charges:
        sums[charge.name] += charge.amount
    return sums


def _details(charge: Charge, sums: Counter[str], past: list[Past]) -> str:
    said = []
    if charge.volume and charge.tariff:
        said.append(f"{_number(charge.volume)} {charge.unit} × {_number(charge.tariff)} ₽".replace("  ", " "))
    elif charge.volume:
        said.append(f"{_number(charge.volume)} {charge.unit}".strip())
    if charge.recalculated:
        said.append(f"перерасчёт {plain_roubles(charge.recalculated)}")
    # A name that stands twice has no earlier sum of its own.
    if sums[charge.name] == charge.amount:
        said += [f"{one.when} {_earlier(one.sums, charge.name)}" for one in past]
    return " · ".join(said)


def _number(text: str) -> str:
    """A decimal of a register as it is written in Russian."""
    return text.replace(".", ",")


def _earlier(sums: Counter[str], name: str) -> str:
    return plain_roubles(Kopecks(sums[name])) if name in sums else "не было"


def _summary(total: int, past: list[Past]) -> str:
    compared = [_against(total - one.total, one.when) for one in past]
    return f"Этот счёт {', и '.join(compared)}." if compared else ""


def _against(change: int, when: str) -> str:
    if not change:
        return f"такой же, как {when}"
    return f"на {roubles(Kopecks(abs(change)))} {'больше' if change > 0 else 'меньше'}, чем {when}"


def _changes(sums: Counter[str], past: Past) -> list[str]:
    """The biggest differences of one charge, biggest first."""
    names = {name: sums[name] - past.sums[name] for name in [*sums, *past.sums]}
    biggest = sorted((name for name, change in names.items() if change), key=lambda name: -abs(names[name]))
    return [_change(name, names[name], sums, past) for name in biggest[:BIGGEST]]


def _change(name: str, change: int, sums: Counter[str], past: Past) -> str:
    if name not in past.sums:
        return f"{name}: {roubles(Kopecks(change))}, {past.when} такой строки не было"
    if name not in sums:
        return f"{name}: в этом счёте нет, {past.when} было {roubles(Kopecks(past.sums[name]))}"
    return f"{name}: {_against(change, past.when)}"


def _correction(bill: Bill, sums: Counter[str], replaced: BillVersion, services: dict[int, BillService]) -> Correction:
    was = _sums(read_charges(replaced.stored_charges, services))
    total = Difference("Сумма счёта", roubles(Kopecks(replaced.total)), roubles(Kopecks(bill.total)))
    differences = [
        Difference(name, _roubles_or_none(was, name), _roubles_or_none(sums, name))
        for name in dict.fromkeys([*was, *sums])
        if (name in was, was[name]) != (name in sums, sums[name])
    ]
    return Correction(f"{replaced.issued_date:%d.%m.%Y}", f"{bill.issued_date:%d.%m.%Y}", [total, *differences])


def _roubles_or_none(sums: Counter[str], name: str) -> str:
    return roubles(Kopecks(sums[name])) if name in sums else "нет"
