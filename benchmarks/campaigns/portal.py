"""The team's portal: makes events, sends each until it is acknowledged, remembers every answer."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from tests.events import activity, brief, pilot, scored, signal, validation

SECONDS = 120.0
LARGEST_BATCH = 250
PAUSE_AFTER_TROUBLE = 0.5
WORDS = ("고객 세미나 <b>&amp;", "콜센터 AHT | 최적화", "R&D 'PoC' \"2차\"")


@dataclass(eq=False)
class Sent:
    """One event. Its mark, `ev000123`, is the last one in what any page says of it.

    `log_id` is the one of the newest acknowledgement, empty before the first.
    """

    mark: str
    event: dict[str, Any]
    play_id: str
    log_id: str = ""
    acknowledged_at: float = 0.0

    @property
    def type(self) -> str:
        return str(self.event["type"])

    @property
    def title(self) -> str:
        return str(self.event["data"].get("title", ""))

    @property
    def decision(self) -> str:
        return str(self.event["data"].get("decision", ""))


class Events:
    """Chains of six events that refer to one another, the same for the same seed."""

    def __init__(self, play_ids: Sequence[str], *, seed: int) -> None:
        self._plays, self._dice = list(play_ids), random.Random(seed)
        self._time = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
        self._number = 0

    def chain(self) -> list[Sent]:
        play, first = self._dice.choice(self._plays), self._number
        decision = self._dice.choice(["GO", "PIVOT", "NO_GO"])
        signal_id, brief_id = f"S{first}", f"B{first}"
        said = [self._said() for _ in range(6)]
        made = [
            activity(play, activity_id=f"A{first}", **said[0]),
            signal(play, signal_id=signal_id, **said[1]),
            scored(signal_id, **_as_rationale(said[2])),
            brief(signal_id=signal_id, brief_id=brief_id, **said[3]),
            validation(brief_id=brief_id, validation_id=f"V{first}", decision=decision, **said[4]),
            pilot(brief_id=brief_id, pilot_id=f"P{first}", **said[5]),
        ]
        return [
            Sent(mark=self._mark(first + place), event=event, play_id=play)
            for place, event in enumerate(made)
        ]

    def _said(self) -> dict[str, str]:
        mark = self._mark(self._number)
        self._number += 1
        words = self._dice.choice(
            ["고객 세미나 <b>&amp;", "콜센터 AHT | 최적화", "R&D 'PoC' \"2차\""]
        )
        return {"title": f"{words} {mark}", "event_id": mark, "event_time": self._time}

    @staticmethod
    def _mark(number: int) -> str:
        return f"ev{number:06d}"


def _as_rationale(said: dict[str, str]) -> dict[str, str]:
    """A scorecard has no title of its own."""
    return {"rationale" if name == "title" else name: value for name, value in said.items()}


class Portal:
    """Sends in `threads` threads between `start` and `stop`, in batches of 6 to 250: at most `most`
    events, `rate` per second on average.

    What is not acknowledged is sent again, in the order in which it was made.
    """

    def __init__(
        self,
        url: str,
        token: str,
        events: Events,
        *,
        seed: int,
        most: int,
        rate: float,
        threads: int = 2,
    ) -> None:
        self._address, self._headers = f"{url}/api/events", {"Authorization": f"Bearer {token}"}
        self._events, self._most, self._rate = events, most, rate
        self._started_at = 0.0
        self.sent: list[Sent] = []
        self.answers: Counter[str] = Counter()
        self.rejections: Counter[str] = Counter()
        self._waiting: deque[list[Sent]] = deque()
        self._under_way = 0
        self.failure: BaseException | None = None
        self._lock = threading.Lock()
        self._going_on, self._making = threading.Event(), True
        dice = [random.Random(seed * 1_000 + number) for number in range(threads)]
        self._threads = [threading.Thread(target=self._work, args=(d,), daemon=True) for d in dice]

    def start(self) -> None:
        self._started_at = time.monotonic()
        self._going_on.set()
        for thread in self._threads:
            thread.start()

    def make_no_more(self) -> None:
        """From now on only what was made before is sent."""
        self._making = False

    def stop(self) -> None:
        self._going_on.clear()
        for thread in self._threads:
            thread.join(SECONDS)

    @property
    def unacknowledged(self) -> int:
        """How many events, made already, still have no answer that says they are stored."""
        if self.failure:
            raise self.failure
        with self._lock:
            return self._under_way + sum(map(len, self._waiting))

    def send_again_since(self, moment: float) -> int:
        """Send again all that was acknowledged since `moment` (`time.monotonic`)."""
        with self._lock:
            lost = [sent for sent in self.sent if sent.acknowledged_at >= moment]
            batches = range(0, len(lost), LARGEST_BATCH)
            again = [lost[start : start + LARGEST_BATCH] for start in batches]
            self._waiting.extendleft(reversed(again))
        return len(lost)

    def _work(self, dice: random.Random) -> None:
        try:
            self._send_all(dice)
        except BaseException as error:
            self.failure = error
            raise

    def _send_all(self, dice: random.Random) -> None:
        session = requests.Session()
        session.trust_env = False
        while self._going_on.is_set():
            batch = self._next(dice)
            if not batch:
                time.sleep(0.05)
                continue
            refused = self._send(session, batch)
            with self._lock:
                self._under_way -= len(batch)
                if refused:
                    self._waiting.append(refused)
            if refused:
                time.sleep(PAUSE_AFTER_TROUBLE)

    def _next(self, dice: random.Random) -> list[Sent]:
        """A chain at a time is kept together: what refers comes after what it refers to."""
        with self._lock:
            if self._waiting:
                batch = self._waiting.popleft()
            elif self._making and len(self.sent) < self._due():
                chains = dice.choice([1, 1, 10, 25, LARGEST_BATCH // 6])
                batch = [sent for _ in range(chains) for sent in self._events.chain()]
                self.sent += batch
            else:
                return []
            self._under_way += len(batch)
            return batch

    def _due(self) -> float:
        return min(self._most, self._rate * (time.monotonic() - self._started_at))

    def _send(self, session: requests.Session, batch: Sequence[Sent]) -> list[Sent]:
        """Returns what must be sent again."""
        payload = [sent.event for sent in batch]
        try:
            answer = session.post(
                self._address, json=payload, headers=self._headers, timeout=SECONDS
            )
        except requests.RequestException as error:
            self._count([type(error).__name__])
            return list(batch)
        if answer.status_code != 202:
            self._count([str(answer.status_code)])
            return list(batch)
        return self._read(answer.json()["results"], batch)

    def _read(self, results: list[dict[str, Any]], batch: Sequence[Sent]) -> list[Sent]:
        rejected = []
        for sent, result in zip(batch, results, strict=True):
            if result["status"] == "rejected":
                rejected.append(sent)
                self.rejections[str(result["errors"][0]["message"])] += 1
            else:
                sent.log_id = result["log_id"]
                sent.acknowledged_at = time.monotonic()
        self._count(result["status"] for result in results)
        return rejected

    def _count(self, answers: Iterable[str]) -> None:
        with self._lock:
            self.answers.update(answers)
