"""The pages that staff write: every version is kept."""

from typing import Any

from django.conf import settings
from django.db import models


class Page(models.TextChoices):
    """Which page it is; the value stands in its address."""

    ABOUT = "about", "О сервисе"
    QUESTIONS = "questions", "Вопросы и ответы"
    HOW_TO_PAY = "how-to-pay", "Чем оплатить"
    AGREEMENT = "agreement", "Соглашение об использовании Системы А3"
    PERSONAL_DATA = "personal-data", "Согласие на обработку персональных данных"
    PRIVACY = "privacy", "Политика конфиденциальности"


class PageVersion(models.Model):
    """One version of a page, in Markdown. Rows are added and never changed: people have agreed to them."""

    page = models.CharField("страница", max_length=13, choices=Page.choices)
    number = models.PositiveIntegerField("редакция")
    text = models.TextField("текст")
    asks_again = models.BooleanField("спросить согласие заново", default=False)
    published_at = models.DateTimeField("опубликована")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="автор"
    )

    class Meta:
        verbose_name = "редакция страницы"
        verbose_name_plural = "страницы"
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="page_version_number")]

    def __str__(self) -> str:
        return f"{self.get_page_display()}, редакция {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; one that stands already is history."""
        if not self._state.adding:
            raise TypeError("a PageVersion is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never."""
        raise TypeError("a PageVersion is never deleted")
