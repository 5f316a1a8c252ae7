"""Adding a card: the bank checks it for nothing and keeps it; intent is committed before each call."""

import json
import secrets
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from accounts import confirmations
from accounts.models import Confirmation, Purpose, User
from payments import acquirer, cards, saved_cards
from payments.acquirer.base import Acquirer, Binding, BindingWord, Browser, Challenge, NoAnswer, OldResult, ThreeDS
from payments.models import TIME_TO_CONFIRM, CardBinding
from safeguards.secret import Secret

Status = CardBinding.Status
OPEN = (Status.SUBMITTED, Status.CHALLENGED)
RETURN_TOKEN_BYTES = 18
# A card that was sent, and a page of the bank that nobody finished: by then nothing comes of them any more.
LOST = timedelta(minutes=10)
ABANDONED = timedelta(minutes=20)
# How long the bank leaves its own page open for a card.
PAGE_LIFE = timedelta(days=2)
# Seconds: a bank that hangs must not hold the sweep of the lists up.
SWEEP_TAKES = 5


class BindingOver(Exception):
    """It was confirmed before, or not in its quarter of an hour."""


def open_binding(*, resident: User, now: datetime) -> CardBinding:
    """A binding that is still to be confirmed; nobody but us knows of it."""
    token = secrets.token_urlsafe(RETURN_TOKEN_BYTES)
    return CardBinding.objects.create(resident=resident, return_token=token, created_at=now, moved_at=now)


def send_code(*, binding: CardBinding, mask: str, ip: str, now: datetime) -> Confirmation:
    """The one-time password without which no card is added; raises confirmations.TooManyCodes."""
    what = "Добавление банковской карты" if mask == cards.SOME_CARD else f"Добавление карты {mask}"
    return confirmations.request(
        purpose=Purpose.CARD_BINDING,
        subject=binding.uuid,
        digest=_shown(mask),
        phone=binding.resident.phone or "",
        resident=binding.resident,
        ip=ip,
        context={"what": what},
        now=now,
    )


def current_code(*, binding: CardBinding, now: datetime) -> Confirmation | None:
    """The password that could still be typed."""
    return confirmations.current(purpose=Purpose.CARD_BINDING, subject=binding.uuid, now=now)


def submit(*, binding: CardBinding, mask: str, confirmation: Confirmation, code: str, now: datetime) -> None:
    """Consume the password and make the binding SUBMITTED; raises BindingOver, confirmations.WrongCode and its kin."""
    confirmations.check(confirmation=confirmation, code=code, digest=_shown(mask), now=now)
    with transaction.atomic():
        if not confirmations.consume(confirmation=confirmation, now=now):
            raise confirmations.CodeExpired
        residents = User.objects.filter(pk=binding.resident_id, is_active=True, blocked_at=None)
        fresh = Q(created_at__gt=now - TIME_TO_CONFIRM)
        if not residents.exists() or not _move(binding, Status.SUBMITTED, now, only=(Status.NEW,), where=fresh):
            raise BindingOver


def bind(*, binding: CardBinding, cryptogram: Secret, browser: Browser, now: datetime) -> None:
    """Give the card to the bank, once; what it leaves unsaid the sweep finds out. `binding` comes back as it stands."""
    bank = acquirer.current()
    try:
        opened = _open(bank, binding, browser.ip, now)
        card = bank.check_card(bank_id=opened.bank_id, cryptogram=cryptogram) if not opened.refused else None
        if card is None or card.refused:
            refused = card.error_code if card else opened.error_code
            _finish(binding, Binding(word=BindingWord.REJECTED, error_code=refused), now)
            return
        answer = bank.bind_card(
            request_key=opened.request_key,
            cryptogram=cryptogram,
            three_ds=card.three_ds or ThreeDS(),
            browser=browser,
            return_url=return_url(binding),
        )
    except NoAnswer:
        binding.refresh_from_db()
        return
    apply(binding=binding, answer=answer, now=now)


def open_page(*, binding: CardBinding, ip: str, now: datetime) -> None:
    """Have the bank open its own page for the card, and keep that page for the resident while the bank waits."""
    try:
        opened = _open(acquirer.current(), binding, ip, now, keeps_page=True)
    except NoAnswer:
        binding.refresh_from_db()
        return
    if opened.refused:
        _finish(binding, Binding(word=BindingWord.REJECTED, error_code=opened.error_code), now)


def _open(bank: Acquirer, binding: CardBinding, ip: str, now: datetime, *, keeps_page: bool = False) -> Binding:
    customer_key = str(binding.resident.uuid)
    bank.add_customer(customer_key=customer_key)
    opened = bank.start_binding(customer_key=customer_key, ip=ip)
    if opened.refused:
        return opened
    with transaction.atomic():
        moved = _move(
            binding,
            Status.SUBMITTED,
            now,
            only=(Status.SUBMITTED,),
            request_key=opened.request_key,
            bank_id=opened.bank_id,
        )
        if moved and keeps_page:
            binding.challenge = opened.page_url
            binding.save(update_fields=["challenge"])
    return opened


