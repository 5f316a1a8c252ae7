"""Takes a bill register in: the whole file or nothing, once; a correction keeps the document that it replaces."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from billing import register_formats
from billing.models import Bill, BillRegister, BillService, BillVersion, PersonalAccount, Provider
from billing.money import Kopecks
from billing.register_contents import AccountBill, Line, Register, Sender

# Bills merged by one set of queries; the lists of numbers in them stay below every database's limit.
BATCH = 2000


class OlderThanAccepted(Exception):
    """A register of this provider and period was issued later and is already in; `issued_date` is its date."""

    def __init__(self, issued_date: date) -> None:
        super().__init__(issued_date)
        self.issued_date = issued_date


@dataclass
class Outcome:
    """What an import did, or would do; `is_repeated` means that the very file was in already."""

    provider: str
    period: date
    issued_date: date
    bills: int
    rows: int
    total: Kopecks
    is_repeated: bool = False
    new: int = 0
    changed: int = 0
    unchanged: int = 0


def import_register(
    *, data: bytes, file_name: str, now: datetime, dry_run: bool = False, format_name: str = register_formats.AUTO
) -> Outcome:
    """Read the file, then merge it in one short transaction; a dry run is undone at its end.

    Raises register_formats.UnknownFormat, register_text.Malformed, OlderThanAccepted; nothing is changed then.
    """
    form = register_formats.find(data, file_name=file_name, name=format_name)
    digest = digest_of(data, file_name=file_name if form.TOLD_BY_NAME else "")
    repeated = _repeated(digest)
    if repeated is not None:
        return repeated
    register = form.read(data, file_name=file_name, senders=_senders(), today=timezone.localdate(now))
    with transaction.atomic():
        outcome = _merge(register, digest, file_name, now)
        transaction.set_rollback(dry_run)
    return outcome


def digest_of(data: bytes, *, file_name: str = "") -> str:
    """What tells one file from another: its bytes, after its name where that is a part of what it says."""
    return hashlib.sha256(file_name.upper().encode() + data).hexdigest()


def _senders() -> list[Sender]:
    fields = ("code", "account_pattern", "account_kind", "inn", "settlement_account")
    return [Sender(*values) for values in Provider.objects.filter(issues_bills=True).values_list(*fields)]


def _repeated(digest: str) -> Outcome | None:
    known = BillRegister.objects.filter(digest=digest).select_related("provider").first()
    if known is None:
        return None
    return Outcome(
        known.provider.code,
        known.period,
        known.issued_date,
        known.bills,
        known.rows,
        Kopecks(known.total),
        is_repeated=True,
        unchanged=known.bills,
    )


def _merge(register: Register, digest: str, file_name: str, now: datetime) -> Outcome:
    # One import of a provider at a time; no_key lets residents add accounts and pay meanwhile.
    provider = Provider.objects.select_for_update(no_key=True).get(code=register.provider)
    repeated = _repeated(digest)
    if repeated is not None:
        return repeated
    _refuse_older(provider, register)
    accepted = BillRegister.objects.create(
        provider=provider,
        period=register.period,
        issued_date=register.issued_date,
        sequence=register.sequence,
        digest=digest,
        file_name=file_name[-250:],
        bills=len(register.bills),
        rows=register.rows,
        total=register.total,
        imported_at=now,
    )
    outcome = Outcome(
        provider.code, register.period, register.issued_date, accepted.bills, accepted.rows, register.total
    )
    services = _services(provider, register)
    for batch in _batches(register.bills):
        _merge_batch(batch, accepted, services, now, outcome)
    return outcome


def _refuse_older(provider: Provider, register: Register) -> None:
    accepted = BillRegister.objects.filter(provider=provider, period=register.period)
    later = Q(issued_date__gt=register.issued_date)
    if register.sequence:
        later |= Q(sequence__gt=register.sequence)
    last = accepted.filter(later).order_by("-issued_date").values_list("issued_date", flat=True).first()
    if last is not None:
        raise OlderThanAccepted(last)


def _services(provider: Provider, register: Register) -> dict[tuple[str, str], int]:
    """The number of every service that the provider's bills name, new ones written."""
    known = {(service.name, service.unit): service.pk for service in BillService.objects.filter(provider=provider)}
    named = dict.fromkeys((line.service, line.unit) for bill in register.bills for line in bill.lines)
    new = [BillService(provider=provider, name=name, unit=unit) for name, unit in named if (name, unit) not in known]
    for service in BillService.objects.bulk_create(new):
        known[service.name, service.unit] = service.pk
    return known


