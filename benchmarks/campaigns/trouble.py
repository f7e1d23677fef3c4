"""What befalls the company. Each kind is a function that does it, and returns how it ends.

A kind that lasts returns the seconds and what puts it right; the main loop goes on meanwhile.
"""

from __future__ import annotations

import random
import secrets
import signal
import subprocess
import tarfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from benchmarks.campaigns.company import ROOT, Company
from benchmarks.campaigns.portal import Portal
from benchmarks.campaigns.programs import Program, TooLate, send, wait_until
from benchmarks.campaigns.stores import PostgresStore
from plays.sandbox import KINDS

DAY = 24 * 3600
CLOCK_STEPS = (DAY, -DAY, 7_200, -7_200, 90, -90)
FAULT_RATES = (0.1, 0.3, 0.6)
RECONCILE_SECONDS = 1_800  # an old copy may lack a hundred thousand events


@dataclass(frozen=True)
class Ending:
    """What puts a trouble right, `after` so many seconds."""

    after: float
    put_right: Callable[[], None]


@dataclass
class Scene:
    """What trouble happens to, by dice that the seed has thrown."""

    company: Company
    portal: Portal
    dice: random.Random
    copy: Path | None = None
    copied_at: float = 0.0
    deployed: str = ""


Act = Callable[[Scene], Ending | None]


def kill(scene: Scene) -> None:
    """SIGKILL for one process of the web or the workers, whichever it is."""
    if pids := _pids(scene):
        send(scene.dice.choice(pids), signal.SIGKILL)


def kill_a_whole_program(scene: Scene) -> None:
    for pid in reversed(scene.dice.choice(scene.company.servers).pids()):
        send(pid, signal.SIGKILL)


def stop(scene: Scene) -> None:
    """SIGSTOP for one process, the site's too; it goes on after a while by a timer, as whoever
    asks the site for something meanwhile waits for that."""
    pid = scene.dice.choice([*_pids(scene), *scene.company.site.program.pids()])
    send(pid, signal.SIGSTOP)
    timer = threading.Timer(scene.dice.uniform(1, 8), send, [pid, signal.SIGCONT])
    timer.daemon = True
    timer.start()


def faults(scene: Scene) -> Ending:
    """Confluence errs in every way that it can, for some seconds."""
    order = scene.company.site.order
    rate = scene.dice.choice(FAULT_RATES)
    kinds: list[object] = [kind for kind in KINDS if kind not in ("rate_limited", "hang")]
    kinds += [{"kind": "rate_limited", "retry_after": "1"}, {"kind": "hang", "seconds": 1}]
    kinds += [{"kind": "hang", "seconds": 7, "after": True}]
    kinds += [{"kind": "reset", "after": True}, {"kind": "timeout", "after": True}]
    order("POST", "faults", random={"rate": rate, "kinds": kinds})
    return Ending(scene.dice.uniform(3, 10), lambda: void(order("DELETE", "faults")))


def colleague_at_every_write(scene: Scene) -> Ending:
    """Somebody saves between each read and its write."""
    order = scene.company.site.order
    order("POST", "faults", random={"rate": 0.8, "kinds": ["colleague_edit"], "methods": ["PUT"]})
    return Ending(scene.dice.uniform(2, 5), lambda: void(order("DELETE", "faults")))


def page_away(scene: Scene) -> Ending:
    """A page is archived or in the trash, and comes back."""
    page = scene.dice.choice(scene.company.pages.all)
    path, order = f"pages/{page}/status", scene.company.site.order
    order("POST", path, status=scene.dice.choice(["archived", "trashed"]))
    return Ending(scene.dice.uniform(2, 6), lambda: void(order("POST", path, status="current")))


def page_forbidden(scene: Scene) -> Ending:
    page = scene.dice.choice(scene.company.pages.all)
    path, order = f"pages/{page}/restrictions", scene.company.site.order
    order("POST", path, **{scene.dice.choice(["view", "edit"]): True})
    return Ending(scene.dice.uniform(2, 6), lambda: void(order("POST", path, view=False)))


def token_refused(scene: Scene) -> Ending:
    order = scene.company.site.order
    order("POST", "token", accepted=False)
    return Ending(scene.dice.uniform(2, 5), lambda: void(order("POST", "token", accepted=True)))


def clock_step(scene: Scene) -> Ending:
    """The clock of one machine is wrong, and is put right."""
    program = scene.dice.choice(scene.company.servers)
    set_clock = scene.company.clocks.set
    set_clock(program.name, scene.dice.choice(CLOCK_STEPS))
    return Ending(scene.dice.uniform(3, 10), lambda: set_clock(program.name, 0))


def disk_full(scene: Scene) -> Ending:
    """Of the database; PostgreSQL may end for it, and is started again once there is room."""
    company = scene.company

    def make_room() -> None:
        company.disk.make_room()
        if isinstance(company.store, PostgresStore) and not company.store.is_up():
            company.store.start()

    company.disk.fill()
    return Ending(scene.dice.uniform(1, 4), make_room)


def postgres_crash(scene: Scene) -> Ending | None:
    """`pg_ctl stop -m immediate`, and started again after a while."""
    store = scene.company.store
    assert isinstance(store, PostgresStore)
    if not store.is_up():
        return None
    store.crash()
    return Ending(scene.dice.uniform(0.5, 5), store.start)


