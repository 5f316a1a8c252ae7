"""«Обратная связь»: what people write to the service, and what became of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from safeguards.encrypted import EncryptedField

# So that the first numbers do not look like a test.
NUMBER_OFFSET = 10_000
MAX_OPERATION_LENGTH = 20
MAX_ACCOUNT_LENGTH = 40
MAX_FILE_NAME_LENGTH = 100


class FeedbackTopic(models.TextChoices):
    """What it is about, in the words of the form."""

    PAYMENT = "PAYMENT", "Оплата"
    CHARGES = "CHARGES", "Начисления"
    REFUND = "REFUND", "Возврат платежа"
    CABINET = "CABINET", "Личный кабинет"
    OTHER = "OTHER", "Другое"


class FeedbackStatus(models.TextChoices):
    """Where it stands, in the words of the cabinet."""

    NEW = "NEW", "Новое"
    IN_WORK = "IN_WORK", "В работе"
    ANSWERED = "ANSWERED", "Есть ответ"
    CLOSED = "CLOSED", "Закрыто"


OPEN = (FeedbackStatus.NEW, FeedbackStatus.IN_WORK)


class Feedback(models.Model):
    """One request of a resident, or of a visitor who left his name and a way to reach him.

    The operation is known by the number that people see: operations live on a higher floor.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="feedback")
    name = EncryptedField(null=True)
    contact = EncryptedField(null=True)
    topic = models.CharField(max_length=8, choices=FeedbackTopic.choices)
    text = EncryptedField(null=True)
    operation_number = models.CharField(max_length=MAX_OPERATION_LENGTH, blank=True, default="")
    account_number = models.CharField(max_length=MAX_ACCOUNT_LENGTH, blank=True, default="")
    status = models.CharField(max_length=8, choices=FeedbackStatus.choices, default=FeedbackStatus.NEW)
    created_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    answer = EncryptedField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "обращение"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=OPEN) ^ Q(ended_at__isnull=False), name="feedback_open_has_no_end"
            ),
        ]
        indexes = [
            models.Index(fields=["resident", "-id"], name="feedback_resident"),
            models.Index(fields=["id"], condition=Q(status__in=OPEN), name="feedback_open"),
        ]

    def __str__(self) -> str:
        return f"Feedback {self.pk} {self.status}"

    @property
    def number(self) -> int:
        """The number that people name on the phone."""
        return NUMBER_OFFSET + self.pk


class FeedbackFile(models.Model):
    """The one file of a request; a row, so that it is backed up, erased and seen by every web process with the rest."""

    feedback = models.OneToOneField(Feedback, on_delete=models.CASCADE, related_name="file")
    name = models.CharField(max_length=MAX_FILE_NAME_LENGTH)
    content_type = models.CharField(max_length=40)
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"FeedbackFile {self.pk}"
