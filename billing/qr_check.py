"""Whether a paper bill asks for money to where its provider takes it: read with patience, compared without any."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from billing import account_numbers, payment_qr, qr_picture
from billing.folding import fold
from billing.lookalikes import folded
from billing.models import AddedAccount, Bill, Provider
from billing.personal_accounts import TooManyTries
from safeguards import throttle
from safeguards.throttle import Limit

PICTURES = Limit("qr-pictures", times=30, period=timedelta(hours=1))
# The fields of a code, how people call them, and the fields of a provider; Name is compared with all its names.
REQUISITES = (
    ("PERSONALACC", "Счёт получателя", "settlement_account"),
    ("BIC", "БИК", "bic"),
    ("CORRESPACC", "Корреспондентский счёт", "correspondent_account"),
    ("PAYEEINN", "ИНН", "inn"),
    ("KPP", "КПП", "kpp"),
    ("BANKNAME", "Банк", "bank_name"),
)
NAMES = ("recipient_name", "full_name", "short_name", "former_name")
# «0» stands where a code has no correspondent account: that is no other account.
_NONE = ("CORRESPACC", "0")
SHORTEST_NAME = 5
_TOWN = re.compile(r" г(?:ород)? [а-я -]+$")
_FORMS = {
    "общество с ограниченной ответственностью": "ооо",
    "акционерное общество": "ао",
    "публичное ао": "пао",
    "товарищество собственников жилья": "тсж",
    "жилищно строительный кооператив": "жск",
}


class UnknownPayee(Exception):
    """Nothing in the code is of any provider here: there is nothing to compare it with."""


@dataclass(frozen=True)
class Difference:
    """A requisite that is not the provider's; `right` is what should stand there."""

    label: str
    stated: str
    right: str


@dataclass(frozen=True)
class Verdict:
    """Whose code it is or pretends to be, what differs, and where it leads: a bill, an account to prove or to add."""

    provider: Provider
    differences: list[Difference]
    number: str = ""
    is_added: bool = False
    bill: Bill | None = None
    waiting: UUID | None = None

    @property
    def is_genuine(self) -> bool:
        """Whether every requisite that the code states is the provider's."""
        return not self.differences


def read_picture(*, resident: User, file: IO[bytes], size: int, now: datetime) -> dict[str, str]:
    """What the code in a picture says; so many pictures an hour, for they cost time.

    Raises TooManyTries, qr_picture.BadPicture, payment_qr.NotPaymentCode. Call it outside transactions.
    """
    if not throttle.take(PICTURES, str(resident.uuid), now):
        raise TooManyTries(throttle.retry_after(PICTURES, str(resident.uuid), now))
    return payment_qr.read(qr_picture.read(file, size=size))


def check(*, resident: User, fields: Mapping[str, str]) -> Verdict:
    """The verdict on a code as payment_qr.read() gave it. Raises UnknownPayee."""
    provider = _likeliest(resident, fields)
    differences = _differences(provider, fields)
    number = _number(provider, fields)
    added = AddedAccount.objects.of(resident).filter(account__provider=provider, account__number=number).first()
    if differences or not number or added is None:
        return Verdict(provider, differences, number)
    if not added.is_open:
        return Verdict(provider, [], number, is_added=True, waiting=added.uuid)
    return Verdict(provider, [], number, is_added=True, bill=_bill(resident, added, fields))


def _likeliest(resident: User, fields: Mapping[str, str]) -> Provider:
    """The provider with which the most agrees; one that the code only pretends to be of is found as well.

    Of several services of one company, which have the same requisites, the one that he has added the account of.
    """
    named = fold(fields.get("NAME", ""))
    alike = Q(settlement_account=folded(fields["PERSONALACC"]))
    if fields.get("PAYEEINN"):
        alike |= Q(inn=folded(fields["PAYEEINN"]))
    if len(named) >= SHORTEST_NAME:
        alike |= Q(folded_name__contains=named) | Q(recipient_name=fields["NAME"])
    number = folded(payment_qr.account(fields))
    own = AddedAccount.objects.of(resident).filter(account__number=number).exclude(account__number="")
    mine = set(own.values_list("account__provider", flat=True))
    alike |= Q(pk__in=mine)
    with_requisites = Provider.objects.open().exclude(settlement_account="").exclude(bic="")
    found = sorted(with_requisites.filter(alike), key=lambda one: (len(_differences(one, fields)), one.pk not in mine))
    if not found:
        raise UnknownPayee
    return found[0]


def _differences(provider: Provider, fields: Mapping[str, str]) -> list[Difference]:
    found = []
    if fields.get("NAME") and _name(fields["NAME"]) not in _names(provider):
        found.append(Difference("Получатель", fields["NAME"], provider.recipient_name or provider.full_name))
    for key, label, attribute in REQUISITES:
        stated, right = fields.get(key, ""), getattr(provider, attribute)
        if stated and right and (key, stated) != _NONE and not _is_same(key, stated, right):
            found.append(Difference(label, stated, right))
    return found


def _is_same(key: str, stated: str, right: str) -> bool:
    if key != "BANKNAME":
        return folded(stated) == folded(right)
    # A code has no room for a longer name.
    return _bank(stated) in {_bank(right), _bank(right[: payment_qr.LONGEST["BankName"]])}


def _names(provider: Provider) -> set[str]:
    return {_name(getattr(provider, name)) for name in NAMES} - {""}


def _name(text: str) -> str:
    """Without case, «ё», quotes and other punctuation; legal forms in short."""
    words = " ".join(re.findall(r"\w+", fold(text)))
    for long, short in _FORMS.items():
        words = words.replace(long, short)
    return words


def _bank(text: str) -> str:
    """A bank's name without the town that some bills add; its BIC says which branch it is."""
    return _TOWN.sub("", _name(text))


def _number(provider: Provider, fields: Mapping[str, str]) -> str:
    """The account as the provider writes it, or nothing when it is none of his."""
    try:
        return provider.read_number(payment_qr.account(fields))
    except account_numbers.WrongNumber:
        return ""


def _bill(resident: User, added: AddedAccount, fields: Mapping[str, str]) -> Bill | None:
    """The bill of the month that the code names, else the newest."""
    bills = Bill.objects.visible_to(resident).filter(account=added.account).order_by("-period")
    month = payment_qr.period(fields)
    of_month = bills.filter(period__year=month[0], period__month=month[1]).first() if month else None
    return of_month or bills.first()
