"""From the filled-in form to a resident: nobody takes a phone that he cannot read the SMS of."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction

from accounts import confirmations, email_links, pages
from accounts.models import Confirmation, Consent, ConsentKind, Page, PendingRegistration, Purpose, User
from notifications import messages, subscriptions
from notifications.models import Topic

LIFE = timedelta(hours=24)
MARKETING_VERSION = "1"


class PhoneTaken(Exception):
    """The code was right, but its phone has become a resident's in the meantime: its owner's, who reads the SMS."""


@dataclass(frozen=True, kw_only=True)
class Application:
    """What the form asks for; `password` is the only thing that is not kept as it is."""

    phone: str
    first_name: str
    last_name: str
    email: str
    code_word: str = field(repr=False)
    password: str = field(repr=False)
    wants_marketing: bool


def start(*, application: Application, ip: str, now: datetime) -> PendingRegistration:
    """Keep the application for 24 hours. The work is the same whether the phone is known or not."""
    PendingRegistration.objects.filter(expires_at__lte=now).delete()
    return PendingRegistration.objects.create(
        phone=application.phone,
        first_name=application.first_name,
        last_name=application.last_name,
        email=application.email,
        code_word=application.code_word,
        password=make_password(application.password),
        agreement_version=str(pages.current(Page.AGREEMENT).number),
        personal_data_version=str(pages.current(Page.PERSONAL_DATA).number),
        marketing_version=MARKETING_VERSION if application.wants_marketing else "",
        ip=ip,
        created_at=now,
        expires_at=now + LIFE,
    )


def find(*, uuid: UUID | None, now: datetime) -> PendingRegistration | None:
    """The registration of that UUID, unless its 24 hours are over."""
    return PendingRegistration.objects.filter(uuid=uuid, expires_at__gt=now).first() if uuid else None


def send_code(*, pending: PendingRegistration, ip: str, now: datetime) -> Confirmation:
    """Send the activation code, or to a resident's phone that it is registered; raises confirmations.TooManyCodes.

    A phone that is known gets a confirmation as any other, only one that no code fits: the pages cannot differ.
    """
    is_known = User.objects.filter(phone=pending.phone).exists()
    return confirmations.request(
        purpose=Purpose.ACTIVATION,
        subject=pending.uuid,
        digest=_digest(pending),
        phone=pending.phone,
        resident=None,
        ip=ip,
        context={},
        now=now,
        instead=messages.PHONE_ALREADY_REGISTERED if is_known else None,
    )


def confirm(*, pending: PendingRegistration, code: str, now: datetime) -> User:
    """Make the resident. Raises what confirmations.check raises, and PhoneTaken."""
    confirmation = confirmations.current(purpose=Purpose.ACTIVATION, subject=pending.uuid, now=now)
    if confirmation is None:
        raise confirmations.CodeExpired
    confirmations.check(confirmation=confirmation, code=code, digest=_digest(pending), now=now)
    try:
        with transaction.atomic():
            if not confirmations.consume(confirmation=confirmation, now=now):
                raise confirmations.CodeExpired
            user = _make_resident(pending, now)
            pending.delete()
    except IntegrityError:
        raise PhoneTaken from None
    with suppress(email_links.TooManyLetters):
        email_links.send(resident=user, now=now)
    return user


def is_pair(*, pending: PendingRegistration, phone: str, password: str) -> bool:
    """Whether somebody logs in with what he registered with and has not confirmed yet."""
    return pending.phone == phone and check_password(password, pending.password)


def cancel(*, pending: PendingRegistration, now: datetime) -> None:
    """Forget the registration, and make its code useless."""
    with transaction.atomic():
        confirmations.void(purpose=Purpose.ACTIVATION, subject=pending.uuid, now=now)
        pending.delete()


def _make_resident(pending: PendingRegistration, now: datetime) -> User:
    user = User.objects.create(
        phone=pending.phone,
        first_name=pending.first_name,
        last_name=pending.last_name,
        email=pending.email,
        code_word=pending.code_word,
        password=pending.password,
        created_at=now,
    )
    versions = {
        ConsentKind.AGREEMENT: pending.agreement_version,
        ConsentKind.PERSONAL_DATA: pending.personal_data_version,
        ConsentKind.MARKETING: pending.marketing_version,
    }
    Consent.objects.bulk_create(
        Consent(user=user, kind=kind, version=version, given_at=pending.created_at, ip=pending.ip)
        for kind, version in versions.items()
        if version
    )
    if pending.marketing_version:
        subscriptions.save(resident_uuid=user.uuid, choice={Topic.PROMOTIONS_BY_SMS: True}, now=now)
    return user


def _digest(pending: PendingRegistration) -> str:
    return confirmations.digest_of(pending.phone)
