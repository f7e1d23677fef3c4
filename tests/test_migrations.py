"""What an installation had before an upgrade is there after it."""

import re

import pytest
import time_machine
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from plays.models import WeekCount
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

# What a database consists of: one row per object, with its definition.
SCHEMA = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL",
    "postgresql": """
        SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT table_name || '.' || column_name, concat_ws(' ', data_type,
            character_maximum_length, is_nullable, column_default, identity_generation,
            generation_expression)
        FROM information_schema.columns WHERE table_schema = 'public'
    """,
}


# PostgreSQL named these for their table, which has another name since 0013.
RENAMED = re.compile(r"plays_(todo|page)request_\w+")


def schema():
    """The words of each object's name and definition: columns may stand in another order."""
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA[connection.vendor])
        texts = [RENAMED.sub("", f"{name} {text}") for name, text in cursor.fetchall()]
    return sorted(sorted(re.findall(r"\w+", text)) for text in texts)


def migrate_to(name):
    """One by one, as a database did that is older than the squashed migration."""
    executor = MigrationExecutor(connection)
    executor.loader = MigrationLoader(connection, replace_migrations=False)
    executor.migrate([("plays", name)])
    return executor.loader.project_state([("plays", name)]).apps


def drop_all():
    MigrationExecutor(connection).migrate([("plays", None)])


def come_up():
    """As `manage.py migrate` does."""
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def before():
    """Makes the database as it was after a migration and returns its models; at the end, new."""
    with time_machine.travel(NOW, tick=False):
        drop_all()
        yield migrate_to
    drop_all()
    come_up()


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


def test_an_old_database_comes_up_with_its_counts_to_what_a_new_one_is(request):
    new = schema()
    models = request.getfixturevalue("before")("0019_alerts")
    make = {
        name: models.get_model("plays", name).objects.create for name in ("Play", "Event", "Action")
    }
    play = make["Play"](play_id="A")
    for number in range(2):
        event = make["Event"](source="/ax", event_id=str(number), payload="{}", received_at=NOW)
        make["Action"](log_id=f"LOG-{number}", event=event, play=play, occurred_at=NOW)
    assert schema() != new

    come_up()

    counts = WeekCount.objects.values_list("play", "monday", "actions")
    assert list(counts) == [(play.pk, NOW.date(), 2)]
    assert schema() == new
