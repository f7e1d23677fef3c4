"""What owed jobs become: edits with the facts of this moment, in their order."""

from datetime import timedelta

import pytest

from plays.models import KeptCell, Page, SyncAttempt
from plays.rules.planner import Part
from plays.storage import InsertEntry, InsertLink, Text, UpsertRow
from plays.sync.writing.attempt import carry
from plays.sync.writing.edits import edits_for
from plays.sync.writing.kept import forget_outdated
from tests.factories import (
    NOW,
    make_action,
    make_job,
    make_mapping,
    make_page,
    make_play,
)

pytestmark = pytest.mark.django_db


def edit_of(job):
    (edit,) = edits_for([job], now=NOW)
    return edit


def log_row(play, **changes):
    log = make_mapping(Part.ACTION_LOG, page=Page.objects.first() or make_page())
    return make_job(kind="log_row", mapping=log, play=play, **changes)


def test_each_job_becomes_the_edit_of_its_kind_in_order():
    play = make_play()
    jobs = [
        make_job(kind="play_row", play=play),
        log_row(play),
        make_job(kind="project_link", play=play),
        make_job(play=play),
    ]

    edits = edits_for(jobs, now=NOW)

    assert [type(edit) for edit in edits] == [UpsertRow, UpsertRow, InsertLink, InsertEntry]
    assert [edits[0].key, edits[1].key, edits[3].key] == [*(play.play_id, jobs[1].key, jobs[3].key)]


def test_a_scorecard_stands_below_the_first_signal_of_its_play_with_its_id():
    play = make_play()
    make_action(play=make_play(), action_type="Signal", subject_id="SIG-1")
    first = make_action(play=play, action_type="Signal", subject_id="SIG-1")
    make_action(play=play, action_type="Signal", subject_id="SIG-1")
    score = make_action(play=play, action_type="Scorecard", subject_id="SIG-1")
    alone = make_action(play=play, action_type="Scorecard", subject_id="SIG-2")

    edits = edits_for([make_job(action=action) for action in (score, alone, first)], now=NOW)

    assert [edit.after for edit in edits] == [first.log_id, None, None]


@pytest.mark.parametrize("title", ["Renamed", ""])
def test_a_link_goes_to_the_play_s_todo_page_and_knows_its_first_title(title):
    play = make_play()
    page = make_page(title=title)
    make_mapping(Part.PLAY_TODO, play=play, page=page)

    link = edit_of(make_job(kind="project_link", play=play))

    assert (link.text, link.url) == (title or f"{play.play_id} ToDo List", page.url)
    assert (link.page_id, link.titles) == (page.page_id, (f"{play.play_id} ToDo List",))


def test_without_a_todo_page_there_is_nowhere_to_link_to():
    assert edit_of(make_job(kind="play_db_link")).url == ""


def test_a_row_may_name_its_play_by_an_alias_and_an_entry_does_not():
    play = make_play()
    play.aliases.create(name="D01")

    assert edit_of(log_row(play)).identity.fields["play_id"] == ("D01",)


@pytest.mark.parametrize(
    ("attempt", "was_written"),
    [
        (None, False),
        ({"outcome": "interrupted", "version_before": None}, True),
        ({"outcome": "error", "version_before": 3}, True),
        ({"outcome": "error", "version_before": None}, False),  # nothing was read, nor sent
        ({"outcome": "conflict", "version_before": 3}, False),
    ],
)
def test_a_row_may_be_on_its_page_after_a_try_whose_end_is_not_known(attempt, was_written):
    job = log_row(make_play())
    if attempt:
        page = job.mapping.page
        values = {"page": page, "started_at": NOW, "duration_ms": 1, "calls": 1, "job_count": 1}
        carry(SyncAttempt.objects.create(**values, **attempt), [job])

    assert edit_of(job).identity.was_written is was_written


def test_a_row_that_was_synced_before_was_on_a_page_and_its_entry_was_not():
    row = log_row(make_play(), state="synced")
    again = log_row(row.play, action=row.action)
    entry = make_job(action=row.action)

    assert edit_of(again).identity.was_written
    assert not edit_of(entry).tells.was_written


# --- Cells that keep what people wrote -----------------------------------------------------------


def kept(job, *, column="title", theirs="theirs", ours=""):
    return KeptCell.objects.create(
        kind=job.kind, key=job.key, column=column, theirs=theirs, ours=ours, at=NOW
    )


def test_a_cell_keeps_what_people_wrote_while_our_value_is_the_same():
    row, other = log_row(make_play()), log_row(make_play())
    kept(row, ours=row.action.title)
    kept(other, ours="what it was")

    mine, theirs = edits_for([row, other], now=NOW)

    assert mine.cells["title"] == Text("theirs")
    assert theirs.cells["title"] == Text(other.action.title)
    assert mine.cells["actor"] == Text(row.action.actor)


@pytest.mark.parametrize(
    ("column", "ours"),
    [
        ("url", "https://portal.example/activities/7"),
        ("created_at", "2026-11-23 14:05"),
    ],
)
def test_links_and_times_are_compared_as_they_read(column, ours):
    action = make_action(url="https://portal.example/activities/7", occurred_at=NOW)
    row = log_row(action.play, action=action)
    kept(row, column=column, ours=ours)

    assert edit_of(row).cells[column] == Text("theirs")


@pytest.mark.parametrize(("column", "ours"), [("status", "R"), ("s3_qtd", "0")])
def test_lozenges_and_numbers_are_compared_as_they_read(column, ours):
    row = make_job(kind="play_row", play=make_play())
    kept(row, column=column, ours=ours)

    assert edit_of(row).cells[column] == Text("theirs")


def test_what_was_kept_is_forgotten_once_our_value_is_another():
    row, other = log_row(make_play()), log_row(make_play())
    same, outdated = kept(row, ours=row.action.title), kept(other, ours="what it was")
    elsewhere = kept(make_job(kind="play_row", play=make_play()), column="status", ours="G")

    forget_outdated(edits_for([row, other], now=NOW + timedelta(days=1)))

    assert set(KeptCell.objects.all()) == {same, elsewhere}
    assert outdated.pk
