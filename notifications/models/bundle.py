"""News of bills that wait together: a worker takes and gives back one row for hundreds of them."""

from django.db import models

# Residents of one shelf: their numbers by the thousand.
SHELF = 1000


class Bundle(models.Model):
    """All news of one due time and one shelf of residents, whichever registers they tell of: one takes them at once.

    It stands as long as any of them waits; what has to wait on by itself, after a failure, leaves its shelf.
    """

    due_at = models.DateTimeField()
    shelf = models.IntegerField()
    # About how many they were when it was filled.
    size = models.PositiveIntegerField()
    lease_until = models.DateTimeField(null=True)
    # Those whose worker never said what came of them.
    claims = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        # A later fill of the same due time joins it. Workers take the oldest first, by the index of this.
        constraints = [models.UniqueConstraint(fields=["due_at", "shelf"], name="bundle_due_shelf")]

    def __str__(self) -> str:
        return f"Bundle {self.pk}"
