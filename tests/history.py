"""Half a year of a Play: activities, and signals that are scored, briefed and validated."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from datetime import datetime, timedelta

from plays.models import Action, Event, Play, QuarterCount
from plays.rules.planner import counter_of
from plays.rules.quarter import Quarter
from tests.factories import NOW, SEOUL, goals_now

QUARTERS = (Quarter(2026, 3), Quarter(2026, 4))
TITLES = (
    "콜센터 AHT 최적화",
    "보험 청구 자동화 PoC 제안",
    "물류 수요 예측 인터뷰",
    "AI 문서 분류 세미나 참석",
    "공공기관 챗봇 RFP 검토",
    "리테일 재고 최적화 시그널",
)
_numbers = itertools.count(1)


def make_history(play: Play, chance: random.Random, *, speed: float, last: datetime) -> None:
    """Actions at about `speed` of the goals up to `last`; `count_again` counts them."""
    actions = [
        action
        for quarter in QUARTERS
        for action in _quarter(play, chance, quarter, speed=speed, last=last)
    ]
    events = Event.objects.bulk_create(_event(action) for action in actions)
    for action, event in zip(actions, events, strict=True):
        action.event = event
    Action.objects.bulk_create(actions)


def count_again(play: Play) -> None:
    """Sets the Play's counters to what its actions add up to."""
    counts: dict[Quarter, Counter[str]] = {quarter: Counter() for quarter in QUARTERS}
    newest: dict[Quarter, datetime] = {}
    for action in play.actions.order_by("occurred_at"):
        quarter = Quarter.of(action.occurred_at, SEOUL)
        newest[quarter] = action.occurred_at
        if counter := counter_of(action.action_type, action.data.get("decision", "")):
            counts[quarter][counter] += 1
    for quarter, counted in counts.items():
        QuarterCount.objects.update_or_create(
            play=play,
            year=quarter.year,
            quarter=quarter.number,
            defaults={
                **dict.fromkeys(("activity", "signal", "brief", "s2", "s3"), 0),
                **counted,
                "last_action_at": newest.get(quarter),
            },
        )


def _quarter(
    play: Play, chance: random.Random, quarter: Quarter, *, speed: float, last: datetime
) -> list[Action]:
    start, end = quarter.bounds(SEOUL)
    end = min(end - timedelta(minutes=1), last)
    share = max(0.0, quarter.elapsed_share(end, SEOUL))

    def moments(goal: int) -> list[datetime]:
        count = round(goal * share * speed * chance.uniform(0.8, 1.3))
        return [start + (end - start) * chance.random() for _ in range(count)]

    goals = goals_now(play)
    actions = [_action(play, chance, "Activity", moment) for moment in moments(goals.activity)]
    signals = [_action(play, chance, "Signal", moment) for moment in moments(goals.signal)]
    chains = [later for signal in signals for later in _chain(signal, chance)]
    return actions + signals + [action for action in chains if action.occurred_at <= last]


def _chain(signal: Action, chance: random.Random) -> list[Action]:
    """What came of a signal: a score, and of a good one perhaps a brief and its validation."""
    score = chance.randint(35, 95)
    decision = "GO" if score >= 70 else "HOLD" if score >= 50 else "NO_GO"
    data = {"signal_id": signal.subject_id, "total_score": score, "decision": decision}
    scored = _after(signal, chance, "Scorecard", days=3, data=data)
    scored.subject_id = signal.subject_id
    if decision != "GO" or chance.random() < 0.25:
        return [scored]
    brief = _after(signal, chance, "Brief", days=10, data={"signal_id": signal.subject_id})
    if chance.random() < 0.3:
        return [scored, brief]
    decision = chance.choice(("GO", "GO", "PIVOT", "NO_GO"))
    data = {"brief_id": brief.subject_id, "decision": decision}
    return [scored, brief, _after(brief, chance, "S2", days=18, data=data)]


def _after(before: Action, chance: random.Random, action_type: str, *, days: int, data: dict):  # type: ignore[no-untyped-def, type-arg]
    moment = before.occurred_at + timedelta(days=days) * chance.uniform(0.1, 1)
    return _action(before.play, chance, action_type, moment, title=before.title, data=data)


def _action(
    play: Play, chance: random.Random, action_type: str, moment: datetime, **changes: object
) -> Action:
    number = next(_numbers)
    values = {"title": chance.choice(TITLES), "actor": play.owner, "data": {}, **changes}
    return Action(
        play=play,
        log_id=f"LOG-2026-{50_000 + number}",
        action_type=action_type,
        subject_id=f"{action_type.upper()[:3]}-2026-{number:04d}",
        occurred_at=moment,
        **values,
    )


def _event(action: Action) -> Event:
    return Event(
        source="/ax/portal",
        event_id=f"history-{action.log_id}",
        type=f"{action.action_type.lower()}.created",
        time=action.occurred_at,
        payload="{}",
        state="accepted",
        received_at=min(action.occurred_at, NOW),
        accepted_at=min(action.occurred_at, NOW),
    )
