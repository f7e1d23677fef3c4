"""Events as the portal sends them, for tests: plain functions of JSON values."""

from __future__ import annotations

import itertools
from typing import Any

_numbers = itertools.count(1)


def make_portal_event(type_name: str, **data: Any) -> dict[str, Any]:
    """An event of `type_name` with `data`; id, source and time come by themselves."""
    number = next(_numbers)
    return {
        "specversion": "1.0",
        "id": data.pop("event_id", f"evt-{number:05d}"),
        "source": data.pop("event_source", "/ax/portal"),
        "type": type_name,
        "time": data.pop("event_time", "2026-11-20T10:30:00+09:00"),
        "data": data,
    }


def activity(play_id: str, **data: Any) -> dict[str, Any]:
    number = next(_numbers)
    values = {"activity_id": f"ACT-{number}", "play_id": play_id, "title": f"고객 세미나 {number}"}
    return make_portal_event("activity.created", **{**values, **data})


def signal(play_id: str, **data: Any) -> dict[str, Any]:
    number = next(_numbers)
    values = {
        "signal_id": f"SIG-{number}",
        "play_id": play_id,
        "title": f"콜센터 AHT 최적화 {number}",
        "owner": "김철수",
        "url": f"https://portal.example/signals/SIG-{number}",
    }
    return make_portal_event("signal.created", **{**values, **data})


def scored(signal_id: str, **data: Any) -> dict[str, Any]:
    values = {"signal_id": signal_id, "total_score": 78, "decision": "GO", "rationale": "예산 확보"}
    return make_portal_event("signal.scored", **{**values, **data})


def brief(**data: Any) -> dict[str, Any]:
    number = next(_numbers)
    return make_portal_event(
        "brief.created", **{"brief_id": f"BRF-{number}", "title": f"브리프 {number}", **data}
    )


def validation(**data: Any) -> dict[str, Any]:
    number = next(_numbers)
    values = {"validation_id": f"VAL-{number}", "decision": "GO", "method": "고객 인터뷰"}
    return make_portal_event("validation.completed", **{**values, **data})


def pilot(**data: Any) -> dict[str, Any]:
    number = next(_numbers)
    return make_portal_event(
        "pilot.started", **{"pilot_id": f"PIL-{number}", "title": f"파일럿 {number}", **data}
    )
