"""Makers of autopays."""

from datetime import datetime

from accounts.models import User
from billing.models import PersonalAccount
from billing.money import Kopecks
from payments.models import Autopay, PaymentTemplate, SavedCard
from tests.payments.make import save_card
from tests.people import NOW

BILL, DAY = Autopay.Trigger.BILL, Autopay.Trigger.DAY


def make_template(resident: User, account: PersonalAccount, **fields) -> PaymentTemplate:
    usual = {"title": "Квартплата", "created_at": NOW}
    return PaymentTemplate.objects.create(resident=resident, account=account, **{**usual, **fields})


def make_autopay(template: PaymentTemplate, *, card: SavedCard | None = None, now: datetime = NOW, **fields) -> Autopay:
    """One that works; by new bills and up to 20 000,00 unless told otherwise."""
    usual = {"trigger": BILL, "limit": Kopecks(2_000_000), "state": Autopay.State.ACTIVE}
    card = card or SavedCard.objects.filter(resident=template.resident).first() or make_card(template.resident)
    return Autopay.objects.create(template=template, card=card, created_at=now, moved_at=now, **{**usual, **fields})


def make_card(resident: User, **fields) -> SavedCard:
    """A card that the bank lets pay by itself."""
    return save_card(resident, rebill_id="9500", **fields)
