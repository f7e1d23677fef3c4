"""The demo's events: what a team does in a quarter, each step following from the last."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from plays.demo.portfolio import DemoPlay
from plays.demo.topics import ACTIVITIES, CUSTOMERS, METHODS, NEEDS, RATIONALES

SOURCE = "/ax/portal"
PORTAL = "https://portal.example"
PAST = timedelta(weeks=13)
PACES = (1.15, 0.9, 0.5, 0.25)  # how much of its goals a Play reaches, Play by Play
STAGES = ("signal.created", "signal.scored", "brief.created", "validation.completed",
          "pilot.started")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Step:
    """An event as the portal sends it; `play_id` is whose it is, whether or not it says so."""

    event: dict[str, Any]
    play_id: str

    @property
    def type(self) -> str:
        return str(self.event["type"])

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.event["time"])


@dataclass(kw_only=True, eq=False)
class _Chain:
    """An opportunity on its way; `stages` are those still to come."""

    play: DemoPlay
    title: str
    pain: str
    stages: list[str]
    ids: dict[str, str] = field(default_factory=dict)


class Scenario:
    """The same seed makes the same events."""

    def __init__(self, plays: Sequence[DemoPlay], *, seed: int) -> None:
        self._plays = plays
        self._random = random.Random(seed)  # noqa: S311 - a scenario, no secret
        self._numbers: Counter[str] = Counter()
        self._open: list[_Chain] = []

    def history(self, now: datetime) -> list[Step]:
        """What was done in the thirteen weeks before `now`, oldest first."""
        told = [step for play in self._plays for step in self._past_of(play, now)]
        return sorted(told, key=lambda step: step.at)

    def next(self, now: datetime) -> Step:
        """What somebody does now: an activity, a new signal, or the next step of one."""
        luck = self._random.random()
        if luck < 0.35:
            return self._activity(self._random.choice(self._plays), now)
        if luck < 0.6 or not self._open:
            self._open.append(self._chain(self._random.choice(self._plays), STAGES))
        chain = self._open[-1] if luck < 0.6 else self._random.choice(self._open)
        return self._advance(chain, now)

    def stray(self, now: datetime) -> Step:
        """An event of a Play that nobody knows."""
        step = self._activity(self._random.choice(self._plays), now)
        step.event["data"]["play_id"] = "EXT_Desk_D99_Unknown"
        return step

    def _past_of(self, play: DemoPlay, now: datetime) -> Iterator[Step]:
        pace = PACES[play.number % len(PACES)]
        activities, signals, briefs, s2 = (round(goal * pace) for goal in astuple(play.goals))
        for moment in self._moments(now - PAST, now, activities):
            yield self._activity(play, moment)
        for number in range(signals):
            reached = 2 + (number < briefs) + 2 * (number < s2)
            chain = self._chain(play, STAGES)
            begun = now - PAST * (number + self._random.random()) / signals
            for moment in self._moments(begun, now, reached):
                if chain.stages:
                    yield self._advance(chain, moment)
            self._open.append(chain)
        self._open = [chain for chain in self._open if chain.stages]

    def _moments(self, begin: datetime, end: datetime, count: int) -> list[datetime]:
        """`count` times within office hours, evenly spread, oldest first."""
        share = (end - begin) / max(count, 1)
        times = (begin + share * (number + self._random.random()) for number in range(count))
        return sorted(self._office_time(moment, end) for moment in times)

    def _office_time(self, moment: datetime, end: datetime) -> datetime:
        back = timedelta(days=max(0, moment.weekday() - 4))
        hour, minute = self._random.randint(9, 17), self._random.randint(0, 59)
        return min(end, (moment - back).replace(hour=hour, minute=minute, second=0, microsecond=0))

    def _chain(self, play: DemoPlay, stages: Sequence[str]) -> _Chain:
        need = self._random.choice(list(NEEDS))
        title = f"{self._random.choice(CUSTOMERS)} {need}"
        return _Chain(play=play, title=title, pain=NEEDS[need], stages=list(stages))

    def _advance(self, chain: _Chain, at: datetime) -> Step:
        stage = chain.stages.pop(0)
        data = {
            "signal.created": self._signal,
            "signal.scored": self._scorecard,
            "brief.created": self._brief,
            "validation.completed": self._validation,
            "pilot.started": self._pilot,
        }[stage](chain, at)
        if data.get("decision", "GO") != "GO":
            chain.stages.clear()
        if not chain.stages and chain in self._open:
            self._open.remove(chain)
        if stage == "signal.created" or self._random.random() < 0.4:
            data["play_id"] = chain.play.play_id
        return self._step(stage, {**data, "owner": chain.play.owner}, chain.play, at)

    def _activity(self, play: DemoPlay, at: datetime) -> Step:
        what = self._random.choice(ACTIVITIES[play.channel])
        activity_id = self._id("ACT", at)
        data = {
            "activity_id": activity_id,
            "play_id": play.play_id,
            "title": f"{self._random.choice(CUSTOMERS)} {what}",
            "owner": play.owner,
            "url": f"{PORTAL}/activities/{activity_id}",
        }
        return self._step("activity.created", data, play, at)

    def _signal(self, chain: _Chain, at: datetime) -> dict[str, Any]:
        chain.ids["signal"] = signal_id = self._id("SIG", at)
        return {
            "signal_id": signal_id,
            "title": chain.title,
            "pain": chain.pain,
            "source": chain.play.source,
            "channel": chain.play.channel,
            "url": f"{PORTAL}/signals/{signal_id}",
        }

    def _scorecard(self, chain: _Chain, _at: datetime) -> dict[str, Any]:
        score = self._random.randint(38, 96)
        decision = next(d for d, least in (("GO", 60), ("PIVOT", 52), ("HOLD", 45), ("NO_GO", 0))
                        if score >= least)  # fmt: skip
        return {
            "signal_id": chain.ids["signal"],
            "total_score": score,
            "decision": decision,
            "rationale": RATIONALES[decision],
        }

    def _brief(self, chain: _Chain, at: datetime) -> dict[str, Any]:
        chain.ids["brief"] = brief_id = self._id("BRF", at)
        return {
            "brief_id": brief_id,
            "signal_id": chain.ids["signal"],
            "title": f"{chain.title} 1-Page 브리프",
            "url": f"{PORTAL}/briefs/{brief_id}",
        }

    def _validation(self, chain: _Chain, at: datetime) -> dict[str, Any]:
        decision = self._random.choices(("GO", "PIVOT", "NO_GO"), weights=(6, 2, 1))[0]
        return {
            "validation_id": self._id("VAL", at),
            "brief_id": chain.ids["brief"],
            "decision": decision,
            "method": self._random.choice(METHODS),
            "title": f"{chain.title} S2 검증",
        }

    def _pilot(self, chain: _Chain, at: datetime) -> dict[str, Any]:
        pilot_id = self._id("PLT", at)
        return {
            "pilot_id": pilot_id,
            "brief_id": chain.ids["brief"],
            "title": f"{chain.title} 파일럿",
            "url": f"{PORTAL}/pilots/{pilot_id}",
        }

    def _step(self, kind: str, data: dict[str, Any], play: DemoPlay, at: datetime) -> Step:
        self._numbers["evt"] += 1
        event = {
            "specversion": "1.0",
            "id": f"evt-{self._numbers['evt']:05d}",
            "source": SOURCE,
            "type": kind,
            "time": at.isoformat(timespec="seconds"),
            "data": data,
        }
        return Step(event=event, play_id=play.play_id)

    def _id(self, prefix: str, at: datetime) -> str:
        self._numbers[prefix] += 1
        return f"{prefix}-{at.year}-{self._numbers[prefix]:03d}"
