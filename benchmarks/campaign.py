"""A campaign: the product as separate processes, trouble of every kind, and who looks at the pages.

    python benchmarks/campaign.py --minutes 5 --seed 7 [--db postgres] [--broker redis]

A portal sends events without end, colleagues save the same pages, and whatever can go wrong does,
in an order that the seed decides. At the end everything is put right, what is left to write is
written by the workers alone, for as long as it becomes less, and a checker reads every page over
HTTP: no event may be missing, doubled or overwritten, and no edit of a colleague lost. Exit code 0
only then. `--keep` adds the run to those that docs/figures.md is made of (campaigns/runs.py).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.campaigns import report  # noqa: E402 - the path first
from benchmarks.campaigns.checker import Verdict, check  # noqa: E402
from benchmarks.campaigns.colleagues import Colleagues  # noqa: E402
from benchmarks.campaigns.company import ROOT as NEWEST  # noqa: E402
from benchmarks.campaigns.company import Company, company  # noqa: E402
from benchmarks.campaigns.portal import Events, Portal  # noqa: E402
from benchmarks.campaigns.trouble import (  # noqa: E402
    Act,
    Ending,
    Scene,
    acts_for,
    all_goes_on,
    code_of,
)

LOOK_SECONDS = 0.05
RETRY_SECONDS = 20.0
COLLEAGUES_PAUSE = 0.15


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    with tempfile.TemporaryDirectory(prefix="syncadmin-campaign-") as name:
        Path(name).chmod(0o755)  # PostgreSQL runs as somebody else where we are root
        folder = Path(name) / "disk"
        folder.mkdir()
        before = code_of(options.before, Path(name) / "before") or NEWEST
        with company(folder, db=options.db, broker=options.broker) as scene_of:
            plays = [f"EXT_Desk_D{number:02d}" for number in range(options.plays)]
            with (
                _logs_kept(scene_of.logs, options.logs),
                scene_of.opened(plays, tree=before) as opened,
            ):
                return Campaign(opened, options).run()


@contextlib.contextmanager
def _logs_kept(folder: Path, target: Path | None) -> Iterator[None]:
    try:
        yield
    finally:
        if target:
            target.mkdir(parents=True, exist_ok=True)
            for log in folder.glob("*.log"):
                shutil.copy(log, target)


class Campaign:
    """One run over an open company."""

    def __init__(self, place: Company, options: argparse.Namespace) -> None:
        self._company, self._options = place, options
        seed, pages = options.seed, place.pages
        events = Events(list(pages.live_docs), seed=seed)
        self._portal = Portal(
            place.url, place.token, events, seed=seed, most=options.events, rate=options.rate
        )
        self._colleagues = Colleagues(
            place.site, pages.all, pages.tables, pause=COLLEAGUES_PAUSE, seed=seed
        )
        self._scene = Scene(place, self._portal, random.Random(seed))
        self._acts, self._absent = acts_for(place)
        if options.only:
            self._acts = {kind: act for kind, act in self._acts.items() if kind in options.only}
        self._endings: list[tuple[float, Ending]] = []
        self._happened: Counter[str] = Counter()
        self._stops = 0

    def run(self) -> int:
        self._portal.start()
        self._colleagues.start()
        self._cause_trouble(time.monotonic() + 60 * self._options.minutes)
        self._portal.make_no_more()
        ended = time.monotonic()
        left = self._settle()
        seconds = time.monotonic() - ended
        self._colleagues.stop()
        self._portal.stop()
        verdict = self._look()
        told = report.Told(
            options=self._options,
            company=self._company,
            portal=self._portal,
            colleagues=self._colleagues,
            happened=self._happened,
            absent=self._absent,
            deployed=self._scene.deployed,
            log_stops=self._stops,
            settled_after=seconds,
            left=left,
            verdict=verdict,
        )
        facts = report.facts_of(told)
        self._keep(facts)
        print("\n".join(report.lines(facts)))
        has_worked = bool(self._portal.sent and self._colleagues.said and self._happened)
        return 0 if verdict.is_clean and has_worked and not left else 1

    def _keep(self, facts: report.Facts) -> None:
        options = self._options
        if options.logs and facts["wrong"]:
            options.logs.mkdir(parents=True, exist_ok=True)
            self._company.manage("backup", str(options.logs.absolute() / "at-the-end.backup"))
        if options.keep:
            name = (
                f"{options.seed:03d}-{options.db}-{options.broker}-{time.strftime('%m%d%H%M')}.json"
            )
            text = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
            options.keep.mkdir(parents=True, exist_ok=True)
            (options.keep / name).write_text(text + "\n")

    def _cause_trouble(self, until: float) -> None:
        """Until then, or until each kind has happened once: some take long on a busy machine."""
        deck: list[tuple[str, Act]] = []
        dice = self._scene.dice
        pause = max(0.2, min(15.0, (until - time.monotonic()) / (1.3 * len(self._acts))))
        following = time.monotonic() + pause
        while (now := time.monotonic()) < until or len(self._happened) < len(self._acts):
            self._end_what_is_over(now)
            self._start_what_died()
            if now >= following:
                if not deck:
                    deck = list(self._acts.items())
                    dice.shuffle(deck)
                self._do(*deck.pop())
                following = time.monotonic() + dice.uniform(0.5, 1.5) * pause
            time.sleep(LOOK_SECONDS)

    def _do(self, kind: str, act: Act) -> None:
        self._say(kind)
        ending = act(self._scene)
        self._happened[kind] += 1
        if ending:
            self._endings.append((time.monotonic() + ending.after, ending))

    def _end_what_is_over(self, now: float) -> None:
        for at, ending in [each for each in self._endings if each[0] <= now]:
            self._endings.remove((at, ending))
            ending.put_right()

    def _start_what_died(self) -> None:
        for program in self._company.servers:
            if program.should_run and not program.is_up:
                program.start()

    def _settle(self) -> dict[str, int]:
        """Put everything right, and let the workers write what is left for as long as it becomes
        less. Returns what is owed at the end, by stage."""
        self._end_what_is_over(float("inf"))
        self._company.site.order("DELETE", "faults")
        all_goes_on(self._company)
        self._say("all is put right")
        least, until, retried_at = (sys.maxsize, sys.maxsize), 0.0, 0.0
        while True:
            self._start_what_died()
            waiting, left = self._portal.unacknowledged, self._owed()
            if not waiting and not left:
                return {}
            now, amount = time.monotonic(), (waiting, sum(left.values()))
            if amount < least:
                least, until = amount, now + self._options.settle
            if now > until:
                return left | ({"not acknowledged": waiting} if waiting else {})
            if not waiting and now > retried_at + RETRY_SECONDS:
                self._say(f"left: {left}")
                with contextlib.suppress(requests.RequestException):
                    self._stops += self._company.retry_everything()
                retried_at = time.monotonic()
            time.sleep(0.5)

    def _owed(self) -> dict[str, int]:
        with contextlib.suppress(requests.RequestException):
            return self._company.owed()
        return {"no answer": sys.maxsize}

    def _look(self) -> Verdict:
        pages, place = self._company.site.all_pages(), self._company.pages
        bodies = {page_id: page["body"]["storage"]["value"] for page_id, page in pages.items()}
        return check(
            bodies,
            self._portal.sent,
            self._colleagues.said,
            live_docs={play: [page] for play, page in place.live_docs.items()},
            play_db=place.play_db,
        )

    def _say(self, words: str) -> None:
        if self._options.verbose:
            began = f"{len(self._portal.sent):,} events"
            print(f"{time.strftime('%H:%M:%S')} {began}: {words}", file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=2.0, help="of trouble")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--broker", choices=["orm", "redis"], default="orm")
    parser.add_argument("--plays", type=int, default=43)
    parser.add_argument("--events", type=int, default=1_000_000, help="make no more than these")
    parser.add_argument("--rate", type=float, default=float("inf"), help="events per second")
    parser.add_argument("--settle", type=float, default=180.0, metavar="SECONDS",
                        help="end when what is left has not become less for so long")  # fmt: skip
    parser.add_argument("--only", action="append", metavar="KIND", help="of trouble; repeatable")
    parser.add_argument("--before", default="HEAD~1", metavar="COMMIT",
                        help="the code that runs until the deploy")  # fmt: skip
    parser.add_argument("--logs", type=Path, metavar="FOLDER", help="keep the programs' logs there")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the run's facts there")
    parser.add_argument("--verbose", action="store_true", help="say what happens as it does")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
