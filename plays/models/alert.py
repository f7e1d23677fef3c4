"""What is wrong and who was told of it: a row per trouble, messages, and their way out."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AlertLevel(models.TextChoices):
    OK = "ok", _("well")
    WARNING = "warning", _("warning")
    CRITICAL = "critical", _("critical")


class Alert(models.Model):
    """One trouble: of a `rule`, about a `subject` ("" where there is only one).

    It stays until its end was told. `since`: when the level was last well, or ceased to be;
    `told_level` is empty while nobody was told. `known` more than `count` are acknowledged.
    """

    rule = models.CharField(max_length=30)
    subject = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=10, choices=AlertLevel.choices)
    count = models.PositiveIntegerField(default=1)
    known = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict)
    began_at = models.DateTimeField()
    since = models.DateTimeField()
    told_level = models.CharField(max_length=10, choices=AlertLevel.choices, blank=True)
    told_count = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["began_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "subject"], name="one_alert_a_rule_and_subject")
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject} {self.level}".strip()


class AlertMessage(models.Model):
    """What is told at once; `items` as `plays.sync.alerts.items` has them, in no language yet."""

    at = models.DateTimeField()
    items = models.JSONField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {len(self.items)}"


class DeliveryState(models.TextChoices):
    PENDING = "pending", _("on its way")
    SENT = "sent", _("sent")
    FAILED = "failed", _("given up")


class AlertDelivery(models.Model):
    """A message to one channel. `channel` names it without its address, which may hold a secret."""

    message = models.ForeignKey(AlertMessage, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=64)
    label = models.CharField(max_length=200)
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    tries = models.PositiveIntegerField(default=0)
    run_after = models.DateTimeField()
    error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "run_after"], name="delivery_state_after")]

    def __str__(self) -> str:
        return f"{self.label} {self.state}"


class AlertLook(models.Model):
    """One row: when somebody last looked. Who moves it on may look, whichever process it is."""

    looked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.looked_at:%Y-%m-%d %H:%M:%S}"
