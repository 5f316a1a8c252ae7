"""What came back from residents' phones."""

from django.db import models


class SmsAnswer(models.Model):
    """An answer that was read, by the provider's number of it, so that each works once; neither phone nor words."""

    carrier = models.CharField(max_length=10)
    number = models.BigIntegerField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["carrier", "number"], name="sms_answer_once")]

    def __str__(self) -> str:
        return f"{self.carrier} {self.number}"
