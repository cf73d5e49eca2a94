"""Made book: the content of a book as it was when it was made, never altered."""

from typing import Any, NoReturn

from django.db import models


class MadeBook(models.Model):
    """One book; its files are drawn from the content, the same bytes each time."""

    cycle = models.CharField(max_length=40, db_index=True)
    scenario = models.CharField(max_length=150)
    plan = models.CharField(max_length=64, db_index=True)
    published = models.CharField(max_length=64, blank=True)
    content = models.JSONField()
    footing = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    actor = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.cycle} {self.digest[:8]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep a new book; an old one is never written again.

        Raises:
            TypeError: The book is kept already.
        """
        if self.pk is not None:
            raise TypeError("A made book is never altered")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise TypeError("A made book stays")
