"""Counts of long lists: exact where that is cheap, else as far as pages can be turned."""

import gzip
import random
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Count as DbCount
from django.urls import reverse
from django.utils import timezone

from plays.models import Event, SyncJob, counting
from plays.models.counting import Count, count_of, total_of
from plays.models.event import EventState
from plays.models.job import JobState, Stage, is_at
from plays.rules.planner import Part
from plays.views.common import confirming, render
from plays.views.jobs import recovery
from tests.factories import make_action, make_event, make_job, make_mapping, make_page, make_play
from tests.views.flat import flat

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


@pytest.fixture
def few_are_many(monkeypatch):
    """Three rows are as many as a list can be turned to."""
    for module in (counting, render):
        monkeypatch.setattr(module, "DEEPEST", 3)


def test_jobs_that_come_while_what_waits_is_counted_make_no_figure_negative():
    """Those that a later count finds were not in an earlier one."""
    mapping = make_mapping(Part.LIVE_DOC, play=make_play(), page=make_page())
    make_job(mapping=mapping)
    before = timezone.now() - timedelta(minutes=1)
    asked = []

    def meanwhile(execute, sql, *rest):
        if "run_after" in sql and "COUNT" in sql and not asked:
            asked.append(sql)
            for _ in range(3):
                make_job(mapping=mapping, run_after=timezone.now())
        return execute(sql, *rest)

    with connection.execute_wrapper(meanwhile):
        waiting = SyncJob.waiting_counts(before)

    assert asked
    assert (waiting.due, waiting.paused) == (0, 0)


@pytest.mark.parametrize("seed", range(3))
def test_the_jobs_of_each_stage_are_what_a_recount_finds(seed):
    dice = random.Random(seed)
    for _ in range(30):
        play = make_play()
        page = make_page() if dice.random() < 0.7 else None
        mapping = make_mapping(Part.LIVE_DOC, play=play, page=page)
        error = dice.choice(["", "PageNotFound"])
        make_job(mapping=mapping, state=dice.choice(JobState.values), last_error=error)

    counts = SyncJob.stage_counts()

    recounted = SyncJob.objects.order_by().aggregate(
        **{stage.value: DbCount("pk", filter=is_at(stage)) for stage in Stage}
    )
    assert {stage.value: count for stage, count in counts.items()} == recounted


def test_events_of_each_state_are_what_a_recount_finds():
    for state in ("accepted", "accepted", "rejected"):
        make_event(state=state)

    assert Event.state_counts() == {EventState.ACCEPTED: 2, EventState.REJECTED: 1}


def test_no_jobs_are_none_at_every_stage():
    assert set(SyncJob.stage_counts()) == set(Stage)
    assert not any(SyncJob.stage_counts().values())


def test_a_count_says_where_it_stopped(few_are_many):
    for _ in range(3):
        make_event()
    assert str(count_of(Event.objects.all())) == "3"
    make_event()

    assert str(count_of(Event.objects.all())) == "3+"
    assert str(total_of([Count(3, is_least=True), 2])) == "5+"


@pytest.mark.parametrize("address", ["/events/", "/events/?type=signal.created"])
def test_a_list_is_counted_as_far_as_it_can_be_turned(client, pm, few_are_many, address):
    client.force_login(pm)
    for _ in range(5):
        make_event(type="signal.created")

    assert "3+ events" in flat(client.get(address, headers=EN).text)


def test_jobs_are_counted_to_the_last_but_for_those_that_are_synced(client, pm, few_are_many):
    client.force_login(pm)
    for state in (JobState.SYNCED, JobState.FAILED):
        for _ in range(5):
            make_job(state=state)

    tabs = {tab.name: str(tab.count) for tab in client.get("/jobs/").context["tabs"]}

    assert (tabs["failed"], tabs["synced"], tabs[""]) == ("5", "3+", "8+")


@pytest.mark.parametrize("asked", ["", "&state=failed", "&state=unmapped"])
def test_a_search_of_words_lists_and_counts_what_each_tab_has(client, pm, monkeypatch, asked):
    client.force_login(pm)
    monkeypatch.setattr(render, "PAGE_SIZE", 2)
    stages = [Stage.FAILED] * 3 + [Stage.UNMAPPED, Stage.SYNCED]
    of_stage = {Stage.UNMAPPED: {"mapping": make_mapping(Part.LIVE_DOC, play=make_play())}}
    jobs = [
        make_job(
            state=JobState.PENDING if stage is Stage.UNMAPPED else JobState(stage),
            last_message="needle",
            **of_stage.get(stage, {}),
        )
        for stage in stages
    ]
    make_job(state=JobState.FAILED)

    context = client.get(f"/jobs/?q=needle{asked}").context
    counts = {tab.name: tab.count for tab in context["tabs"]}

    _, _, state = asked.partition("=")
    assert {name: count for name, count in counts.items() if count} == {
        "": 5, "failed": 3, "unmapped": 1, "synced": 1,
    }  # fmt: skip
    fit = [job for job, stage in zip(jobs, stages, strict=True) if state in ("", stage)]
    newest = sorted(fit, key=lambda job: (job.created_at, job.pk), reverse=True)
    assert list(context["page_obj"]) == newest[:2]
    assert context["page_obj"].paginator.count == counts[state]


