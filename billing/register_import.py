"""Takes a bill register in: the whole file or nothing, once; a correction keeps the document that it replaces."""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from billing import register_formats, register_merge, register_staging
from billing.models import BillRegister, Provider, RegisterImport
from billing.money import Kopecks
from billing.register_contents import Register, Sender
from billing.register_formats import UnknownFormat
from billing.register_merge import Merged
from billing.register_staging import Services, ServicesMoved, Staging
from billing.register_text import Malformed, Mistake

# A line of the longest figures and names is a hundred times shorter.
LONGEST_LINE = 1_000_000
# As many mistakes as a provider can mend in one go.
MISTAKES_FOR_PROVIDER = 10_000
STAGED_AT_MOST = 5
NOTHING = Kopecks(0)
QUOTED = re.compile("«[^»]*»")
Result = RegisterImport.Result


class OlderThanAccepted(Exception):
    """A register of this provider and period was issued later and is already in; `issued_date` is its date."""

    def __init__(self, issued_date: date) -> None:
        super().__init__(f"за этот период уже загружен реестр от {issued_date:%d.%m.%Y}")
        self.issued_date = issued_date


REFUSALS = (UnknownFormat, Malformed, OlderThanAccepted)


@dataclass
class Outcome:
    """What an import did, or would do; `is_repeated` means that the very file was in already.

    The sums are of the bills that it changed, before and after.
    """

    provider: str
    period: date
    issued_date: date
    bills: int
    rows: int
    total: Kopecks
    is_repeated: bool = False
    # A later register of the same provider and period, if the repeated one is not in force any more.
    replaced_by: BillRegister | None = None
    new_accounts: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    former_total: Kopecks = NOTHING
    changed_total: Kopecks = NOTHING

    def learn(self, merged: Merged) -> None:
        """Add what the merge did."""
        vars(self).update(vars(merged))
        self.unchanged = self.bills - self.new - self.changed


def import_register(
    *,
    file: BinaryIO,
    file_name: str,
    now: datetime,
    by: str = "",
    dry_run: bool = False,
    format_name: str = register_formats.AUTO,
) -> Outcome:
    """Stage the file without a lock, then merge it in one short transaction; a dry run only looks.

    The file can be sought in. Every try but a dry one stands in the journal, under the name of `by`. Raises
    register_formats.UnknownFormat, register_text.Malformed, OlderThanAccepted; nothing is changed then.
    """
    entry = RegisterImport(started_at=now, by=by, file_name=file_name[-250:])
    try:
        outcome = _import(file, file_name, entry, dry_run=dry_run, format_name=format_name)
    except REFUSALS as refusal:
        if not dry_run:
            _note(entry, Result.REFUSED, reason=_reason(refusal))
        raise
    if outcome.is_repeated and not dry_run:
        _note(entry, Result.REPEATED, outcome=outcome)
    return outcome


def mistakes_of(*, file: BinaryIO, file_name: str, now: datetime, format_name: str) -> list[Mistake]:
    """All that is wrong with a file, up to what a provider can mend in one go; its totals and doubles apart."""
    form = register_formats.find(file, file_name=file_name, name=format_name)
    try:
        register = form.read(
            file,
            file_name=file_name,
            senders=_senders(),
            today=timezone.localdate(now),
            most=MISTAKES_FOR_PROVIDER,
        )
        for _ in register.bills:
            pass
    except Malformed as refusal:
        return refusal.mistakes
    return []


def _import(file: BinaryIO, file_name: str, entry: RegisterImport, *, dry_run: bool, format_name: str) -> Outcome:
    entry.digest = digest_of(file)
    form = register_formats.find(file, file_name=file_name, name=format_name)
    entry.format = form.NAME
    if form.TOLD_BY_NAME:
        entry.digest = digest_of(file, file_name=file_name)
    repeated = _repeated(entry.digest)
    if repeated is not None:
        return repeated
    for _ in range(STAGED_AT_MOST):
        register = form.read(file, file_name=file_name, senders=_senders(), today=timezone.localdate(entry.started_at))
        services = Services(Provider.objects.get(code=register.provider))
        staging = Staging()
        try:
            _fill(staging, register, services)
            if dry_run:
                return _look(register, staging)
            return _merge(register, staging, services, entry)
        except ServicesMoved:
            continue
        finally:
            register_staging.drop()
    raise ServicesMoved


