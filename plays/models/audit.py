"""What people did here: who, when, what, why. Rows are added, never changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plays.models.play import Play


class Verb(models.TextChoices):
    RETRY = "retry", _("retried")
    CANCEL = "cancel", _("canceled")
    RECOVER = "recover", _("recovered failed")
    SEND_MISSING = "send_missing", _("sent what was missing")
    RESEND_ALL = "resend_all", _("sent everything again")
    ACCEPT = "accept", _("accepted an event again")
    PAUSE = "pause", _("paused")
    RESUME = "resume", _("resumed")
    MAP = "map", _("changed a page mapping")
    LAYOUT = "layout", _("changed how a page's tables are read")
    ADD_COLUMN = "add_column", _("added a column")
    KEEP_THEIRS = "keep_theirs", _("kept what people wrote")
    WRITE_OURS = "write_ours", _("had a cell written again")
    EDIT_PLAY = "edit_play", _("edited a Play")
    OVERRIDE = "override", _("set a status")
    IMPORT = "import", _("imported Plays")
    CREATE_PAGE = "create_page", _("created a page")
    CREATE_PAGES = "create_pages", _("had missing pages made")
    RUN_WEEKLY = "run_weekly", _("started the weekly sync")
    RECONCILE = "reconcile", _("compared the pages with the database")
    TEST_ALERT = "test_alert", _("sent a test message")
    TEAM_RULES = "team_rules", _("changed the team's rules")
    ACKNOWLEDGE = "acknowledge", _("acknowledged")
    ACKNOWLEDGE_END = "acknowledge_end", _("ended an acknowledgement")
    CALENDAR_KEY = "calendar_key", _("renewed the address of their calendar")
    REPORT = "report", _("had the weekly report written")
    OWN_NAMES = "own_names", _("said who they are to the Plays")
    TRY_NOW = "try_now", _("had Confluence tried at once")
    MAKE_TOKEN = "make_token", _("made an API token")
    REVOKE_TOKEN = "revoke_token", _("revoked an API token")
    CHANGE_WEEKLY = "change_weekly", _("changed the weekly schedule")
    PAUSE_WEEKLY = "pause_weekly", _("paused the weekly schedule")
    RESUME_WEEKLY = "resume_weekly", _("resumed the weekly schedule")
    LOGIN_FAILED = "login_failed", _("tried a wrong password")
    LOCK_OUT = "lock_out", _("was locked out after wrong passwords")
    LET_IN = "let_in", _("let somebody log in again")
    ADD_USER = "add_user", _("added a user")
    EDIT_USER = "edit_user", _("changed a user")
    DELETE_USER = "delete_user", _("deleted a user")
    SET_PASSWORD = "set_password", _("set a password")
    LOG_OUT_ALL = "log_out_all", _("logged out everywhere")


class AuditEntry(models.Model):
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    by_name = models.CharField(_("who, by name"), max_length=200)
    verb = models.CharField(_("what"), max_length=20, choices=Verb.choices)
    target = models.CharField(_("on what"), max_length=300, blank=True)
    play = models.ForeignKey(
        Play, verbose_name=_("Play"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    count = models.PositiveIntegerField(_("how many"), null=True)
    reason = models.TextField(_("why"), blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        indexes = [models.Index(fields=["-at", "-id"], name="audit_newest_first")]

    def __str__(self) -> str:
        return f"{self.by_name} {self.get_verb_display()} {self.target}"
