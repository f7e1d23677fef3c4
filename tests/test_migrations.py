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
def old():
    with time_machine.travel(NOW, tick=False):
        yield migrate_to("0001_initial")
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_the_goals_of_all_quarters_become_this_ones_and_hold_for_those_before(old):
    play = old.get_model("plays", "Play").objects.create(play_id="A", signal_goal=7)
    old.get_model("plays", "Play").objects.create(play_id="B")
    old.get_model("plays", "QuarterCount").objects.create(play=play, year=2026, quarter=2)

    new = migrate_to("0004_goals_left_plays")

    goals = new.get_model("plays", "QuarterGoal").objects.order_by("year", "quarter")
    rows = goals.values_list("play__play_id", "year", "quarter", "signal")
    assert list(rows) == [("A", 2026, 2, 7), ("A", 2026, 4, 7)]

    back = migrate_to("0001_initial")
    assert back.get_model("plays", "Play").objects.get(play_id="A").signal_goal == 7
