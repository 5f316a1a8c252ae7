"""The journal of staff and commands: append-only, every row chained by a keyed digest to the one before it.

A row that is removed, altered or put in by somebody without JOURNAL_KEY is found, and so is a tail that was cut off.
Record last in a transaction: the end of the journal is locked from here until the commit.
"""

import hashlib
import hmac
import ipaddress
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from safeguards.models import JournalEntry, JournalHead

HEAD = 1
BEGINNING = "0" * 64


class Action(models.TextChoices):
    """What can be done that somebody may have to answer for."""

    LOGGED_IN = "staff.logged-in", "вход сотрудника"
    LOGIN_FAILED = "staff.login-failed", "неудачный вход сотрудника"
    SECOND_FACTOR_SET = "staff.second-factor", "второй фактор подключён"
    RECOVERY_CODE_USED = "staff.recovery-code", "вход по резервному коду"
    SEARCHED = "resident.searched", "поиск жителя"
    LOOKED = "resident.looked", "просмотр карточки жителя"
    IDENTIFIED = "resident.identified", "кодовое слово совпало"
    NOT_IDENTIFIED = "resident.not-identified", "кодовое слово не совпало"
    BLOCKED = "resident.blocked", "блокировка"
    UNBLOCKED = "resident.unblocked", "разблокировка"
    CODE_SENT = "registration.code-sent", "код активации отправлен заново"
    RESET_INVITED = "resident.reset-invited", "отправлена ссылка на смену пароля"
    PHONE_CHANGE_BEGUN = "resident.phone-change-begun", "код отправлен на новый номер"
    PHONE_CHANGED = "resident.phone-changed", "номер входа изменён"
    SMS_STOPPED = "resident.sms-stopped", "отказ от SMS ответом со словом СТОП"
    RECEIPT_SENT = "resident.receipt-sent", "квитанция отправлена ещё раз"
    FEEDBACK_READ = "feedback.read", "обращение прочитано"
    FEEDBACK_TAKEN = "feedback.taken", "обращение взято"
    FEEDBACK_ANSWERED = "feedback.answered", "на обращение дан ответ"
    FEEDBACK_CLOSED = "feedback.closed", "обращение закрыто"
    STATEMENT_READ = "statement.read", "заказ справки прочитан"
    STATEMENT_OPENED = "statement.opened", "справка из заказа открыта"
    STATEMENT_SENT = "statement.sent", "справка отправлена почтой"
    STATEMENT_REFUSED = "statement.refused", "справка не отправлена"
    REFUND_REQUESTED = "refund.requested", "попросили о возврате"
    REFUND_APPROVED = "refund.approved", "возврат одобрен"
    REFUND_WITHDRAWN = "refund.withdrawn", "возврат отозван"
    REGISTER_ADDRESS_APPROVED = "register-address.approved", "адрес реестров одобрен"
    REGISTER_ADDRESS_WITHDRAWN = "register-address.withdrawn", "новый адрес реестров отозван"
    BANK_ASKED = "case.bank-asked", "спросили банк об операции"
    CASE_CREDITED = "case.credited", "поздние деньги зачтены"
    CASE_CLOSED = "case.closed", "неясная операция закрыта"
    PAGE_PUBLISHED = "page.published", "страница опубликована"
    EXPORTED = "resident.exported", "выгрузка личных данных"
    ERASED = "resident.erased", "удаление личных данных"
    VIEWED = "row.viewed", "просмотр записи"
    ADDED = "row.added", "запись добавлена"
    CHANGED = "row.changed", "запись изменена"
    REMOVED = "row.removed", "запись удалена"


@dataclass(frozen=True)
class Actor:
    """Who does it: a person by uuid, or the system's user of a command by name; and from which address."""

    uuid: UUID | None = None
    name: str = ""
    ip: str | None = None


@dataclass(frozen=True)
class Finding:
    """Something wrong with the journal, at or before the row of this number."""

    number: int
    what: str

    def __str__(self) -> str:
        return f"№ {self.number}: {self.what}"


def masked(text: str) -> str:
    """What may stand in `before` and `after` of something personal: its last two characters, if it is not short."""
    return f"…{text[-2:]}" if len(text) > 5 else "…" * bool(text)