def return_url(binding: CardBinding) -> str:
    """Where the bank sends the browser back."""
    return settings.BASE_URL + reverse("payments:binding-return", args=[binding.return_token])


def apply(*, binding: CardBinding, answer: Binding, now: datetime) -> None:
    """Move the binding as the bank says, once; a card that is kept is asked for in the bank's list."""
    if answer.refused:
        answer = Binding(word=BindingWord.REJECTED, error_code=answer.error_code)
    if answer.word is BindingWord.CHALLENGED and answer.challenge is not None:
        _challenge(binding, answer.challenge, now)
    elif answer.word in {BindingWord.COMPLETED, BindingWord.REJECTED}:
        _finish(binding, answer, now)


def complete(*, binding: CardBinding, old: OldResult | None, now: datetime) -> None:
    """The resident is back from his bank's page: pass on what he brought, then ask how the binding stands."""
    if binding.status != Status.CHALLENGED:
        return
    bank = acquirer.current()
    try:
        bank.finish_challenge(bank_id=binding.bank_id, old=old)
    except NoAnswer:
        # Its answer is about a payment that a binding is not: the state that is asked for next says it all.
        pass
    ask(binding=binding, now=now)


def ask(*, binding: CardBinding, now: datetime) -> None:
    """Ask the bank about one binding; silence says nothing."""
    try:
        answer = acquirer.current().query_binding(request_key=binding.request_key or "")
    except NoAnswer:
        return
    apply(binding=binding, answer=answer, now=now)


def latest(*, resident: User, now: datetime) -> CardBinding | None:
    """The newest binding whose page the bank may still have open, ended or not, or given up here meanwhile."""
    opened = CardBinding.objects.filter(resident=resident, created_at__gt=now - PAGE_LIFE).exclude(request_key=None)
    return opened.select_related("resident").order_by("-id").first()


def challenge_of(binding: CardBinding) -> Challenge | None:
    """The bank's page that waits for the resident, while it stands."""
    if binding.status != Status.CHALLENGED or not binding.challenge:
        return None
    return Challenge(**json.loads(binding.challenge))


def sweep(*, now: datetime) -> int:
    """Ask about every binding that the bank has not ended, and give up what nobody goes on with; how many."""
    late = CardBinding.objects.filter(status=Status.NEW, created_at__lte=now - TIME_TO_CONFIRM)
    lost = CardBinding.objects.filter(status=Status.SUBMITTED, request_key=None, moved_at__lte=now - LOST)
    given_up = [binding for rows in (late, lost) for binding in rows if _expire(binding, now)]
    waiting = CardBinding.objects.filter(status__in=OPEN).exclude(request_key=None).select_related("resident")
    began, asked = time.monotonic(), 0
    for binding in waiting.order_by("moved_at"):
        if time.monotonic() - began > SWEEP_TAKES:
            break
        asked += 1
        ask(binding=binding, now=now)
        if now - binding.moved_at >= ABANDONED:
            _expire(binding, now)
    return len(given_up) + asked


def _challenge(binding: CardBinding, challenge: Challenge, now: datetime) -> None:
    with transaction.atomic():
        if _move(binding, Status.CHALLENGED, now, only=(Status.SUBMITTED,)):
            binding.challenge = json.dumps({"url": challenge.url, "fields": challenge.fields})
            binding.save(update_fields=["challenge"])


def _finish(binding: CardBinding, answer: Binding, now: datetime) -> None:
    is_bound = answer.word is BindingWord.COMPLETED
    error_code = "" if answer.error_code == "0" else answer.error_code
    with transaction.atomic():
        # A card that is bound after we gave it up is in the bank's list: so it must be in ours.
        only = (*OPEN, Status.EXPIRED) if is_bound else OPEN
        to = Status.COMPLETED if is_bound else Status.REJECTED
        if _move(binding, to, now, only=only, error_code=error_code) and is_bound:
            saved_cards.expect(resident=binding.resident, now=now)


def _expire(binding: CardBinding, now: datetime) -> bool:
    return _move(binding, Status.EXPIRED, now, only=(Status.NEW, *OPEN))


def _move(
    binding: CardBinding,
    to: CardBinding.Status,
    now: datetime,
    *,
    only: tuple[CardBinding.Status, ...],
    where: Q | None = None,
    **changes: str,
) -> bool:
    """One conditional UPDATE with a single winner; the bank's page is wiped when its time is over."""
    rows = CardBinding.objects.filter(where or Q(), pk=binding.pk, status__in=only)
    moved = rows.update(status=to, moved_at=now, challenge=None, **changes)
    binding.refresh_from_db()
    return bool(moved)


def _shown(mask: str) -> str:
    return confirmations.digest_of("binding", mask)
