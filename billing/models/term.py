"""The words of bills that are explained, as the editors keep them."""

import re

from django.core.exceptions import ValidationError
from django.db import models

# A star stands at the end of a word: elsewhere it would find what nobody meant.
_SPELLING = re.compile(r"[^\s*]{2,}\*?(?:\s+[^\s*]+\*?)*")


class Term(models.Model):
    """A word and its meaning; the spellings find it in the name of a service."""

    word = models.CharField("слово", max_length=40, unique=True)
    meaning = models.CharField(
        "что оно значит", max_length=200, help_text="Одно простое предложение без точки в конце."
    )
    spellings = models.CharField(
        "как пишется в счетах",
        max_length=200,
        help_text="Через запятую, большие и малые буквы равны; * в конце слова – любое окончание: капитальн* ремонт*",
    )

    class Meta:
        verbose_name = "слово счетов"
        verbose_name_plural = "слова счетов"

    def __str__(self) -> str:
        return self.word

    @property
    def key(self) -> str:
        """Tells it from the other terms of a page."""
        return f"term-{self.pk}"

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds it as a word of its own."""
        found = (re.escape(one).replace(r"\*", r"\w*").replace(r"\ ", r"\s*") for one in self._spelled())
        return re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)", re.IGNORECASE)

    def clean(self) -> None:
        """A spelling too short or open would explain words that are none."""
        wrong = [one for one in self._spelled() if not _SPELLING.fullmatch(one)]
        if wrong:
            text = f"«{wrong[0]}»: нужны хотя бы две буквы, а * ставится только в конце слова"
            raise ValidationError({"spellings": text})
        if self.spellings and not self._spelled():
            raise ValidationError({"spellings": "Напишите хотя бы одно слово"})

    def _spelled(self) -> list[str]:
        return [one for part in self.spellings.split(",") if (one := " ".join(part.split()))]
