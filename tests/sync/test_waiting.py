"""A worker with nothing to do asks the database one thing: whether that is still so."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt

from plays.models import Alert, AlertDelivery, AlertMessage, Pause, Site, WeeklySync
from plays.sync.waiting import AHEAD, is_anything
from tests.factories import NOW, make_event, make_job, make_mapping, make_page, make_play

pytestmark = pytest.mark.django_db
LONG_AGO, SOON = NOW - timedelta(hours=1), NOW + AHEAD / 2


@pytest.fixture(autouse=True)
def _site():
    Site.current()


def message(**changes):
    made = AlertMessage.objects.create(at=NOW, items=[])
    AlertDelivery.objects.create(message=made, channel="c", label="c", **changes)


def status_by_hand():
    make_play(override_status="G", override_reason="so", override_until=LONG_AGO)


def trouble(**changes):
    Alert.objects.create(rule="jobs", level="warning", began_at=LONG_AGO, **changes)


WORK = {
    "an edit that is due": lambda: make_job(),
    "an edit that is due before the next look": lambda: make_job(run_after=SOON),
    "a page that somebody writes": lambda: make_page(lease_until=SOON, lease_token="x"),
    "a site that refuses us": lambda: Site.objects.update(stopped_at=LONG_AGO),
    "a weekly run": lambda: WeeklySync.objects.create(slot=NOW, state="running", started_at=NOW),
    "a status by hand that has run out": status_by_hand,
    "a new trouble": lambda: trouble(since=NOW),
    "a message to be sent": lambda: message(run_after=NOW),
    "an event that was just rejected": lambda: make_event(state="rejected"),
    "a wrong password": lambda: AccessAttempt.objects.create(failures_since_start=1),
}
NO_WORK = {
    "an edit that is on its page": lambda: make_job(state="synced", settled_at=NOW),
    "an edit that was given up": lambda: make_job(state="failed", settled_at=LONG_AGO),
    "an edit for much later": lambda: make_job(run_after=NOW + timedelta(hours=1)),
    "an edit whose page is not known": lambda: make_job(
        mapping=make_mapping("action_log"), kind="log_row"
    ),
    "a paused edit": lambda: (make_job(), Pause.objects.create(scope="all", reason="x", at=NOW)),
    "a page that a lease has run out of": lambda: make_page(lease_until=LONG_AGO, lease_token="x"),
    "a trouble that was told": lambda: trouble(since=LONG_AGO, told_level="warning"),
    "a message that was sent": lambda: message(run_after=LONG_AGO, state="sent"),
    "an event rejected long ago": lambda: make_event(state="rejected", received_at=LONG_AGO),
}


@pytest.mark.parametrize("make", WORK.values(), ids=WORK)
def test_what_a_sweep_would_see_to_is_something(make):
    make()
    AccessAttempt.objects.update(attempt_time=NOW)

    assert is_anything(now=NOW)


@pytest.mark.parametrize("make", NO_WORK.values(), ids=NO_WORK)
def test_what_waits_for_a_person_or_a_later_time_is_nothing(make):
    make()

    assert not is_anything(now=NOW)


def test_it_is_one_question(django_assert_num_queries):
    with django_assert_num_queries(1):
        is_anything(now=NOW)
