"""The team's own files of Plays: their names, the quarter on the line, what we count ourselves."""

import json

from django.utils import timezone

from plays.models import Play, QuarterGoal
from plays.rules.quarter import Quarter
from plays.sync.plays.goals import goals_at
from tests.cases.conftest import run
from tests.cases.pages import D01, D02


def quarters() -> tuple[Quarter, Quarter]:
    now = Quarter.of(timezone.now(), timezone.get_default_timezone())
    return now, now.next


def line(play_id: str, quarter: Quarter, **values) -> dict[str, object]:
    """A Play as the team's file has it."""
    return {
        "id": play_id,
        "name": "설명회 수집",
        "source": "대외",
        "channel": "데스크",
        "owner": "담당: 운영 (협업: 리서치)",
        "cycle": "주간",
        "quarter": str(quarter),
        "priority": "P0",
        "act_goal": 12,
        "sig_goal": 24,
        "brf_goal": 4,
        "s2_goal": 2,
        "lead_time": "A→S0≤1d / S0→S1≤7d",
        "act_qtd": 0,
        "sig_qtd": 0,
        "brf_qtd": 0,
        "s2_qtd": 0,
        "rag": "R",
        "next_action": "후보 10건",
        "due": "2026-12-04",
        "blocker": "데이터 권한",
        **values,
    }


def test_the_teams_own_file_is_taken_as_it_is_and_what_we_count_is_left_out_and_said(team):
    now, _ = quarters()
    text = json.dumps([line(D01, now), line(D02, now, blocker="")], ensure_ascii=False)
    code, said = run("import_plays", team.file("own.json", text), "--yes")
    assert code == 0
    play = Play.objects.get(play_id=D01)
    assert (play.owner, play.blocker) == ("담당: 운영 (협업: 리서치)", "데이터 권한")
    assert (play.priority, play.cycle, play.channel) == ("P0", "주간", "데스크")
    assert play.due_date.isoformat() == "2026-12-04"
    assert play.override_status == ""  # `rag` pins nothing
    goal = QuarterGoal.objects.of(now).get(play=play)
    assert (goal.activity, goal.signal, goal.brief, goal.s2) == (12, 24, 4, 2)
    assert goal.lead_time == "A→S0≤1d / S0→S1≤7d"
    assert all(name in said for name in ("act_qtd", "sig_qtd", "brf_qtd", "s2_qtd", "rag"))


def test_goals_of_the_next_quarter_leave_this_one_alone(team):
    now, following = quarters()
    lines = [{"id": D01, "quarter": str(following), "act_goal": 15, "sig_goal": 25}]
    file = team.file("next.json", json.dumps(lines, ensure_ascii=False))
    assert run("import_plays", file, "--yes")[0] == 0
    play = Play.objects.get(play_id=D01)
    held = {q: goals_at([play], q)[play.pk].goals for q in (now, following)}
    assert (held[now].activity, held[now].signal) == (12, 24)
    assert (held[following].activity, held[following].signal) == (15, 25)
