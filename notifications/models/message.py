"""The outbox: a message is a row, and the rows are the queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.crypto import salted_hmac

from notifications import titles
from safeguards.encrypted import EncryptedField


class Channel(models.TextChoices):
    """How a message travels."""

    SMS = "SMS", "SMS"
    EMAIL = "EMAIL", "e-mail"


class Category(models.IntegerChoices):
    """Why we write; the smaller goes first when many wait."""

    CODE = 0, "одноразовые пароли"
    SECURITY = 1, "безопасность"
    SERVICE = 2, "операции и ответы"
    BILLS = 3, "счета"
    MARKETING = 4, "письма и акции"


# What an hour's delay does not hurt, and what nobody should be woken up for.
PATIENT = (Category.BILLS, Category.MARKETING)
URGENT = (Category.CODE, Category.SECURITY, Category.SERVICE)


class State(models.TextChoices):
    """Where a message stands."""

    QUEUED = "QUEUED", "в очереди"
    SENT = "SENT", "отправлено"
    DELIVERED = "DELIVERED", "доставлено"
    UNDELIVERED = "UNDELIVERED", "не доставлено"
    PAUSED = "PAUSED", "приостановлено"
    FAILED = "FAILED", "не отправлено"
    DROPPED = "DROPPED", "устарело"


SALT = "notifications.message"
UNFINISHED = (State.QUEUED, State.PAUSED)


class MessageQuerySet(models.QuerySet["Message"]):
    """The rows that a worker or a watcher asks for."""

    def waiting(self) -> "MessageQuerySet":
        """Not yet sent, and not given up."""
        return self.filter(state=State.QUEUED)

    def untouched(self) -> "MessageQuerySet":
        """Waiting or paused, and not leased: these are stopped at once, the others when they would leave.

        News of a bundle that a worker has are among them; what it says of them stands.
        """
        return self.filter(state__in=UNFINISHED, lease_until=None)

    def due(self, now: datetime) -> "MessageQuerySet":
        """To be sent now, oldest first: their time has come, and the worker that had them, if one had, is gone.

        News that wait in a bundle are not among them.
        """
        is_free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
        return self.filter(is_free, waits_alone=True, due_at__lte=now).order_by("due_at", "id")

    def keyed(self, *keys: str) -> "MessageQuerySet":
        """Of what is written to one person, those with these keys."""
        return self.filter(about=None, key__in=keys)

    def sent_to(self, resident_uuid: UUID) -> "MessageQuerySet":
        """What was written to a resident, newest first, without a word of what is secret."""
        return self.filter(resident_uuid=resident_uuid).defer("secret_text").order_by("-created_at")


class Message(models.Model):
    """One SMS or e-mail; a secret text stands encrypted until the message leaves the queue, and nowhere afterwards."""

    # News have none: a million of them would be made, kept and read for the few that come back.
    uuid = models.UUIDField(default=uuid4, null=True, editable=False)
    # Of what is written to one person; news of a mass fill have none, for what they tell of is their key.
    key = models.CharField(max_length=120, blank=True, default="")
    kind = models.CharField("вид", max_length=40)
    channel = models.CharField("канал", max_length=5, choices=Channel.choices)
    category = models.PositiveSmallIntegerField("зачем", choices=Category.choices, default=Category.SERVICE)
    address = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField(blank=True, default="")
    secret_text = EncryptedField(null=True)
    # What news tell of: a row of an app above this one, which of its versions, and the kopecks that are named. They are
    # put into words when they leave, together with others to the same resident; narrow rows make a mass fill quick.
    about = models.BigIntegerField(null=True)
    edition = models.PositiveIntegerField(null=True)
    amount = models.BigIntegerField("сумма", null=True)
    # «receipt:<uuid>»: the file is made when the letter leaves.
    attachment = models.CharField(max_length=60, blank=True, default="")
    draft = models.ForeignKey(
        "Draft", models.SET_NULL, null=True, related_name="messages", db_index=False, db_constraint=False
    )
    state = models.CharField("состояние", max_length=11, choices=State.choices, default=State.QUEUED)
    resident_uuid = models.UUIDField(null=True)
    # News wait in the bundle of this shelf and their due time. What waits by itself has none.
    shelf = models.IntegerField(null=True)
    # Computed, so that the index of those that wait does not know the state: news of a bundle are sent without a touch
    # of any index.
    waits_alone = models.GeneratedField(
        expression=models.ExpressionWrapper(
            Q(state=State.QUEUED, shelf__isnull=True), output_field=models.BooleanField()
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    attempts = models.PositiveSmallIntegerField("попыток", default=0)
    # Claims whose worker never said what came of them.
    claims = models.PositiveSmallIntegerField(default=0, db_default=0)
    error = models.CharField("ошибка", max_length=200, blank=True, default="")
    created_at = models.DateTimeField("создано")
    due_at = models.DateTimeField("не раньше")
    # While a worker has it, and what a killed one leaves; no index knows it, so that a claim is cheap.
    lease_until = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField("отправлено", null=True)
    # Who took it, under what number and for how many kopecks; when it is asked next what became of it.
    carrier = models.CharField("кто отправил", max_length=10, blank=True, default="")
    carrier_number = models.CharField(max_length=40, blank=True, default="")
    segments = models.PositiveSmallIntegerField("частей SMS", null=True)
    cost = models.PositiveIntegerField(null=True)
    ask_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()
    # Known while it is sent: what news say, the same of all that travel as one with it, and its files.
    values: dict[str, Any] | None = None
    together: list[dict[str, Any]] | None = None
    files: Sequence[Any] = ()
    # The number of the bundle in which it was claimed.
    bundle: int | None = None

    class Meta:
        verbose_name = "сообщение"
        verbose_name_plural = "сообщения"
        # A million rows a register pass through each of these twice: every one must be worth it, and a fill must meet
        # them in their own order, where a row costs next to nothing.
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(about=None), name="message_key"),
            # News go once to each reader. It is also the index of all that was written to a resident.
            models.UniqueConstraint(fields=["resident_uuid", "about", "edition", "kind", "key"], name="message_news"),
            # Files of the file channels are named by these two: no message may overwrite another. A fill of news, which
            # has no keys, gives each row a moment of its own.
            models.UniqueConstraint(
                fields=["address", "created_at"], condition=~Q(key=""), name="message_address_moment"
            ),
            models.CheckConstraint(
                condition=Q(secret_text__isnull=True) | Q(state=State.QUEUED), name="message_secret_wiped"
            ),
            models.CheckConstraint(
                condition=Q(lease_until__isnull=True) | Q(state=State.QUEUED), name="message_leased_is_queued"
            ),
        ]
        indexes = [
            models.Index(
                fields=["category", "due_at", "resident_uuid", "id"],
                condition=Q(waits_alone=True),
                name="message_waiting",
            ),
            models.Index(fields=["shelf", "due_at"], condition=Q(shelf__isnull=False), name="message_shelf"),
            # What was written to one person is looked for by his phone or mailbox, and that in any case.
            models.Index(Upper("address"), condition=Q(about=None), name="message_address"),
            models.Index(fields=["ask_at"], condition=Q(ask_at__isnull=False), name="message_to_ask"),
            models.Index(fields=["draft"], condition=Q(draft__isnull=False), name="message_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"

    @property
    def number(self) -> UUID:
        """By which a letter that came back is known; nobody can guess it."""
        return self.numbers()[0]

    def numbers(self) -> list[UUID]:
        """The same, and those that it had before the secret key was changed."""
        if self.uuid:
            return [self.uuid]
        secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        digests = (salted_hmac(SALT, str(self.pk), secret=secret, algorithm="sha256").digest() for secret in secrets)
        return [UUID(bytes=digest[:16]) for digest in digests]

    def title(self) -> str:
        """What it is about, in words for people."""
        return titles.of(self.kind)

    def full_text(self) -> str:
        """What the resident reads, decrypted where it is secret: only for the channel that sends it."""
        return self.text if self.secret_text is None else self.secret_text
