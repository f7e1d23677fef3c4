"""A run that is killed anywhere is carried on, and comes to what it would have come to."""

import contextlib
import random
import signal
import time

import pytest
from django.db import connection
from django.utils import timezone

from plays.models import Page, WeeklySync
from plays.models.weekly import WeeklyState, WeeklyTrigger
from plays.sync import weekly
from plays.sync.writing.claims import take_back_dead
from tests.processes.storm import environment, start
from tests.sync.weekly.damage import do_damage, make_company

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """Stands for SIGKILL: nothing catches it, and nothing more reaches the database."""


class KilledAfter:
    """The process dies at its nth statement; clean-up that comes after has no effect."""

    def __init__(self, statements: int) -> None:
        self.left = statements

    def __call__(self, execute, sql, params, many, context):
        self.left -= 1
        if self.left < 0:
            raise Killed
        return execute(sql, params, many, context)


def bury():
    """Let every lease be that of a process that is gone, as after a kill."""
    for model in (WeeklySync, Page):
        for row in model.objects.exclude(lease_token=""):
            machine, pid, _start, unique = row.lease_token.split(" ")
            model.objects.filter(pk=row.pk).update(lease_token=f"{machine} {pid} 1 {unique}")
    # A page is given a rest where three deaths fell into its write: a promise of its own.
    Page.objects.update(interruptions=0)


def carry_on_and_die(run, statements):
    """True if the run died, False if it came to its end before that."""
    with contextlib.suppress(Killed), connection.execute_wrapper(KilledAfter(statements)):
        weekly.carry_on(run, sleep=lambda _: None)
        return False
    connection.close()
    bury()
    take_back_dead()
    return True


@pytest.fixture
def damage(world):
    return do_damage(make_company(world))


def test_an_undisturbed_run_puts_everything_right(damage):
    damage.assert_put_right(weekly.carry_on(weekly.start(trigger=WeeklyTrigger.PERSON)))


# A kill comes as no Exception, so Django leaves a server-side cursor of PostgreSQL open, as a real
# kill does: there it is gone with its process, here it is collected.
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <function ServerCursorMixin.__del__"
    ":pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.parametrize("seed", range(10))
def test_a_run_that_is_killed_again_and_again_comes_to_the_same(damage, seed):
    dice = random.Random(seed)
    run = weekly.start(trigger=WeeklyTrigger.PERSON)

    deaths = 0
    while deaths < 40 and carry_on_and_die(run, statements=dice.randrange(1, 30 + 15 * deaths)):
        deaths += 1

    run.refresh_from_db()
    assert deaths >= 3
    damage.assert_put_right(run)


def test_a_kill_between_any_two_steps_is_taken_up_by_the_next_bell(damage):
    run = weekly.start(trigger=WeeklyTrigger.PERSON)
    assert carry_on_and_die(run, statements=60)

    assert weekly.wake_if_due(now=timezone.now())

    damage.assert_put_right(weekly.run_due())


@pytest.mark.processes
def test_a_process_that_is_killed_for_real_is_carried_on_by_the_next(damage, database_url):
    env = environment(damage.world.sandbox, database_url)
    dice = random.Random(7)
    died = 0
    for _ in range(3):
        damage.world.sandbox.reset_calls()
        process = start(env, "weekly_sync")
        wanted = dice.randrange(1, 5)
        while len(damage.world.sandbox.calls) < wanted and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        died += process.wait() == -signal.SIGKILL

    last = start(env, "weekly_sync")

    assert last.wait(timeout=60) == 0
    assert died >= 2
    assert WeeklySync.objects.filter(state=WeeklyState.RUNNING).count() == 0
    damage.assert_put_right(WeeklySync.objects.order_by("slot")[1])
