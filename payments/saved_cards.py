"""«Способы оплаты»: a resident's own cards as rows; what the bank has to be told, `card_list` does."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts import confirmations
from accounts.models import Confirmation, Purpose, User
from payments.models import BankCustomer, Payment, SavedCard

State = SavedCard.State


class CardGone(Exception):
    """The card was deleted, ran out, is not his, or may not pay just now."""


def find(*, resident: User, uuid: UUID, now: datetime) -> SavedCard:
    """A card that he may pay with now; raises CardGone."""
    card = SavedCard.objects.usable(resident, now=now).filter(uuid=uuid).first()
    if card is None:
        raise CardGone
    return card


def frozen_until(*, resident: User, now: datetime) -> datetime | None:
    """When his cards may pay again; None when they may."""
    customer = BankCustomer.objects.filter(resident=resident, frozen_until__gt=now).first()
    return customer.frozen_until if customer else None


def freeze(*, resident: User, until: datetime, now: datetime) -> None:
    """Let no saved card pay until then: whoever has taken the phone over must not pay with what was kept before."""
    if until > now:
        BankCustomer.objects.update_or_create(resident=resident, defaults={"frozen_until": until})


def choose_default(*, resident: User, card: SavedCard | None) -> None:
    """Make this card the one that is offered first, or none."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=resident.pk)
        SavedCard.objects.filter(resident=resident, is_default=True).update(is_default=False)
        if card is not None:
            SavedCard.objects.filter(resident=resident, pk=card.pk, state=State.ACTIVE).update(is_default=True)


def rename(*, card: SavedCard, title: str) -> None:
    """Call the card by a name of his own, or by its mask alone."""
    SavedCard.objects.filter(pk=card.pk).update(title=title)


def send_removal_code(*, card: SavedCard, resident: User, ip: str, now: datetime) -> Confirmation:
    """The one-time password without which no card is deleted; raises confirmations.TooManyCodes."""
    return confirmations.request(
        purpose=Purpose.CARD_REMOVAL,
        subject=card.uuid,
        digest=_removal(card),
        phone=resident.phone or "",
        resident=resident,
        ip=ip,
        context={"what": f"Удаление карты {card.mask}"},
        now=now,
    )


def removal_code(*, card: SavedCard, now: datetime) -> Confirmation | None:
    """The password that could still be typed."""
    return confirmations.current(purpose=Purpose.CARD_REMOVAL, subject=card.uuid, now=now)


def remove(*, card: SavedCard, confirmation: Confirmation, code: str, now: datetime) -> None:
    """Never pay with this card again; the bank is told next. Raises confirmations.WrongCode and its kin."""
    confirmations.check(confirmation=confirmation, code=code, digest=_removal(card), now=now)
    with transaction.atomic():
        if not confirmations.consume(confirmation=confirmation, now=now):
            raise confirmations.CodeExpired
        SavedCard.objects.filter(pk=card.pk, state__in=[State.ACTIVE, State.UNAVAILABLE]).update(
            state=State.REMOVING, is_default=False, moved_at=now
        )


def learn(*, payment: Payment, bank_card_id: str, now: datetime) -> None:
    """The bank has kept the card of this payment, as its resident wished; inside the caller's transaction."""
    card, is_new = SavedCard.objects.get_or_create(
        resident=payment.resident,
        bank_card_id=bank_card_id,
        defaults={
            "brand": payment.card_brand,
            "last_four": payment.card_last_four,
            "created_at": now,
            "moved_at": now,
        },
    )
    if is_new or card.state != State.ACTIVE:
        # Kept anew: what was deleted before is his wish no more.
        SavedCard.objects.filter(pk=card.pk).update(state=State.ACTIVE, moved_at=now)
        make_only_one_default(card=card)
    Payment.objects.filter(pk=payment.pk).update(saved_card=card)


def make_only_one_default(*, card: SavedCard) -> None:
    """Who has one card pays with it: nobody need choose first; inside the caller's transaction."""
    others = SavedCard.objects.filter(resident=card.resident, state=State.ACTIVE).exclude(pk=card.pk)
    if not others.exists():
        SavedCard.objects.filter(pk=card.pk, state=State.ACTIVE).update(is_default=True)


def expect(*, resident: User, now: datetime) -> None:
    """Have the bank's list of his cards asked for soon; inside the transaction of what changes it."""
    BankCustomer.objects.update_or_create(resident=resident, defaults={"list_at": now})


def _removal(card: SavedCard) -> str:
    return confirmations.digest_of("removal", card.mask)
