"""`manage.py cleanup`: deletes what RETENTION_DAYS lets go; the worker does so each night."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, no_translations
from django.template.defaultfilters import filesizeformat

from plays.checks import OUR_CHECKS
from plays.sync.retention import clean_up


class Command(BaseCommand):
    help = (
        "Deletes tries, payloads of events, findings and the queue's results that are older than "
        "RETENTION_DAYS, and sessions that have ended; never what is still owed."
    )
    requires_system_checks = OUR_CHECKS

    @no_translations
    def handle(self, **_: Any) -> None:
        cleaned = clean_up()
        for name, rows in cleaned.rows.items():
            self.stdout.write(f"{name:16}{rows:>10,}")
        before, after = filesizeformat(cleaned.size_before), filesizeformat(cleaned.size_after)
        days = settings.RETENTION_DAYS
        self.stdout.write(f"older than {days} days is gone; the database: {before}, now {after}")
