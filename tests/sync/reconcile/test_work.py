"""One comparison of what pages tell with the database, without a page: who gets which id."""

import pytest

from plays.models import PageRecord
from plays.sync.reconcile import reconciling
from plays.sync.reconcile.adopting import adopt
from plays.sync.reconcile.reading import Reading, Told
from plays.sync.reconcile.report import Report
from tests.factories import NOW, make_action, make_job, make_page, make_play

pytestmark = pytest.mark.django_db
THERE = "LOG-2026-00007"


def told_of(action, **changes):
    values = {
        "log_id": THERE,
        "page": make_page(),
        "is_row": False,
        "text": action.title,
        "play": action.play,
        "action_type": action.action_type,
        "title": action.title,
        "moment": action.occurred_at,
        "has_clock": True,
    }
    return Told(**{**values, **changes})


def compared(*told):
    reading = Reading(logs=(), live=(), told=told, unreadable=(), unknown=(), is_log_whole=True)
    report = Report()
    reconciling._Work(reading, report, adopt=False, go_on=False, now=NOW).run()
    return report


def test_an_event_that_came_in_again_gets_the_id_that_a_page_tells_of_it():
    job = make_job()  # under an id that no page tells

    report = compared(told_of(job.action))

    job.refresh_from_db()
    job.action.refresh_from_db()
    assert report.matched == [job.action.log_id] == [job.key] == [THERE]
    assert job.state == "synced"
    assert not PageRecord.objects.exists()


def test_an_event_whose_id_a_page_has_for_another_gets_a_new_one():
    action = make_action(log_id=THERE)
    other = told_of(action, is_row=True, title="Other", text="Other")

    report = compared(other)

    action.refresh_from_db()
    assert report.renumbered == [(THERE, action.log_id)]
    assert action.log_id != THERE
    assert PageRecord.objects.get().log_id == THERE


def test_what_a_page_tells_at_length_is_taken_over_as_far_as_it_fits():
    told = told_of(make_action(), title="t" * 1001, url="u" * 2001, actor="a" * 201)

    (action,) = adopt([told], now=NOW)

    action.refresh_from_db()
    assert (len(action.title), len(action.url), len(action.actor)) == (1000, 2000, 200)


def test_the_trail_counts_all_that_was_put_right():
    report = Report(adopted=["a"], matched=["b", "c"], renumbered=[("d", "e")])

    entry = reconciling._note(report, by=None, reason="x", how="adopt", now=NOW)

    assert (entry.count, entry.details["how"]) == (4, "adopt")


def of_another(action, **changes):
    """A row of an event that shares nothing but its id with the action."""
    others = {"play": make_play(), "action_type": "S2", "moment": NOW, "title": "Other"}
    return told_of(action, is_row=True, text="Other", **{**others, **changes})


@pytest.mark.parametrize("state", ["synced", "pending"])
def test_an_id_with_our_event_written_and_another_told_is_for_a_person(state):
    action = make_action(log_id=THERE)
    make_job(kind="log_row", action=action, state=state, settled_at=NOW)
    ours = [] if state == "synced" else [told_of(action)]
    other = of_another(action)

    report = compared(*ours, other)

    action.refresh_from_db()
    assert report.conflicts == [other]
    assert (report.renumbered, action.log_id) == ([], THERE)
