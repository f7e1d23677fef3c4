"""Workers that go one step at a time: real functions in threads of which only one ever runs.

A worker rests at each of its calls of Confluence, before and after, and around what it saves. Who
drives it says which goes on, so that every interleaving can be had, and had again.
"""

import threading

from django.db import connection

STEP_SECONDS = 30


class Killed(BaseException):
    """Unwinds the thread of a worker that was killed, once nobody looks any more."""


class Worker:
    """One process' life: `work` from the start to its end, or to where it was killed."""

    def __init__(self, work):
        self._work = work
        self._may_go, self._rests = threading.Semaphore(0), threading.Semaphore(0)
        self.is_done = self.is_killed = False
        self.error = None
        self.fate = "answered"
        self.place = "the start"
        self.tokens = set()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def step(self, fate="answered"):
        """On to the next resting place; a call that is made on the way meets `fate`."""
        self.fate = fate
        self._may_go.release()
        assert self._rests.acquire(timeout=STEP_SECONDS), f"stuck after {self.place}"
        if self.error:
            raise self.error

    def rest(self, place):
        """Called by the worker itself: wait until it may go on."""
        if self.is_killed:
            raise Killed
        self.place = place
        self._rests.release()
        self._may_go.acquire()
        if self.is_killed:
            raise Killed

    def kill(self):
        """As SIGKILL: not one instruction more, nothing is put in order."""
        self.is_killed = True

    def bury(self):
        """Let a killed worker's thread end, after everybody has looked."""
        if not self.is_done:
            self.is_killed = True
            self._may_go.release()
            self._thread.join(STEP_SECONDS)

    @classmethod
    def current(cls):
        """The worker that this thread is; None for whoever drives them."""
        return getattr(threading.current_thread(), "worker", None)

    def _live(self):
        threading.current_thread().worker = self
        self._may_go.acquire()
        try:
            if not self.is_killed:
                self._work()
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001 - who drives the worker raises it
            self.error = error
        finally:
            connection.close()
            self.is_done = True
            self._rests.release()


def rests_before(function, place):
    """`function`, before which a worker rests."""

    def resting(*args, **kwargs):
        if worker := Worker.current():
            worker.rest(place)
        return function(*args, **kwargs)

    return resting
