"""News of bills that wait together: a worker takes and gives back one row for hundreds of them."""

from django.db import models

# Residents of one shelf: their numbers by the thousand. SMS and letters have shelves of their own, for a batch full of
# SMS at a slow pace would keep the letters behind them.
SHELF = 1000


class Bundle(models.Model):
    """The news of one due time and one shelf of residents, whichever registers they tell of.

    It stands until a worker finds that none of them waits; what has to wait by itself, after a failure, leaves it.
    """

    due_at = models.DateTimeField()
    shelf = models.IntegerField()
    # Its place in the queue: the due time at first, and when a worker gives back what it had no time for, that moment.
    turn_at = models.DateTimeField()
    # How many wait in it; while a worker has it, how many did.
    size = models.PositiveIntegerField()
    lease_until = models.DateTimeField(null=True)

    class Meta:
        # A later fill of the same due time joins it.
        constraints = [models.UniqueConstraint(fields=["due_at", "shelf"], name="bundle_due_shelf")]
        indexes = [models.Index(fields=["turn_at", "shelf"], name="bundle_turn")]

    def __str__(self) -> str:
        return f"Bundle {self.pk}"
