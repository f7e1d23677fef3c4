"""What people keep of the overview: views that they named, and how it was at their last visit."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A name for a filtered address of the overview; at most one is the person's start page."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filter"), max_length=1000)
    is_start = models.BooleanField(_("start page"), default=False)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="one_view_per_user_and_name"),
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(is_start=True), name="one_start_page_per_user"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """How the portfolio stood when a person looked last (`now_*`), and at the end of the visit
    before (`base_*`): what has changed since is told from that.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visit"
    )
    base_at = models.DateTimeField(null=True)
    base = models.JSONField(default=dict)
    now_at = models.DateTimeField()
    now = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.user} {self.now_at:%Y-%m-%d %H:%M}"
