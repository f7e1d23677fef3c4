"""What an installation had before an upgrade is there after it."""

import pytest
import time_machine
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def migrate_to(name):
    executor = MigrationExecutor(connection)
    executor.migrate([("plays", name)])
    return MigrationExecutor(connection).loader.project_state([("plays", name)]).apps


@pytest.fixture
def before():
    """Takes the database back to a migration and returns its models; at the end up again."""
    with time_machine.travel(NOW, tick=False):
        yield migrate_to
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_the_goals_of_all_quarters_become_this_ones_and_hold_for_those_before(before):
    old = before("0001_initial")
    play = old.get_model("plays", "Play").objects.create(play_id="A", signal_goal=7)
    old.get_model("plays", "Play").objects.create(play_id="B")
    old.get_model("plays", "QuarterCount").objects.create(play=play, year=2026, quarter=2)

    new = migrate_to("0004_goals_left_plays")

    goals = new.get_model("plays", "QuarterGoal").objects.order_by("year", "quarter")
    rows = goals.values_list("play__play_id", "year", "quarter", "signal")
    assert list(rows) == [("A", 2026, 2, 7), ("A", 2026, 4, 7)]

    back = migrate_to("0001_initial")
    assert back.get_model("plays", "Play").objects.get(play_id="A").signal_goal == 7


def test_a_jobs_tries_stay_its_own(before):
    """The table of links was a row for each job of each try; a span holds many tries."""
    models = before("0006_write_probe")
    make = {name: models.get_model("plays", name).objects.create for name in PARTS_OF_A_JOB}
    play, page = make["Play"](play_id="A"), make["Page"](page_id="1")
    mapping = make["PageMapping"](part="live_doc", play=play, page=page)
    job = make["SyncJob"](
        mapping=mapping,
        kind="live_entry",
        key="LOG-2026-00001",
        play=play,
        run_after=NOW,
        created_at=NOW,
    )
    for _ in range(2):
        make["SyncAttempt"](page=page, started_at=NOW).jobs.add(job)

    new = migrate_to("0009_links_are_gone")

    spans = new.get_model("plays", "AttemptSpan").objects.filter(job=job.pk)
    tries = new.get_model("plays", "SyncAttempt").objects.order_by("pk")
    ends = [(pk, pk) for pk in tries.values_list("pk", flat=True)]
    assert sorted(spans.values_list("first", "last")) == ends
    assert set(tries.values_list("job_count", flat=True)) == {1}

    back = migrate_to("0006_write_probe")
    assert back.get_model("plays", "SyncJob").objects.get().attempts.count() == 2


PARTS_OF_A_JOB = ("Play", "Page", "PageMapping", "SyncJob", "SyncAttempt")


def test_what_was_done_before_is_counted_by_week(before):
    models = before("0019_alerts")
    make = {
        name: models.get_model("plays", name).objects.create for name in ("Play", "Event", "Action")
    }
    play = make["Play"](play_id="A")
    for number in range(2):
        event = make["Event"](source="/ax", event_id=str(number), payload="{}", received_at=NOW)
        make["Action"](log_id=f"LOG-{number}", event=event, play=play, occurred_at=NOW)

    new = migrate_to("0020_week_counts")

    counts = new.get_model("plays", "WeekCount").objects.values_list("play", "monday", "actions")
    assert list(counts) == [(play.pk, NOW.date(), 2)]
