"""What the owner of a Play says of it, in one sentence a week; kept, never changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plays.models.play import STATUS_CHOICES, Play
from plays.rules.status import Status

LONGEST_WORD = 300


class OwnerWord(models.Model):
    """A word of the week that begins on `monday`; the newest of a week counts.

    `status` is how the owner sees the Play where that differs from `judged`, which is how it was
    shown then. `is_owner` is False where somebody said it for the owner.
    """

    play = models.ForeignKey(
        Play, verbose_name=_("Play"), on_delete=models.CASCADE, related_name="words"
    )
    monday = models.DateField(_("week of"))
    text = models.CharField(_("word"), max_length=LONGEST_WORD)
    status = models.CharField(
        _("as the owner sees it"),
        max_length=1,
        blank=True,
        choices=STATUS_CHOICES,
    )
    judged = models.CharField(_("status then"), max_length=1)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("said by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    by_name = models.CharField(_("said by, by name"), max_length=200)
    is_owner = models.BooleanField(_("the owner"), default=True)
    at = models.DateTimeField(_("said"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("owner's word")
        verbose_name_plural = _("owners' words")
        indexes = [models.Index(fields=["play", "-monday"], name="word_of_play_and_week")]

    def __str__(self) -> str:
        return f"{self.play} {self.monday}"

    @property
    def seen_as(self) -> Status | None:
        """The owner's own colour; None where it is the computed one."""
        return Status(self.status) if self.status else None
