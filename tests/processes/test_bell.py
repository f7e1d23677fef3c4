"""What a cluster asks the database while there is nothing to do."""

import pytest

from plays.worker import bell


@pytest.fixture
def cluster(monkeypatch):
    """A cluster at second 100 that has just been started: `[second, sweeps, waits]`."""
    told = {"second": 100.0, "sweeps": 0, "looks": 0, "waits": False}

    def sweep():
        told["sweeps"] += 1

    def is_anything():
        told["looks"] += 1
        return told["waits"]

    monkeypatch.setattr(bell.time, "monotonic", lambda: told["second"])
    monkeypatch.setattr(bell.tasks, "sweep", sweep)
    monkeypatch.setattr(bell, "is_anything", is_anything)
    bell.wake({"func": "plays.tasks.write_page"})
    yield told
    bell.wake({"func": "plays.tasks.write_page"})


def ring(cluster, *, seconds):
    """The bell every five seconds for so long."""
    for _ in range(seconds // 5):
        cluster["second"] += 5
        bell.ring()


def test_it_sweeps_once_after_a_start_and_then_looks_every_half_minute(cluster):
    ring(cluster, seconds=305)

    assert cluster["sweeps"] == 1
    assert cluster["looks"] == 10


def test_while_anything_waits_it_sweeps_each_time(cluster):
    cluster["waits"] = True

    ring(cluster, seconds=60)

    assert cluster["sweeps"] == 12


def test_a_task_ends_the_rest_at_once(cluster):
    ring(cluster, seconds=10)

    bell.wake({"func": "plays.tasks.write_page"})
    ring(cluster, seconds=5)

    assert cluster["sweeps"] == 2


@pytest.mark.parametrize("task", bell.QUIET)
def test_its_own_tasks_do_not(cluster, task):
    ring(cluster, seconds=10)

    bell.wake({"func": task})
    ring(cluster, seconds=5)

    assert cluster["sweeps"] == 1
