"""The KPI digest: the week's and month's counts, lead times, alerts, and weeks that are over."""

import itertools
import random
from datetime import date, timedelta

import pytest

from plays.models import Action, QuarterCount, WeeklyReport
from plays.models.action import COUNTED
from plays.rules.digest import Span
from plays.rules.planner import counter_of
from plays.sync.report.quarters import counts_in
from plays.views.digest import digest as digest_view
from plays.views.digest.opportunities import overdue_briefs, steps_taken, unbriefed_signals
from tests.factories import NOW, make_action, make_play

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

SATURDAY = NOW - timedelta(days=2)
numbers = itertools.count(1)


@pytest.fixture
def play():
    return make_play(name="Alpha", activity_goal=0, signal_goal=0, brief_goal=0, s2_goal=0)


def act(play, action_type, days_ago=0.0, **changes):
    subject_id = changes.pop("subject_id", f"{action_type}-{next(numbers)}")
    data = {name: value for name, value in changes.items() if name != "title"}
    return make_action(
        play=play,
        action_type=action_type,
        subject_id=subject_id,
        title=changes.get("title", f"{action_type} of Alpha"),
        occurred_at=NOW - timedelta(days=days_ago),
        data=data,
    )


def test_a_week_and_its_month_stand_against_the_targets(seen, play):
    for days_ago in (0, 0.1, 1, 2, 10, 30):  # it is Monday; the last one was in October
        act(play, "Activity", days_ago)
    act(play, "S2", decision="GO")
    act(play, "S2", decision="PIVOT")

    text = seen("digest")

    assert "2026-W48 (11.23–11.29)" in text
    # 14 hours and 5 minutes of seven days: an even pace asks for 1.7 of 20.
    assert "Activities 20 2 / 20 pace 1.7 2 5 / 86 pace" in text
    assert "S2 2–4 1 / 2 pace 0.2 0 1 / 9 pace" in text
    assert (
        "6 actions in 13 weeks; a week each, oldest first: 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 2"
        in text
    )


@pytest.mark.parametrize(
    ("error", "message", "told"),
    [
        ("NotConfigured", "CONFLUENCE_URL is missing", "Confluence가 설정되지 않았습니다."),
        ("PageNotCurrent", "“Live” is trashed", "“Live” 페이지의 상태: 휴지통"),
    ],
)
def test_why_the_reports_page_was_not_written_is_told_in_the_readers_language(
    client, pm, error, message, told
):
    WeeklyReport.objects.create(
        monday=date(2026, 11, 23), tried_at=NOW, error=error, message=message
    )
    client.force_login(pm)

    text = client.get("/digest/", headers={"Accept-Language": "ko"}).text

    assert told in text
    assert error not in text


def test_targets_are_settings(seen, play, settings):
    settings.TEAM_WEEKLY_TARGETS = settings.TEAM_WEEKLY_TARGETS | {"activity": (7, 9)}

    assert "Activities 7–9 0 / 7 pace 0.6 0 0 / 30" in seen("digest")


def test_each_plays_own_lead_time_target_stands_against_what_its_steps_took(seen, play):
    play.quarter_goals.update(lead_time="A→S0≤1d / S0→S1≤2d / S1→S2≤14d")
    slow = make_play(name="Beta")
    slow.quarter_goals.update(lead_time="확인≤3d")
    act(play, "Signal", 5, subject_id="S1")
    act(play, "Brief", 0, signal_id="S1")

    text = seen("digest")

    assert "Alpha Signal → brief within 2 days ■ missed 5 days median of 1, 0% within" in text
    assert "Alpha Brief → S2 within 14 days none completed" in text
    assert "1 target is kept, but no events tell how long it took Beta : 확인≤3d" in text


def test_lead_times_are_told_with_their_share_within_the_target(seen, play):
    act(play, "Signal", 5, subject_id="S1")
    act(play, "Brief", 0, signal_id="S1", subject_id="B1")
    act(play, "Signal", 30, subject_id="S2")
    act(play, "Brief", 19, signal_id="S2", subject_id="B2")
    act(play, "S2", 1, brief_id="B2", decision="NO_GO")

    text = seen("digest")

    assert (
        "Signal → brief within 7 days 5 days median of 1, 100% within target"
        " 8 days median of 2, 50% within target" in text
    )
    assert "Brief → S2 within 14 days none completed 18 days median of 1, 0% within target" in text


