"""Informational letters and promotions that staff write."""

from django.core.exceptions import ValidationError
from django.db import models

from notifications.models.subscription import Topic


class DraftState(models.TextChoices):
    """How far it has come."""

    DRAFT = "DRAFT", "черновик"
    SENDING = "SENDING", "отправляется"
    PAUSED = "PAUSED", "приостановлен"
    STOPPED = "STOPPED", "остановлен"


class Draft(models.Model):
    """A letter or an SMS for everybody who subscribed to its topic; what has begun is never rewritten."""

    TOPICS = [(topic.value, topic.label) for topic in (Topic.LETTERS_BY_EMAIL, Topic.PROMOTIONS_BY_SMS)]

    topic = models.CharField("кому", max_length=20, choices=TOPICS)
    subject = models.CharField("тема письма", max_length=150, blank=True, default="")
    text = models.TextField("текст")
    state = models.CharField("состояние", max_length=7, choices=DraftState.choices, default=DraftState.DRAFT)
    created_at = models.DateTimeField("написан", auto_now_add=True)
    begun_at = models.DateTimeField("отправка начата", null=True, editable=False)

    class Meta:
        verbose_name = "рассылка"
        verbose_name_plural = "рассылки"

    def __str__(self) -> str:
        return self.subject or f"SMS {self.pk}"

    def clean(self) -> None:
        """A letter has a subject, an SMS none; what has begun stays as it was."""
        if self.state != DraftState.DRAFT:
            return
        if self.topic == Topic.LETTERS_BY_EMAIL and not self.subject.strip():
            raise ValidationError({"subject": "Напишите тему письма"})
        if self.topic == Topic.PROMOTIONS_BY_SMS:
            self.subject = ""
