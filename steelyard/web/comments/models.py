"""Comment: one thing said in a thread about a subject; what it said before, and whom it calls."""

from django.conf import settings
from django.db import models


class Thread(models.Model):
    """What is said about one question of a subject, until somebody calls it resolved."""

    subject = models.CharField(max_length=300, db_index=True)
    title = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=500, blank=True)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """The oldest first, as they are read."""

        ordering = ("id",)

    def __str__(self) -> str:
        return self.subject


class Comment(models.Model):
    """One thing said."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField()
    at = models.DateTimeField()
    withdrawn = models.BooleanField(default=False)

    class Meta:
        """In the order in which it was said."""

        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:60]}"


class FormerText(models.Model):
    """What a comment said before it was edited."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="former")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """The oldest first."""

        ordering = ("id",)

    def __str__(self) -> str:
        return self.text[:60]


class Mention(models.Model):
    """A person called by name in a comment, and when they read it."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions")
    read_at = models.DateTimeField(null=True)

    class Meta:
        """Once a comment."""

        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("comment", "user"), name="a_comment_calls_once"),)

    def __str__(self) -> str:
        return f"@{self.user}"
