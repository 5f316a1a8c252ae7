"""Payments, refunds and registers, as rows."""

from payments.models.autopay import Autopay, AutopayRun
from payments.models.payment import (
    FIRST_NUMBER,
    TIME_TO_CONFIRM,
    Payment,
    PaymentEvent,
    PaymentQuerySet,
    PaymentSnapshot,
)
from payments.models.payment_template import PaymentTemplate
from payments.models.reconciliation import BankOperation, BankRegister, Difference
from payments.models.refund import Refund
from payments.models.register import (
    PaymentRegister,
    PaymentRegisterCopy,
    PaymentRegisterLine,
    Payout,
    RegisterDelivery,
)
from payments.models.saved_card import BankCustomer, CardBinding, SavedCard, SavedCardQuerySet
from payments.models.statement import Statement, StatementOrder

__all__ = [
    "FIRST_NUMBER",
    "TIME_TO_CONFIRM",
    "Autopay",
    "AutopayRun",
    "BankCustomer",
    "BankOperation",
    "BankRegister",
    "CardBinding",
    "Difference",
    "Payment",
    "PaymentEvent",
    "PaymentQuerySet",
    "PaymentRegister",
    "PaymentRegisterCopy",
    "PaymentRegisterLine",
    "PaymentSnapshot",
    "PaymentTemplate",
    "Payout",
    "Refund",
    "RegisterDelivery",
    "SavedCard",
    "SavedCardQuerySet",
    "Statement",
    "StatementOrder",
]
