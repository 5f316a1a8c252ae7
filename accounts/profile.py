"""«Личные данные»: what is kept, and what happens to it only after a one-time password (screens 6.1)."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts import confirmations, documents, email_change, email_links
from accounts.models import Confirmation, Profile, ProfileAction, ProfileChange, Purpose, User

LIFE = timedelta(minutes=30)
# Names stand with the login and its words; everything else in the profile.
OF_USER = ("last_name", "first_name", "email", "code_word")
OPEN_FIELDS = (
    "last_name",
    "first_name",
    "middle_name",
    "birth_date",
    "sex",
    "email",
    "address",
    "postal_address",
    "home_phone",
)


@dataclass(frozen=True)
class Document:
    """What is shown to its owner only after a one-time password; `needed` are the fields it cannot be without."""

    kind: str
    title: str
    genitive: str
    fields: tuple[str, ...]
    needed: tuple[str, ...]
    why: str
    is_optional: bool = True

    @property
    def accusative(self) -> str:
        """«Показать полис ОМС»."""
        return self.title if self.title.isupper() else self.title[0].lower() + self.title[1:]


PASSPORT = Document(
    kind="passport",
    title="Паспорт",
    genitive="паспорта",
    fields=("passport_series", "passport_number", "passport_issuer", "passport_issue_date"),
    needed=("passport_series", "passport_number"),
    why="По нему Контакт-Центр убедится, что обращаетесь именно Вы, если доступ к телефону потерян",
)
INN = Document(
    kind="inn",
    title="ИНН",
    genitive="ИНН",
    fields=("inn",),
    needed=("inn",),
    why="По нему поставщик найдёт Ваш платёж, если в нём ошибка",
)
SNILS = Document(
    kind="snils",
    title="СНИЛС",
    genitive="СНИЛС",
    fields=("snils",),
    needed=("snils",),
    why="По нему находят льготы и начисления, если номер лицевого счёта неизвестен",
)
OMS = Document(
    kind="oms",
    title="Полис ОМС",
    genitive="полиса ОМС",
    fields=("oms",),
    needed=("oms",),
    why="Нужен только для медицинских услуг",
)
CODE_WORD = Document(
    kind="code-word",
    title="Кодовое слово",
    genitive="кодового слова",
    fields=("code_word",),
    needed=("code_word",),
    why="Необходимо для обращения в Контакт-Центр: по нему узнают, что звоните Вы",
    is_optional=False,
)
DOCUMENTS = {document.kind: document for document in (PASSPORT, INN, SNILS, OMS, CODE_WORD)}
DOCUMENT_FIELDS = {name for document in DOCUMENTS.values() for name in document.fields}
SHOWN_OF = {"passport_series": 0, "passport_number": 2, "inn": 4, "snils": 4, "oms": 4}


def values_of(resident: User) -> dict[str, str]:
    """Every field by name, in clear; empty where nothing is told."""
    profile = _profile(resident)
    return {name: getattr(_holder(resident, profile, name), name) or "" for name in (*OPEN_FIELDS, *DOCUMENT_FIELDS)}


def masked(document: Document, values: dict[str, str]) -> str:
    """What the page shows of a document: its last signs; «Задано» for the code word; empty when there is none."""
    kept = [values[name] for name in document.needed]
    if not any(kept):
        return ""
    if document == CODE_WORD:
        return "Задано"
    return " ".join(_covered(name, values[name]) for name in document.needed)


def covered(values: dict[str, str]) -> dict[str, str]:
    """New values as a passer-by may see them on the page of the one-time password."""
    return {name: _covered(name, value) if value else "будет стёрто" for name, value in values.items()}


def _covered(name: str, value: str) -> str:
    if name in CODE_WORD.fields:
        return "новое"
    return documents.masked(value, shown=SHOWN_OF[name]) if name in SHOWN_OF else value


def changed(*, resident: User, values: dict[str, str]) -> dict[str, str]:
    """Those of the values that are not kept yet."""
    kept = values_of(resident)
    return {name: value for name, value in values.items() if value != kept[name]}


def propose(
    *, resident: User, action: ProfileAction, document: str = "", values: dict[str, str], now: datetime
) -> ProfileChange:
    """Keep, encrypted, what the resident is going to confirm; what he left unconfirmed is given up."""
    with transaction.atomic():
        ProfileChange.objects.filter(expires_at__lte=now).delete()
        ProfileChange.objects.filter(resident=resident, ended_at=None).update(values=None, ended_at=now)
        return ProfileChange.objects.create(
            resident=resident,
            action=action,
            document=document,
            values=json.dumps(values, ensure_ascii=False, sort_keys=True),
            created_at=now,
            expires_at=now + LIFE,
        )


def proposed_values(change: ProfileChange) -> dict[str, str]:
    """What the fields will be."""
    values: dict[str, str] = json.loads(change.values or "{}")
    return values


def title_of(change: ProfileChange) -> str:
    """«Показ паспорта»: the page and the SMS call it so."""
    if not change.document:
        return ProfileAction(change.action).label
    verb = ProfileAction(change.action).label.partition(" ")[0]
    return f"{verb} {DOCUMENTS[change.document].genitive}"


def send_code(*, change: ProfileChange, ip: str, now: datetime) -> Confirmation:
    """Send the one-time password; a second request within its minute sends nothing.

    Raises confirmations.TooManyCodes when no code of this change is alive either.
    """
    resident = change.resident
    try:
        return confirmations.request(
            purpose=Purpose.PROFILE,
            subject=change.uuid,
            digest=_digest(change),
            phone=resident.phone or "",
            resident=resident,
            ip=ip,
            context={"what": title_of(change)},
            now=now,
        )
    except confirmations.TooManyCodes:
        alive = confirmations.current(purpose=Purpose.PROFILE, subject=change.uuid, now=now)
        if alive is None:
            raise
        return alive


def confirm(*, change: ProfileChange, confirmation: Confirmation, code: str, now: datetime) -> dict[str, str]:
    """Do what was proposed, once; what comes back is the document in clear when it was asked to be shown.

    A new e-mail address gets its link afterwards. Never call it inside a transaction.

    Raises confirmations.WrongCode and its kin.
    """
    confirmations.check(confirmation=confirmation, code=code, digest=_digest(change), now=now)
    with transaction.atomic():
        # Blocking ends everything that was begun before it; the code before the person, in the order of blocking.
        is_used = confirmations.consume(confirmation=confirmation, now=now)
        resident = User.objects.select_for_update().filter(pk=change.resident_id, is_active=True, blocked_at=None)
        if not is_used or not resident.exists():
            raise confirmations.CodeExpired
        if change.action != ProfileAction.REVEAL:
            _write(change.resident, proposed_values(change), now)
        ProfileChange.objects.filter(pk=change.pk).update(values=None, ended_at=now)
    if change.action == ProfileAction.REVEAL:
        return _revealed(change)
    with suppress(email_links.TooManyLetters):
        email_links.send(resident=change.resident, now=now)
    return {}


def _revealed(change: ProfileChange) -> dict[str, str]:
    kept = values_of(change.resident)
    return {name: kept[name] for name in DOCUMENTS[change.document].fields if kept[name]}


def _write(resident: User, values: dict[str, str], now: datetime) -> None:
    if "email" in values:
        email_change.prepare(resident=resident, now=now)
    profile, _ = Profile.objects.get_or_create(resident=resident)
    for holder, names in (
        (resident, [name for name in values if name in OF_USER]),
        (profile, [name for name in values if name not in OF_USER]),
    ):
        _save(holder, {name: values[name] for name in names})


def _save(holder: User | Profile, values: dict[str, str]) -> None:
    for name, value in values.items():
        setattr(holder, name, value or None)
    if values:
        holder.save(update_fields=sorted(values))


def _profile(resident: User) -> Profile:
    return Profile.objects.filter(resident=resident).first() or Profile(resident=resident)


def _holder(resident: User, profile: Profile, name: str) -> User | Profile:
    return resident if name in OF_USER else profile


def _digest(change: ProfileChange) -> str:
    """What was shown when the code was sent: another value, action or person makes the code useless."""
    return confirmations.digest_of(change.resident_id, change.action, change.document, change.values or "")
