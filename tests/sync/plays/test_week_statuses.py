"""How Plays stood in weeks that are over, while events come."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from plays.models import Team, WeekStatus
from plays.rules.status import StatusRule
from plays.rules.weeks import Week
from plays.sync.intake.receiving import record
from plays.sync.plays import week_statuses
from tests.events import activity
from tests.factories import NOW, make_action, make_play


@pytest.mark.django_db(transaction=True)
def test_an_event_of_last_week_that_comes_while_weeks_are_told_is_in_them(monkeypatch):
    now = timezone.now()
    zone = timezone.get_default_timezone()
    week_end = Week.of(now, zone).bounds(zone)[0]
    play = make_play()

    def last_sunday():
        event = activity(play.play_id)
        return {**event, "time": (week_end - timedelta(hours=1)).isoformat()}

    record(last_sunday())
    read = week_statuses._known

    def late_event():
        try:
            record(last_sunday())
        finally:
            connection.close()

    thread = threading.Thread(target=late_event)

    def read_and_wait(*args):
        known = read(*args)
        thread.start()
        thread.join(0.5)
        return known

    monkeypatch.setattr(week_statuses, "_known", read_and_wait)
    week_statuses.tell_weeks(now=now)
    thread.join()
    monkeypatch.setattr(week_statuses, "_known", read)
    week_statuses.tell_weeks(now=now)

    newest = WeekStatus.objects.order_by("-monday")[0]
    assert newest.activity == 2


@pytest.mark.django_db
def test_a_week_is_told_by_the_teams_own_rule():
    make_action(occurred_at=NOW - timedelta(weeks=3), play=make_play(activity_goal=10))
    team = Team.current()
    team.rule = StatusRule(green_from=0.02, yellow_from=0.01)
    team.save()

    week_statuses.tell_weeks(now=NOW)

    assert WeekStatus.objects.latest("monday").status == "G"