def test_a_search_of_events_lists_the_newest_that_fit_and_counts_each_tab(client, pm, monkeypatch):
    client.force_login(pm)
    monkeypatch.setattr(render, "PAGE_SIZE", 2)
    events = [make_event(payload="needle") for _ in range(3)]
    rejected = make_event(payload="needle", state="rejected")
    make_event()

    context = client.get("/events/?q=needle").context

    counts = {tab.name: tab.count for tab in context["tabs"]}
    assert counts == {"": 4, "accepted": 3, "rejected": 1}
    newest = sorted([*events, rejected], key=lambda one: (one.received_at, one.pk), reverse=True)
    assert list(context["page_obj"]) == newest[:2]
    assert list(client.get("/events/?q=needle&state=rejected").context["page_obj"]) == [rejected]


def test_no_page_lies_behind_the_last_that_can_be_turned_to(client, pm, monkeypatch):
    client.force_login(pm)
    monkeypatch.setattr(render, "DEEPEST", 4)
    monkeypatch.setattr(render, "PAGE_SIZE", 2)
    for _ in range(7):
        make_event()

    last = client.get("/events/?p=99", headers=EN).context["page_obj"]

    assert (last.number, len(last), last.has_next()) == (2, 2, False)


def test_words_are_looked_for_in_the_newest_and_that_is_said(client, pm, monkeypatch):
    client.force_login(pm)
    monkeypatch.setattr("plays.views.events.events.NEWEST", 2)
    old = make_event(event_id="evt-old", payload="needle")
    make_event(payload="needle")
    make_event()

    found = client.get("/events/?q=needle", headers=EN)

    assert old not in found.context["page_obj"]
    assert "Only the newest 2 events were looked at" in found.text
    # What an id names is found however old it is, and the file is of everything.
    assert old in client.get("/events/?q=evt-old").context["page_obj"]
    assert b"evt-old" in client.get("/events/csv/?q=needle").getvalue()


def test_the_newest_are_counted_by_rows_and_not_by_their_keys(client, pm, monkeypatch):
    client.force_login(pm)
    monkeypatch.setattr("plays.views.events.events.NEWEST", 2)
    first = make_event(payload="needle")
    make_event(pk=first.pk + 5_000)  # keys between were deleted, or never used

    found = client.get("/events/?q=needle", headers=EN)

    assert list(found.context["page_obj"]) == [first]
    assert "Only the newest" not in found.text


def test_an_act_on_all_that_match_is_of_all_and_not_of_the_newest(client, pm, staff, monkeypatch):
    client.force_login(staff)
    monkeypatch.setattr("plays.views.jobs.jobs.NEWEST", 1)
    for _ in range(3):
        make_job(state="failed", last_message="needle")

    listed = client.get("/jobs/?q=needle", headers=EN)
    asked = flat(client.get("/jobs/retry/?q=needle", headers=EN).text)

    assert len(listed.context["page_obj"]) == 1
    assert "Only the newest 1 jobs were looked at" in listed.text
    assert "<b>3 jobs</b>" in asked


def test_a_file_is_sent_in_pieces(client, pm, monkeypatch):
    client.force_login(pm)
    monkeypatch.setattr("plays.views.common.csv_file.PIECE", 100)
    for _ in range(9):
        make_event()

    pieces = list(client.get(reverse("plays:events_csv")).streaming_content)

    assert len(pieces) > 3
    assert len(b"".join(pieces).splitlines()) == 10


def test_pages_are_sent_packed(client, pm):
    client.force_login(pm)

    answer = client.get("/", headers={"accept-encoding": "gzip"})

    assert answer["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content).lstrip().startswith(b"<!DOCTYPE html>")


def test_before_all_is_done_it_is_said_that_there_may_be_more(
    client, staff, few_are_many, monkeypatch
):
    client.force_login(staff)
    monkeypatch.setattr(confirming, "DEEPEST", 3)
    for _ in range(5):
        make_job(state=JobState.FAILED)

    page = flat(client.get(reverse("plays:jobs_retry"), headers=EN).text)

    assert "<b>3+ jobs</b>" in page
    assert "(3+)" in page


def test_what_is_missing_is_counted_among_the_newest_and_sent_from_all(client, staff, monkeypatch):
    client.force_login(staff)
    monkeypatch.setattr(recovery, "NEWEST", 1)
    old, canceled, newest = (make_action() for _ in range(3))
    for action in (canceled, newest):
        make_job(action=action, kind="live_entry", state=JobState.CANCELED)
        make_job(action=action, kind="log_row", state=JobState.SYNCED)
    address = reverse("plays:recover_missing")

    page = flat(client.get(address, headers=EN).text)
    assert "<b>2+ jobs</b>" in page
    assert "the newest 1 actions" in page
    client.post(address)

    owed = SyncJob.objects.pending().values_list("action", "kind")
    assert set(owed) == {
        *((action.pk, "live_entry") for action in (old, canceled, newest)),
        (old.pk, "log_row"),
    }
    assert "None found so far" in client.get(address, headers=EN).text


def test_a_file_holds_every_row_once_and_in_order_however_many_share_a_moment(
    client, pm, monkeypatch
):
    monkeypatch.setattr("plays.views.common.csv_file.ROWS", 3)
    client.force_login(pm)
    moments = [timezone.now() - timedelta(seconds=second) for second in (2, 1, 1, 1, 1, 0, 0)]
    for moment in moments:
        Event.objects.filter(pk=make_event().pk).update(received_at=moment)

    lines = client.get(reverse("plays:events_csv")).getvalue().decode().splitlines()[1:]

    keys = [str(key) for key in Event.objects.values_list("pk", flat=True)]
    assert [line.partition(",")[0] for line in lines] == keys