def test_alerts_name_what_lies_still(seen, play):
    act(play, "Brief", 20, title="a late brief")
    act(play, "Brief", 3, title="a young brief")
    act(play, "Signal", 9, subject_id="S1", title="a good signal")
    act(play, "Scorecard", 8, subject_id="S1", decision="GO")
    act(play, "Signal", 9, subject_id="S2", title="a poor signal")
    act(play, "Scorecard", 8, subject_id="S2", decision="HOLD")

    alerts = seen("digest").partition("Alerts")[2]

    assert "Overdue briefs 1 No validation within 14 days. a late brief 6 days late" in alerts
    assert (
        "without a brief 1 Scored GO, and no brief within 7 days. a good signal 2 days late"
        in alerts
    )
    assert "a young brief" not in alerts
    assert "a poor signal" not in alerts


def test_a_long_alert_is_cut_and_says_how_much_more_there_is(seen, play):
    for number in range(20):
        act(play, "Brief", 20 + number)

    text = seen("digest")

    assert "Overdue briefs 20" in text
    assert "and 5 more" in text


def test_what_belongs_to_a_play_that_ended_is_no_alert(seen, play):
    act(play, "Brief", 20)
    play.is_active = False
    play.save()

    assert "Overdue briefs 0" in seen("digest")


def test_plays_behind_are_those_of_the_overview(seen, play, counted):
    behind = make_play(name="Beta")
    counted(behind, activity=2, last_action_at=NOW)
    counted(play, last_action_at=NOW)

    text = seen("digest")

    assert "Plays behind 1 Beta" in text
    assert "4% of pace" in text


def test_many_plays_behind_are_counted_and_the_worst_are_named(seen, monkeypatch):
    monkeypatch.setattr(digest_view, "MOST_REDS", 2)
    for _ in range(5):
        make_play(activity_goal=100, signal_goal=100, brief_goal=100, s2_goal=100)

    text = seen("digest")

    assert "Plays behind 5" in text
    assert "and 3 more" in text


def test_a_week_that_is_over_reads_as_it_did_then(seen, play):
    act(play, "Activity", 1)
    act(play, "Activity", 0)
    act(play, "Brief", 16, subject_id="B1", title="a late brief")
    act(play, "S2", 0, brief_id="B1", decision="GO")
    sleeper = make_play(name="Beta", activity_goal=4, signal_goal=0, brief_goal=0, s2_goal=0)
    act(sleeper, "Activity", 60)  # in the quarter before
    act(sleeper, "Activity", 0)
    act(sleeper, "Activity", 0)
    newcomer = make_play(name="Gamma", activity_goal=4, signal_goal=0, brief_goal=0, s2_goal=0)
    act(newcomer, "Activity", 0)
    QuarterCount.objects.create(play=sleeper, year=2026, quarter=4, activity=2, last_action_at=NOW)

    then = seen("digest", query="?week=2026-W47")
    now = seen("digest")

    assert "This week is over. Everything is told as of 2026-11-22 (Sun) 23:59" in then
    assert "Activities 20 1 / 20" in then
    assert "Overdue briefs 1" in then
    assert "Plays behind 1 Beta" in then
    assert "Overdue briefs 0" in now
    assert "Beta" not in now


@pytest.mark.parametrize("week", ["2026-W49", "2020-W01", "nonsense", "2026-W48"])
def test_a_week_without_a_record_is_the_one_now(seen, play, week):
    act(play, "Activity", 1)

    assert "2026-W48 (11.23–11.29)" in seen("digest", query=f"?week={week}")


def test_it_costs_the_same_however_much_was_done(client, pm, play, django_assert_num_queries):
    from tests.views.test_screens import CountQueries

    client.force_login(pm)
    for number in range(2):
        act(make_play(), "Brief", 20 + number)
    with CountQueries() as few:
        client.get("/digest/")
    for number in range(40):
        act(make_play(), "Brief", 20 + number)

    with django_assert_num_queries(len(few)):
        client.get("/digest/")


SEVEN, FOURTEEN = timedelta(days=7), timedelta(days=14)
LATELY = Span(start=NOW - SEVEN, end=NOW + SEVEN)


def lead(step, *, play=None, until=NOW):
    return steps_taken(step, LATELY, until=until).lead(LATELY, target=SEVEN, play=play and play.pk)


