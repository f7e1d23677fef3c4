"""A business-development team in the middle of a quarter: 43 Plays with actions, jobs and tries."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

from plays.models import Page, PageMapping, Play, Site
from plays.rules.planner import Kind, Part
from plays.rules.problems import Code, Problem
from plays.sync.funnel_recount import recount_funnel
from plays.sync.plays.week_statuses import tell_weeks
from tests.factories import (
    NOW,
    make_action,
    make_attempt,
    make_event,
    make_job,
    make_mapping,
    make_page,
    make_play,
)
from tests.history import TITLES, count_again, make_history

OWNERS = ("김철수", "이영희", "박민준", "최서연", "정하윤", "강도현")
FIELDS = {
    "EXT_Desk_D": ("세미나 발굴", "산업 리포트 리서치", "공공 입찰 모니터링", "스타트업 데스크"),
    "EXT_Field_F": ("전시회 현장 발굴", "파트너 밋업", "고객 현장 인터뷰"),
    "KT_Desk_V": ("VoC 분석", "콜센터 로그 분석", "내부 데이터 리서치"),
    "KT_Sales_S": ("B2B 영업 연계", "법인 고객 딥다이브"),
    "GRP_Sales_S": ("금융 그룹사 영업", "커머스 그룹사 제안", "미디어 그룹사 협업"),
}
# Plays that are enough for one of each: every kind of name, trouble and missing page.
ONE_OF_EACH = 14
TYPES = ("Activity", "Activity", "Activity", "Signal", "Signal", "Scorecard", "Brief", "S2", "S3")
FIRST_WORDS = {
    "MissingColumn": "no column signal_qtd in the table at line 14 (table 1)",
    "PageNotFound": "No page with id 40108041, or no permission to view it",
    "ServerFault": "HTTP 503 · The service is temporarily unavailable",
}


def make_team(count: int = 43) -> list[Play]:
    """The first `count` Plays, at least 14, with all of theirs; the same every time."""
    chance = random.Random(43)
    shared = [
        make_page(page_id="40100001", title="Project TODO", url=_url("40100001")),
        make_page(page_id="40100002", title="Play DB", url=_url("40100002"), written_at=NOW),
        make_page(page_id="40100003", title="Action Log", url=_url("40100003"), written_at=NOW),
    ]
    for part, page in zip((Part.PROJECT_TODO, Part.PLAY_DB, Part.ACTION_LOG), shared, strict=True):
        make_mapping(part, page=page)
    plays = [_play(number, chance) for number in range(count)]
    for play in plays:
        _quarter(play, chance)
    _missing_page(plays[4])
    _broken_table(plays[7])
    _busy_site(plays[9])
    _rejected_events()
    recount_funnel(now=NOW)
    tell_weeks(now=NOW)
    return plays


def pause_site() -> None:
    Site.objects.update_or_create(
        pk=1,
        defaults={
            "paused_until": NOW + timedelta(minutes=4),
            "error": "RateLimited",
            "message": "too many calls · HTTP 429 · Rate limit exceeded",
        },
    )


def _url(page_id: str) -> str:
    return f"https://wiki.example/wiki/spaces/AX/pages/{page_id}"


def _play(number: int, chance: random.Random) -> Play:
    prefix, name = list(_names())[number]
    play = make_play(
        play_id=f"{prefix}{number + 1:02d}",
        name=name,
        owner=OWNERS[number % len(OWNERS)],
        source=prefix.split("_")[0],
        channel=prefix.split("_")[1],
        priority=("P1", "P2", "P3")[number % 3],
        cycle=("주간", "격주", "월간")[number % 3],
        activity_goal=chance.choice((12, 20, 30)),
        signal_goal=chance.choice((0, 10, 20)),
        brief_goal=chance.choice((0, 2, 4)),
        s2_goal=chance.choice((0, 1, 2)),
        next_action=chance.choice(("고객 인터뷰 일정 확정", "브리프 초안 공유", "")),
        due_date=NOW.date() + timedelta(days=chance.randint(-6, 20)),
    )
    if number % 14 != 13:
        page_id = f"4010{1000 + number}"
        page = make_page(page_id=page_id, title=f"{name} Live doc", url=_url(page_id))
        make_mapping(Part.LIVE_DOC, play=play, page=page)
    return play


def _names() -> itertools.chain[tuple[str, str]]:
    rounds = itertools.count(1)
    return itertools.islice(  # type: ignore[return-value]
        (
            (prefix, name if turn == 1 else f"{name} {turn}차")
            for turn in rounds
            for prefix, names in FIELDS.items()
            for name in names
        ),
        43,
    )


def _quarter(play: Play, chance: random.Random) -> None:
    """Counters that are far, near or on the pace, and the latest actions with their jobs."""
    last = NOW - timedelta(hours=chance.choice((1, 5, 9, 30, 50, 90, 160, 400)))
    make_history(play, chance, speed=chance.choice((0.3, 0.55, 0.8, 0.95, 1.1, 1.3)), last=last)
    live, log = make_mapping(Part.LIVE_DOC, play=play), make_mapping(Part.ACTION_LOG)
    for number in range(4):
        _action(play, chance, last - timedelta(hours=9 * number), live=live, log=log)
    count_again(play)


def _action(  # type: ignore[no-untyped-def]
    play: Play, chance: random.Random, moment, *, live: PageMapping, log: PageMapping
) -> None:
    action_type = chance.choice(TYPES)
    action = make_action(
        play=play,
        action_type=action_type,
        title=chance.choice(TITLES),
        actor=play.owner,
        occurred_at=moment,
        event=make_event(type=f"{action_type.lower()}.created", received_at=moment),
    )
    settled = {"state": "synced", "settled_at": moment + timedelta(seconds=4)}
    common = {"action": action, "play": play, "created_at": moment}
    entry = make_job(mapping=live, **common, **(settled if live.page else {}))
    if live.page:
        make_attempt(entry, started_at=moment + timedelta(seconds=3))
    if action_type in ("Activity", "Signal", "Brief"):
        make_job(kind="log_row", mapping=log, **common, **settled)


def _missing_page(play: Play) -> None:
    page = Page.objects.get(mappings__play=play, mappings__part=Part.LIVE_DOC)
    page.state, page.state_reason = "missing", FIRST_WORDS["PageNotFound"]
    page.save()
    job = _new_job(play, state="failed", failures=3, error="PageNotFound")
    for number in range(3):
        make_attempt(
            job,
            started_at=NOW - timedelta(minutes=30 - 9 * number),
            outcome="error",
            error="PageNotFound",
            http_status=404,
            message=FIRST_WORDS["PageNotFound"],
            request_id="4f2c1b",
            calls=1,
            version_before=None,
            version_after=None,
        )


def _broken_table(play: Play) -> None:
    row = make_job(
        kind="play_row",
        play=play,
        mapping=make_mapping(Part.PLAY_DB),
        state="failed",
        failures=1,
        last_error="MissingColumn",
        last_message=FIRST_WORDS["MissingColumn"],
        created_at=NOW - timedelta(minutes=18),
    )
    make_attempt(row, outcome="unchanged", error="MissingColumn", version_after=3)


def _busy_site(play: Play) -> None:
    job = _new_job(play, failures=2, error="ServerFault", run_after=NOW + timedelta(minutes=4))
    make_attempt(job, outcome="conflict", error="VersionConflict", http_status=409)
    make_attempt(
        job,
        started_at=NOW - timedelta(minutes=2),
        outcome="error",
        error="ServerFault",
        http_status=503,
        message=FIRST_WORDS["ServerFault"],
        duration_ms=10_030,
    )


def _new_job(play: Play, *, error: str, **changes: object):  # type: ignore[no-untyped-def]
    return make_job(
        play=play,
        mapping=make_mapping(Part.LIVE_DOC, play=play),
        kind=Kind.LIVE_ENTRY,
        last_error=error,
        last_message=FIRST_WORDS[error],
        failing_since=NOW - timedelta(minutes=30),
        created_at=NOW - timedelta(minutes=31),
        **changes,
    )


def _rejected_events() -> None:
    unknown = Problem(
        code=Code.UNKNOWN_PLAY, field="data.play_id", params={"name": "EXT_Desk_D99"}
    ).as_json()
    make_event(state="rejected", problems=[unknown], missing="play:EXT_Desk_D99", accepted_at=None)
    score = Problem(code=Code.NOT_A_SCORE, field="data.total_score").as_json()
    make_event(type="signal.scored", state="rejected", problems=[score], accepted_at=None)