def _batches(bills: list[AccountBill]) -> Iterator[list[AccountBill]]:
    for start in range(0, len(bills), BATCH):
        yield bills[start : start + BATCH]


def _merge_batch(
    batch: list[AccountBill],
    accepted: BillRegister,
    services: dict[tuple[str, str], int],
    now: datetime,
    outcome: Outcome,
) -> None:
    accounts = _accounts(accepted.provider, [bill.number for bill in batch])
    there = {
        bill.account_id: bill
        for bill in Bill.objects.filter(period=accepted.period, account_id__in=list(accounts.values()))
    }
    new, versions, changed = [], [], []
    for issued in batch:
        document = _document(issued, accepted, services)
        bill = there.get(accounts[issued.number])
        if bill is None:
            new.append(Bill(account_id=accounts[issued.number], period=accepted.period, **document))
        elif bill.content_digest != document["content_digest"]:
            versions.append(_version(bill, now))
            _replace(bill, document)
            changed.append(bill)
    Bill.objects.bulk_create(new)
    BillVersion.objects.bulk_create(versions)
    # Only the document: the counters belong to dues.py and may move while we are here.
    Bill.objects.bulk_update(changed, ["version", *DOCUMENT], batch_size=200)
    outcome.new += len(new)
    outcome.changed += len(changed)
    outcome.unchanged += len(batch) - len(new) - len(changed)


DOCUMENT = ("issued_date", "stored_charges", "total", "content_digest", "register")


def _document(issued: AccountBill, accepted: BillRegister, services: dict[tuple[str, str], int]) -> dict[str, object]:
    return {
        "issued_date": accepted.issued_date,
        "stored_charges": [_stored(line, services) for line in issued.lines],
        "total": issued.total,
        "content_digest": _content_digest(issued),
        "register": accepted,
    }


def _stored(line: Line, services: dict[tuple[str, str], int]) -> list[object]:
    service = services[line.service, line.unit]
    return [service, line.amount, line.accrued, line.recalculated, line.volume, line.tariff]


def _content_digest(issued: AccountBill) -> str:
    """Of the charges alone: a register sent anew with a later date leaves bills with the same charges as they were."""
    lines = [list(vars(line).values()) for line in issued.lines]
    return hashlib.sha256(json.dumps(lines, ensure_ascii=False).encode()).hexdigest()


def _version(bill: Bill, now: datetime) -> BillVersion:
    document = {name: getattr(bill, name) for name in DOCUMENT if name != "register"}
    return BillVersion(bill=bill, version=bill.version, register_id=bill.register_id, replaced_at=now, **document)


def _replace(bill: Bill, document: dict[str, object]) -> None:
    bill.version += 1
    for name, value in document.items():
        setattr(bill, name, value)


def _accounts(provider: Provider, numbers: list[str]) -> dict[str, int]:
    """The ids of the accounts by number; those not seen before are created."""
    there = PersonalAccount.objects.filter(provider=provider, number__in=numbers)
    known = dict(there.values_list("number", "id"))
    missing = [PersonalAccount(provider=provider, number=number) for number in numbers if number not in known]
    if missing:
        # A resident may be adding the same number this moment.
        PersonalAccount.objects.bulk_create(missing, ignore_conflicts=True)
        known = dict(there.values_list("number", "id"))
    return known