def test_the_lead_time_runs_from_the_signal_to_its_first_brief(play):
    for name, days in (("S1", 6), ("S2", 9), ("S3", 20)):
        act(play, "Signal", days, subject_id=name)
    act(play, "Brief", 0, signal_id="S1")
    act(play, "Brief", -2, signal_id="S1")
    act(play, "Brief", -1, signal_id="S2")
    act(play, "Brief", 10, signal_id="S3")  # completed before these weeks
    act(play, "Brief", 0)  # names no signal
    act(play, "Brief", 0, signal_id="unheard of")

    told = lead("signal", until=NOW + SEVEN)

    assert (told.count, told.median, told.share) == (2, timedelta(days=8), 0.5)
    assert lead("signal").count == 1  # of what is known now
    assert lead("signal", play=make_play()).count == 0


def test_any_decision_completes_a_brief(play):
    act(play, "Brief", 11, subject_id="B")
    act(play, "S2", 0, brief_id="B", decision="NO_GO")

    assert lead("brief").median == timedelta(days=11)


def test_a_step_told_before_the_one_it_follows_took_no_time(play):
    act(play, "Signal", 1, subject_id="S")
    act(play, "Brief", 2, signal_id="S")

    assert lead("signal").median == timedelta(0)


def test_a_brief_is_overdue_after_its_time_unless_validated(play):
    late, later = act(play, "Brief", 16), act(play, "Brief", 15)
    act(play, "Brief", 14)
    act(play, "Brief", 30, subject_id="B")
    act(play, "S2", 1, brief_id="B", decision="PIVOT")

    def overdue(at=NOW):
        return [(row.action, row.days) for row in overdue_briefs(at, within=FOURTEEN, shown=9).rows]

    assert overdue() == [(late, 2), (later, 1)]
    validated = act(play, "S2", -1, brief_id=late.subject_id, decision="GO")
    assert overdue() == [(late, 2), (later, 1)]  # which knows nothing of what comes after
    assert late not in dict(overdue(validated.occurred_at))


def test_what_waits_is_counted_as_far_as_a_list_can_be_turned(play, monkeypatch):
    monkeypatch.setattr("plays.models.counting.DEEPEST", 2)
    for days in (16, 17, 18):
        act(play, "Brief", days)

    told = overdue_briefs(NOW, within=FOURTEEN, shown=1)

    assert (str(told.count), str(told.more)) == ("2+", "1+")


def test_briefs_of_one_signal_wait_together(play):
    """As in the funnel: what follows one of them follows the opportunity."""
    act(play, "Signal", 40, subject_id="S")
    first = act(play, "Brief", 30, signal_id="S", subject_id="B1")
    act(play, "Brief", 29, signal_id="S", subject_id="B2")

    told = overdue_briefs(NOW, within=FOURTEEN, shown=9)
    assert ([row.action for row in told.rows], told.count) == ([first], 1)

    act(play, "S2", 1, brief_id="B2", decision="GO")
    assert overdue_briefs(NOW, within=FOURTEEN, shown=9).count == 0


@pytest.mark.parametrize(
    ("scores", "is_left"),
    [
        ([], False),
        (["GO"], True),
        (["HOLD"], False),
        (["HOLD", "GO"], True),
        (["GO", "NO_GO"], False),
    ],
)
def test_a_signal_waits_for_a_brief_while_its_newest_score_says_go(play, scores, is_left):
    signal = act(play, "Signal", 10, subject_id="S")
    for number, decision in enumerate(scores):
        act(play, "Scorecard", 9 - number, subject_id="S", decision=decision)

    def waiting():
        told = unbriefed_signals(NOW, within=SEVEN, shown=9)
        assert [row.action for row in told.rows] == [signal] * told.count
        return told.count == 1

    assert waiting() is is_left
    act(play, "Scorecard", -1, subject_id="S", decision="HOLD" if is_left else "GO")
    act(play, "Brief", -1, signal_id="S")
    assert waiting() is is_left  # which knows nothing of what comes after
    act(play, "Brief", 1, signal_id="S")
    assert not waiting()


def test_the_database_counts_an_action_as_the_rule_does(play):
    dice, sums = random.Random(1), dict.fromkeys(COUNTED, 0)
    decisions = ("GO", "PIVOT", "NO_GO", "", None, True)
    kinds = ("Activity", "Signal", "Scorecard", "Brief", "S2", "S3")
    for kind, decision in itertools.product(kinds, decisions):
        action = act(play, kind, dice.uniform(-9, 9), decision=decision)
        counter = counter_of(kind, str(decision or "")) or ""
        assert Action.objects.get(pk=action.pk).counter == counter
        if counter and LATELY.start <= action.occurred_at <= NOW:
            sums[counter] += 1

    assert counts_in([LATELY], until=NOW)[LATELY] == sums