def redis_flushed(scene: Scene) -> None:
    assert scene.company.redis
    if scene.company.redis.answers():
        scene.company.redis.flush()


def redis_killed(scene: Scene) -> Ending:
    assert scene.company.redis
    scene.company.redis.program.kill()
    return Ending(scene.dice.uniform(1, 6), scene.company.redis.start)


def secret_key_rotated(scene: Scene) -> None:
    """A new key; each program ends in its own time and starts with it."""
    scene.company.secret_key = secrets.token_urlsafe(50)
    _start_again(scene.company.servers)


def deploy(scene: Scene) -> None:
    """The newest code in place of the commit before, old and new side by side for a while.

    Where a migration lies between, everything is stopped for it.
    """
    company = scene.company
    if company.tree == ROOT:
        return
    company.tree = ROOT
    scene.deployed = "without a migration"
    if company.manage("migrate", "--check").returncode:
        scene.deployed = "with a migration"
        for program in company.servers:
            program.kill()
        company.managed("migrate", "--verbosity=0")
        for program in company.servers:
            program.start()
    _start_again(company.servers)


def copy_made(scene: Scene) -> None:
    """A backup, while everything goes on."""
    copy = scene.company.folder / f"copy-{time.monotonic_ns()}"
    began = time.monotonic()
    done = scene.company.manage("backup", str(copy))
    if done.returncode == 0:
        scene.copy, scene.copied_at = copy, began


def copy_put_back(scene: Scene) -> None:
    """An old copy becomes the database, as docs/operations.md says; the portal sends again what
    it sent since."""
    if scene.copy is None:
        copy_made(scene)
    if scene.copy is None:
        return
    company = scene.company
    for program in company.servers:
        program.kill()
    company.store.put_back(scene.copy)
    company.managed("migrate", "--verbosity=0")
    reconciled(company)
    scene.portal.send_again_since(scene.copied_at - 1)
    for program in company.servers:
        program.start()


def reconciled(company: Company) -> None:
    """`manage.py reconcile --adopt` until it has read all pages: the site may err meanwhile."""
    company.site.order("DELETE", "faults")
    company.site.order("POST", "token", accepted=True)
    for _ in range(3):
        done = company.manage("reconcile", "--adopt", timeout=RECONCILE_SECONDS)
        if done.returncode == 0:
            return
    raise TooLate(f"reconcile: {done.stdout}{done.stderr}")


def acts_for(company: Company) -> tuple[dict[str, Act], dict[str, str]]:
    """The kinds of trouble that there can be here; and those that cannot, with the reason."""
    acts: dict[str, Act] = {
        "process killed": kill,
        "program killed with all its processes": kill_a_whole_program,
        "process stopped": stop,
        "Confluence errs": faults,
        "a colleague saves at every write": colleague_at_every_write,
        "page archived or trashed": page_away,
        "page restricted": page_forbidden,
        "credentials refused": token_refused,
        "SECRET_KEY rotated": secret_key_rotated,
        "backup made": copy_made,
    }
    absent: dict[str, str] = {}
    own: dict[str, tuple[Act, bool, str]] = {
        "clock stepped": (clock_step, company.clocks.can_step, "no C compiler"),
        "disk full": (disk_full, company.disk.can_fill, "only root may mount a disk to fill"),
        "PostgreSQL crashed": (
            postgres_crash, isinstance(company.store, PostgresStore), "no PostgreSQL",
        ),
        "Redis flushed": (redis_flushed, company.redis is not None, "no Redis"),
        "Redis killed": (redis_killed, company.redis is not None, "no Redis"),
        "newer code deployed": (deploy, company.tree != ROOT, "no earlier commit to start from"),
        "old copy put back": (
            copy_put_back, (ROOT / "plays/management/commands/reconcile.py").exists(),
            "there is no reconcile",
        ),
    }  # fmt: skip
    for kind, (act, can_be, reason) in own.items():
        if can_be:
            acts[kind] = act
        else:
            absent[kind] = reason
    return acts, absent


def code_of(commit: str, folder: Path) -> Path | None:
    """The product's code at a commit, unpacked in `folder`; None where git does not have it."""
    done = subprocess.run(
        ["git", "archive", commit, "plays", "syncadmin", "templates", "manage.py"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        return None
    with tarfile.open(fileobj=BytesIO(done.stdout)) as packed:
        packed.extractall(folder, filter="data")
    return folder


def _start_again(programs: Sequence[Program]) -> None:
    """The main loop starts what has ended."""
    for program in programs:
        for pid in program.pids()[:1]:
            send(pid, signal.SIGTERM)


def _pids(scene: Scene) -> list[int]:
    return [pid for program in scene.company.servers for pid in program.pids()]


def void(_: object) -> None:
    """What is returned is not wanted."""


def all_goes_on(company: Company) -> None:
    """Whatever was stopped goes on, and what has died is there again."""
    for program in company.programs:
        for pid in program.pids():
            send(pid, signal.SIGCONT)
        if program.should_run:
            program.start()
    wait_until(company.is_ready, seconds=90, what="the web to answer again")
