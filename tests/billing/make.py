"""Makers of billing rows: each makes what it needs unless it is given."""

from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

from accounts.models import User
from billing.models import (
    AddedAccount,
    Bill,
    BillRegister,
    BillService,
    BillVersion,
    PersonalAccount,
    Provider,
    ProviderCategory,
)
from tests.people import NOW

NUMBER = "1234567890"
# The bill of the manual: fourteen lines that add up to 12 970,24 to the kopeck.
MANUAL_CHARGES = (
    ("Отопление", 372042),
    ("Горячее водоснабжение на ИП", 6606),
    ("Подогрев воды для нужд ГВС на ИП", 19448),
    ("Холодное водоснабжение на ИП", 6606),
    ("Водоотведение на ИП", 9372),
    ("Тех.обсл. и содержание жилого дома и прилег.терр.", 558296),
    ("Консьержная служба", 77939),
    ("Пропускной режим и обслуживание средств охраны", 83329),
    ("Услуги комендантской службы", 20805),
    ("Электроснабжение на ОДН", 96481),
    ("Холодное водоснабжение на ОДН", 2156),
    ("Электроснабжение по тарифу 1", 15266),
    ("Электроснабжение по тарифу 2", 3450),
    ("Электроснабжение по тарифу 3", 25228),
)
MANUAL_TOTAL = 1297024

_numbers = count(5_000_000_000)


def make_category(code: str = "utilities", title: str = "Коммунальные услуги", **fields: Any) -> ProviderCategory:
    return ProviderCategory.objects.get_or_create(code=code, defaults={"title": title, **fields})[0]


def make_provider(code: str = "smart-zhku", **fields: Any) -> Provider:
    """The provider of the manual, or another one by its code; the same code again is the same provider."""
    known = Provider.objects.filter(code=code).first()
    if known is not None:
        return known
    defaults = {
        "category": fields.pop("category", None) or make_category(),
        "short_name": "Смарт Сервис (ЖКУ)",
        "full_name": "Смарт Сервис (Жилищно-коммунальные услуги)",
        "account_example": NUMBER,
        "issues_bills": True,
    }
    return Provider.objects.create(code=code, **{**defaults, **fields})


def make_account(number: str = "", provider: Provider | None = None) -> PersonalAccount:
    """An account at the provider of the manual; without a number it gets one of its own."""
    provider = provider or make_provider()
    number = number or str(next(_numbers))
    return PersonalAccount.objects.get_or_create(provider=provider, number=number)[0]


def add_account(resident: User, account: PersonalAccount | None = None, title: str = "Центральная 5-1") -> AddedAccount:
    return AddedAccount.objects.create(
        resident=resident, account=account or make_account(), title=title, created_at=NOW
    )


def make_register(provider: Provider | None = None, period: date = date(2017, 6, 1), **fields: Any) -> BillRegister:
    defaults = {
        "issued_date": date(2017, 7, 5),
        "digest": uuid4().hex,
        "bills": 1,
        "rows": 1,
        "total": 0,
        "imported_at": NOW,
        "announced_at": NOW,
    }
    return BillRegister.objects.create(provider=provider or make_provider(), period=period, **{**defaults, **fields})


def make_services(provider: Provider, *names: str) -> dict[str, int]:
    """The key of each of the provider's services by its name; two statements however many they are."""
    BillService.objects.bulk_create(
        [BillService(provider=provider, name=name) for name in names], ignore_conflicts=True
    )
    return dict(BillService.objects.filter(provider=provider, name__in=names).values_list("name", "pk"))


def make_bill(
    account: PersonalAccount | None = None,
    *,
    period: date = date(2017, 6, 1),
    issued_date: date = date(2017, 7, 5),
    charges: tuple[tuple[str, int], ...] = (("Отопление", 100_000),),
    **fields: Any,
) -> Bill:
    """A bill of the account; `charges` are names and kopecks, the total is their sum unless `total` says otherwise."""
    account = account or make_account()
    provider = account.provider
    services = make_services(provider, *(name for name, _ in charges))
    stored = [[services[name], kopecks, kopecks, None, "", ""] for name, kopecks in charges]
    defaults = {
        "stored_charges": stored,
        "total": sum(kopecks for _, kopecks in charges),
        "register": fields.pop("register", None) or make_register(provider, period, issued_date=issued_date),
    }
    return Bill.objects.create(account=account, period=period, issued_date=issued_date, **{**defaults, **fields})


def make_version(bill: Bill, *, total: int) -> BillVersion:
    """A document that the bill replaced, with another total."""
    return BillVersion.objects.create(
        bill=bill,
        version=bill.version,
        issued_date=bill.issued_date,
        stored_charges=bill.stored_charges,
        total=total,
        register=bill.register,
        replaced_at=NOW,
    )


def make_manual_bill(resident: User | None = None, **fields: Any) -> Bill:
    """The bill of 05.07.2017 with its 14 charges; added by the resident when there is one."""
    bill = make_bill(make_account(NUMBER), charges=MANUAL_CHARGES, **fields)
    if resident is not None:
        add_account(resident, bill.account)
    return bill