def _fill(staging: Staging, register: Register, services: Services) -> None:
    try:
        staging.fill(register.bills, services)
    except Malformed as refusal:
        # An account whose rows stand apart makes the totals wrong, and only here is it seen.
        register_staging.refuse_doubles(refusal.mistakes)


def digest_of(file: BinaryIO, *, file_name: str = "") -> str:
    """What tells one file from another: its bytes, after its name where that is a part of what it says.

    Raises Malformed where the file has no lines to speak of: its reader would take one of any length.
    """
    digest, line = hashlib.sha256(file_name.upper().encode()), 1
    file.seek(0)
    while piece := file.read(LONGEST_LINE):
        if len(piece) == LONGEST_LINE and b"\n" not in piece:
            raise Malformed([Mistake(line, 1, "", f"строка длиннее {LONGEST_LINE} знаков: это не реестр")])
        line += piece.count(b"\n")
        digest.update(piece)
    return digest.hexdigest()


@transaction.atomic
def _look(register: Register, staging: Staging) -> Outcome:
    """What the staged register would change."""
    provider = Provider.objects.get(code=register.provider)
    register_staging.refuse_doubles([])
    _refuse_older(provider, register)
    outcome = _outcome(register, staging)
    outcome.learn(register_merge.survey(provider=provider, period=register.period, bills=staging.bills))
    return outcome


@transaction.atomic
def _merge(register: Register, staging: Staging, services: Services, entry: RegisterImport) -> Outcome:
    # One import of a provider at a time; no_key lets residents add accounts and pay meanwhile.
    provider = Provider.objects.select_for_update(no_key=True).get(code=register.provider)
    repeated = _repeated(entry.digest)
    if repeated is not None:
        return repeated
    register_staging.refuse_doubles([])
    _refuse_older(provider, register)
    is_first = not BillRegister.objects.filter(provider=provider, period=register.period).exists()
    services.write()
    accepted = BillRegister.objects.create(
        provider=provider,
        period=register.period,
        issued_date=register.issued_date,
        sequence=register.sequence,
        digest=entry.digest,
        file_name=entry.file_name,
        bills=staging.bills,
        rows=staging.rows,
        total=staging.total,
        imported_at=entry.started_at,
    )
    outcome = _outcome(register, staging)
    outcome.learn(register_merge.merge(register=accepted, is_first=is_first, now=entry.started_at))
    entry.register = accepted
    _note(entry, Result.ACCEPTED, outcome=outcome)
    return outcome


def _outcome(register: Register, staging: Staging) -> Outcome:
    return Outcome(register.provider, register.period, register.issued_date, staging.bills, staging.rows, staging.total)


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
        replaced_by=_in_force_instead_of(known),
        unchanged=known.bills,
    )


def _in_force_instead_of(known: BillRegister) -> BillRegister | None:
    same = BillRegister.objects.filter(provider=known.provider_id, period=known.period)
    last = same.order_by("-pk").first()
    return None if last == known else last


def _refuse_older(provider: Provider, register: Register) -> None:
    accepted = BillRegister.objects.filter(provider=provider, period=register.period)
    later = Q(issued_date__gt=register.issued_date)
    if register.sequence:
        later |= Q(sequence__gt=register.sequence)
    last = accepted.filter(later).order_by("-issued_date").values_list("issued_date", flat=True).first()
    if last is not None:
        raise OlderThanAccepted(last)


def _senders() -> list[Sender]:
    fields = ("code", "account_pattern", "account_kind", "inn", "settlement_account")
    return [Sender(*values) for values in Provider.objects.filter(issues_bills=True).values_list(*fields)]


def _reason(refusal: Exception) -> str:
    """What the journal says of it: places and causes, but no cell, which in a shifted file may be a name."""
    if not isinstance(refusal, Malformed):
        return str(refusal)
    return "; ".join(str(replace(mistake, text=QUOTED.sub("«…»", mistake.text))) for mistake in refusal.mistakes)


def _note(entry: RegisterImport, result: Result, *, outcome: Outcome | None = None, reason: str = "") -> None:
    entry.result, entry.reason = result, reason
    if outcome:
        entry.new, entry.changed, entry.unchanged = outcome.new, outcome.changed, outcome.unchanged
    entry.save()
