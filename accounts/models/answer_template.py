"""Ready answers to what people ask again and again."""

from django.db import models


class AnswerTemplate(models.Model):
    """A text that an operator begins his answer with."""

    title = models.CharField("название", max_length=100, unique=True)
    text = models.TextField("текст", max_length=4000)

    class Meta:
        verbose_name = "шаблон ответа"
        verbose_name_plural = "шаблоны ответов"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title
