"""Who a person is to the single sign-on of their company."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Identity(models.Model):
    """`subject` is the issuer's name for a person; it never becomes another's (OpenID Connect Core
    1.0, section 5.7), as mail addresses and user names do.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identity"
    )
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_person_an_identity")
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.subject})"