@transaction.atomic
def record(
    *,
    actor: Actor,
    action: Action,
    now: datetime,
    whose: UUID | None = None,
    target: str = "",
    why: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> JournalEntry:
    """Write one row, in the caller's transaction if there is one; `before` and `after` come masked."""
    head = _locked_head()
    entry = JournalEntry(
        number=head.number + 1,
        at=now,
        who_uuid=actor.uuid,
        who=actor.name,
        ip=str(ipaddress.ip_address(actor.ip)) if actor.ip else None,
        action=action.value,
        whose_uuid=whose,
        target=target,
        why=why,
        before=dict(before or {}),
        after=dict(after or {}),
        previous=head.digest,
    )
    entry.digest = _digest_of(entry)
    entry.save(force_insert=True)
    head.number, head.digest = entry.number, entry.digest
    head.seal = _seal_of(head)
    head.save(update_fields=["number", "digest", "seal"])
    return entry


def head() -> tuple[int, str]:
    """Number and digest of the last row: written down elsewhere, they prove later that nothing up to here changed."""
    end = JournalHead.objects.filter(pk=HEAD).first()
    return (end.number, end.digest) if end else (0, BEGINNING)


def verify(*, noted: tuple[int, str] | None = None) -> Iterator[Finding]:
    """Everything that does not fit, in the order of the rows; `noted` is a head that was written down before."""
    # The end first: rows that are added while we read lie behind it.
    end = JournalHead.objects.filter(pk=HEAD).first()
    number, digest = 0, BEGINNING
    for entry in JournalEntry.objects.order_by("number").iterator(chunk_size=2000):
        if end is not None and entry.number > end.number and _is_added_since(end):
            break
        yield from _findings(entry, number, digest)
        if noted and entry.number == noted[0] and entry.digest != noted[1]:
            yield Finding(entry.number, "не та, что была записана отдельно")
        number, digest = entry.number, entry.digest
    yield from _findings_at_end(end, number, digest)
    if noted and noted[0] > number:
        yield Finding(number, f"журнал короче записанного отдельно: было {noted[0]}")


def _locked_head() -> JournalHead:
    """The end of the journal, which nobody else moves before we commit; SQLite has one writer anyway."""
    locked = JournalHead.objects.select_for_update()
    found = locked.filter(pk=HEAD).first()
    if found is None:
        JournalHead.objects.bulk_create([JournalHead(pk=HEAD, digest=BEGINNING)], ignore_conflicts=True)
        found = locked.get(pk=HEAD)
    return found


def _findings(entry: JournalEntry, number: int, digest: str) -> Iterator[Finding]:
    if entry.number != number + 1:
        yield Finding(number + 1, f"нет строк до № {entry.number - 1} включительно")
    elif entry.previous != digest:
        yield Finding(entry.number, "не продолжает предыдущую строку")
    if not hmac.compare_digest(entry.digest, _digest_of(entry)):
        yield Finding(entry.number, "изменена")


def _findings_at_end(end: JournalHead | None, number: int, digest: str) -> Iterator[Finding]:
    if end is None:
        if number:
            yield Finding(number, "нет записи о конце журнала")
    elif (end.number, end.digest) != (number, digest):
        yield Finding(number, f"конец журнала другой: должен быть № {end.number}")
    elif not hmac.compare_digest(end.seal, _seal_of(end)):
        yield Finding(number, "печать конца журнала не та")


def _is_added_since(end: JournalHead) -> bool:
    """Whether the journal has really gone on: otherwise rows behind its end were put there by hand."""
    return head()[0] > end.number


def _digest_of(entry: JournalEntry) -> str:
    told = [
        entry.previous,
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        str(entry.who_uuid or ""),
        entry.who,
        entry.ip or "",
        entry.action,
        str(entry.whose_uuid or ""),
        entry.target,
        entry.why,
        entry.before,
        entry.after,
    ]
    return _keyed("entry", json.dumps(told, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False))


def _seal_of(end: JournalHead) -> str:
    return _keyed("head", f"{end.number}:{end.digest}")


def _keyed(purpose: str, text: str) -> str:
    return hmac.new(settings.JOURNAL_KEY.encode(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()
