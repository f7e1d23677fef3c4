"""An append that a caller named by a key: it is made once, however often it is asked for."""

from __future__ import annotations

from django.db import models


class PageAppend(models.Model):
    """`digest` tells whether the same key comes again with another text; `token` stands in the
    message of the version that made it. `version` is None until that is known to be there.
    """

    page_id = models.CharField(max_length=50)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    token = models.CharField(max_length=12)
    version = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page_id", "key"], name="one_append_per_page_and_key")
        ]

    def __str__(self) -> str:
        return f"{self.page_id} · {self.key}"
