"""When a cluster counts as stalled, and how soon the next one starts."""

import os

from plays.worker.progress import Pipe, Progress
from plays.worker.watch import Backoff, Watch


def watch(**changes):
    values = {"limit": 30, "busy_limit": 120, "workers": 2, "quiet_since": 100}
    return Watch(**{**values, **changes})


def test_a_cluster_without_progress_is_stalled_after_the_limit():
    idle = watch()

    assert not idle.is_stalled(now=130)
    assert idle.is_stalled(now=130.1)


def test_only_a_task_that_came_all_the_way_through_is_progress():
    cluster = watch()

    cluster.heard(Progress.BEGUN, 7, now=110)
    cluster.heard(Progress.ENDED, 7, now=111)
    assert cluster.is_stalled(now=131)

    cluster.heard(Progress.THROUGH, 9, now=112)
    assert not cluster.is_stalled(now=142)
    assert cluster.is_stalled(now=142.1)


def test_a_write_of_one_process_does_not_excuse_the_other():
    cluster = watch()

    cluster.heard(Progress.BEGUN, 7, now=101)

    assert cluster.is_stalled(now=131)


def test_while_all_processes_are_at_a_task_the_long_limit_holds():
    cluster = watch()

    cluster.heard(Progress.BEGUN, 7, now=101)
    cluster.heard(Progress.BEGUN, 8, now=102)

    assert not cluster.is_stalled(now=220)
    assert cluster.is_stalled(now=220.1)


def test_the_end_of_a_long_task_is_not_taken_for_a_stall():
    cluster = watch()
    cluster.heard(Progress.BEGUN, 7, now=101)
    cluster.heard(Progress.BEGUN, 8, now=101)

    cluster.heard(Progress.ENDED, 7, now=190)

    assert not cluster.is_stalled(now=190)
    assert cluster.is_stalled(now=205.1)


def test_a_process_that_is_gone_is_at_no_task():
    cluster = watch()
    cluster.heard(Progress.BEGUN, 7, now=101)
    cluster.heard(Progress.BEGUN, 8, now=101)

    cluster.lost(8)

    assert cluster.is_stalled(now=131)


def test_time_in_which_nobody_could_look_is_not_held_against_the_cluster():
    cluster = watch()

    cluster.excuse(now=150)

    assert not cluster.is_stalled(now=180)
    assert cluster.is_stalled(now=180.1)


def test_what_processes_say_arrives_whole_and_in_order():
    pipe = Pipe()
    said = [(Progress.BEGUN, 4_194_304), (Progress.ENDED, 4_194_304), (Progress.THROUGH, 12)]
    text = b"".join(what.line(pid) for what, pid in said)

    os.write(pipe.writing_end, text[:5])
    first = list(pipe.read())
    os.write(pipe.writing_end, text[5:])

    assert first + list(pipe.read()) == said
    assert list(pipe.read()) == []
    os.close(pipe.writing_end)
    assert list(pipe.read()) == []
    pipe.close()


def test_what_ends_as_it_began_is_started_ever_later_but_within_half_a_minute():
    backoff = Backoff()

    assert [backoff.after(0.1) for _ in range(8)] == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_long_life_is_followed_by_a_start_at_once():
    backoff = Backoff()
    for _ in range(5):
        backoff.after(0.1)

    assert backoff.after(61) == 1
