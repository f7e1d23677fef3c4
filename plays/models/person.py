"""What a user is to the team: the names under which Plays and tasks know them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

GROUPS = ("PM", "Staff", "Admin")  # what each may do is plays.views.common.access


class Person(models.Model):
    """One row per user, made when there is something to keep. `calendar_key` opens the person's
    calendar to programs that cannot log in; None until they ask for it.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="person"
    )
    mails_red = models.BooleanField(default=False)
    mails_report = models.BooleanField(default=False)
    # What was told already: Plays that are red (primary keys), the weekly run of the last report.
    red_told = models.JSONField(default=list)
    report_told = models.PositiveBigIntegerField(null=True)
    calendar_key = models.CharField(max_length=64, unique=True, null=True, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return str(self.user)


class OwnerName(models.Model):
    """A name under which Plays name a person as their owner; several people may share one."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="owner_names")
    name = models.CharField(_("owner name"), max_length=200)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("owner name")
        verbose_name_plural = _("owner names")
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="one_owner_name_per_person")
        ]

    def __str__(self) -> str:
        return self.name


class Identity(models.Model):
    """Who a person is to the single sign-on of their company.

    `subject` is the issuer's name for a person; it never becomes another's (OpenID Connect Core
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
