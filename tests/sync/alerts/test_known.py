"""What somebody has acknowledged is not told again until that ends, or there is twice as much."""

from datetime import timedelta

import pytest

from plays.models import Acknowledgement, AuditEntry, Finding, Page, WeeklySync
from plays.sync.acknowledging import acknowledge, end
from plays.sync.alerts import telling
from tests.factories import NOW, make_event, make_job, make_mapping, make_page, make_play, make_user
from tests.sync.alerts.conftest import MINUTE

pytestmark = pytest.mark.django_db


@pytest.fixture
def mapping():
    return make_mapping("live_doc", play=make_play(), page=make_page(state="ok"))


def fail(mapping, count=1, error="Refused", **fields):
    return [
        make_job(state="failed", mapping=mapping, last_error=error, settled_at=NOW, **fields)
        for _ in range(count)
    ][-1]


def know(subject, clock, minutes=60):
    return acknowledge(
        subject,
        reason="until the move is done",
        until=clock.now + MINUTE * minutes,
        by=make_user("Staff"),
        now=clock.now,
    )


def finding(clock):
    run = WeeklySync.objects.create(slot=NOW, state="done", started_at=NOW)
    return Finding.objects.create(weekly=run, kind="foreign", page=make_page(), key="LOG-1")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda mapping, clock: fail(mapping), "1 edit of the page"),
        (lambda mapping, clock: make_event(state="rejected"), "1 event was not accepted"),
        (lambda mapping, clock: finding(clock), "found 1 difference"),
    ],
    ids=["cause", "rejected event", "finding"],
)
def test_what_is_acknowledged_is_told_again_when_that_ends_and_never_as_healed(
    clock, mapping, make, words
):
    subject = make(mapping, clock)
    clock.pass_()
    assert words in clock.pass_(1.1)[0]

    know(subject, clock, minutes=60)
    assert [clock.pass_(19) for _ in range(3)] == [[], [], []]
    assert [trouble.is_known for trouble in telling().troubles] == [True]

    (told,) = clock.pass_(5)
    assert words in told


def test_what_is_acknowledged_before_it_was_told_is_not_told_at_all(clock, mapping):
    know(fail(mapping), clock)

    assert [clock.pass_(2) for _ in range(3)] == [[], [], []]


def test_a_person_may_let_it_count_again(clock, mapping):
    known = know(fail(mapping), clock)
    assert clock.pass_(2) == []

    end(known, by=make_user("Staff"), now=clock.now)

    assert "1 edit of the page" in clock.pass_(2)[0]


def test_it_is_told_again_when_it_has_doubled(clock, mapping):
    known = know(fail(mapping, 3), clock, minutes=600)
    fail(mapping, 2)
    assert [clock.pass_(90), clock.pass_(90)] == [[], []]

    fail(mapping)

    assert "6 edits of the page" in clock.pass_(2)[0]
    assert not Acknowledgement.objects.active(clock.now).exists()
    ended = AuditEntry.objects.get(verb="acknowledge_end")
    assert (ended.by, ended.by_name, ended.count) == (None, "the program", 6)
    assert known.count == 3


def test_another_cause_on_the_same_page_is_told(clock, mapping):
    know(fail(mapping), clock)
    fail(mapping, error="NotAllowed")

    clock.pass_()
    (told,) = clock.pass_(1.1)
    assert "(NotAllowed)" in told


def test_a_page_that_cannot_be_written_is_known_with_the_failures_it_caused(clock, mapping):
    job = fail(mapping, error="PageNotFound")
    Page.objects.filter(pk=mapping.page.pk).update(state="missing")
    clock.pass_()
    assert "cannot be written: missing" in clock.pass_(1.1)[0]

    know(job, clock, minutes=60)
    assert [clock.pass_(29), clock.pass_(29)] == [[], []]
    fail(mapping, error="PageNotFound", kind="play_row")

    (told,) = clock.pass_(0.5)
    assert "cannot be written: missing" in told


def test_what_is_healed_while_it_is_known_is_told_as_healed_to_whom_it_was_told(clock, mapping):
    job = fail(mapping)
    clock.pass_()
    clock.pass_(1.1)
    know(job, clock)
    clock.pass_()

    type(job).objects.update(state="synced")
    clock.pass_()
    (told,) = clock.pass_(1.1)

    assert told.startswith("Well again after")
    assert "1 edit of the page" in told


def test_an_end_that_has_passed_is_no_end(clock, mapping):
    with pytest.raises(ValueError, match="needs a reason and an end"):
        acknowledge(
            fail(mapping),
            reason="x",
            until=clock.now - timedelta(seconds=1),
            by=make_user("Staff"),
            now=clock.now,
        )
