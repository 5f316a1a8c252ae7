"""Providers, personal accounts, bills and what was paid on them, as rows."""

from billing.models.account import AddedAccount, AddedAccountQuerySet, PersonalAccount, PrintedCode
from billing.models.bill import (
    BEGUN,
    LATER_DUE_DAY_SINCE,
    Bill,
    BillEntry,
    BillMark,
    BillQuerySet,
    BillStatus,
    BillVersion,
    Charge,
    read_charges,
)
from billing.models.provider import FeeRule, Provider, ProviderCategory, ProviderQuerySet
from billing.models.register import BillRegister, BillService, RegisterImport
from billing.models.term import Term

__all__ = [
    "BEGUN",
    "LATER_DUE_DAY_SINCE",
    "AddedAccount",
    "AddedAccountQuerySet",
    "Bill",
    "BillEntry",
    "BillMark",
    "BillQuerySet",
    "BillRegister",
    "BillService",
    "BillStatus",
    "BillVersion",
    "Charge",
    "FeeRule",
    "PersonalAccount",
    "PrintedCode",
    "Provider",
    "ProviderCategory",
    "ProviderQuerySet",
    "RegisterImport",
    "Term",
    "read_charges",
]
