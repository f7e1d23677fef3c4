"""A program's call that was answered: the same call with its key is answered so again."""

from __future__ import annotations

from datetime import timedelta

from django.db import models

KEPT = timedelta(days=1)


class AnsweredCall(models.Model):
    """`asked` is the digest of what was asked, so that a key used for another call is noticed."""

    caller = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(default="")
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "key"], name="one_answer_a_caller_and_key")
        ]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
