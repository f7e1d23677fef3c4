"""A clock under which somebody looks at what is wrong, and is told by mail."""

from datetime import timedelta

import pytest

from plays.models import Heartbeat
from plays.sync.alerts import look
from plays.sync.alerts.letter import letter
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _told_by_mail(settings):
    settings.ALERT_EMAILS = ["ops@example.com"]
    settings.LANGUAGE_CODE = "en"
    settings.PUBLIC_URL = "https://sync.example.com"


class Clock:
    """Minutes pass, a worker living or not, and somebody looks."""

    def __init__(self):
        self.now, self.worker = NOW, True

    def pass_(self, minutes=1.0):
        self.now += MINUTE * minutes
        if self.worker:
            Heartbeat.objects.update_or_create(worker="w", defaults={"beat_at": self.now})
        message = look(now=self.now)
        return [] if message is None else [line.what for line in letter(message).lines]


@pytest.fixture
def clock():
    clock = Clock()
    clock.pass_()
    return clock
