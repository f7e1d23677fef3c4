"""A year's work comes to the counters and statuses that a person with a calendar would get."""

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plays.models import Action, Event, Play, QuarterCount, WeeklySync
from plays.models.weekly import WeeklyTrigger
from plays.sync.weekly.recounting import record_results, recount
from tests.factories import make_play

pytestmark = pytest.mark.django_db
SEOUL = ZoneInfo("Asia/Seoul")
YEAR = 2024  # has a leap day
WORK = [
    ("Activity", ""), ("Signal", ""), ("Scorecard", "GO"), ("Brief", ""),
    ("S2", "GO"), ("S2", "PIVOT"), ("S2", "NO_GO"), ("S3", ""),
]  # fmt: skip
BORDERS = [
    "2023-12-31 23:59:59", "2024-01-01 00:00:00", "2024-02-29 12:00:00", "2024-03-31 23:59:59",
    "2024-04-01 00:00:00", "2024-06-30 23:59:59", "2024-07-01 00:00:00", "2024-09-30 23:59:59",
    "2024-10-01 00:00:00", "2024-12-31 23:59:59", "2025-01-01 00:00:00",
]  # fmt: skip
PLAYS = {
    "with goals": {"activity_goal": 20, "signal_goal": 10, "brief_goal": 4, "s2_goal": 2},
    "one goal": {"activity_goal": 0, "signal_goal": 6, "brief_goal": 0, "s2_goal": 0},
    "no goals": {"activity_goal": 0, "signal_goal": 0, "brief_goal": 0, "s2_goal": 0},
    "overridden": {"activity_goal": 50, "override_status": "G", "override_reason": "합의",
                   "override_until": datetime(2024, 6, 30, 15, tzinfo=UTC)},
}  # fmt: skip
_numbers = itertools.count(1)


def kst(text):
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def work(play, action_type, decision, moment):
    """One action, entered without counting anything."""
    number = next(_numbers)
    event = Event.objects.create(
        source="/y", event_id=f"y-{number}", payload="{}", state="accepted", received_at=moment
    )
    return Action.objects.create(
        log_id=f"LOG-2024-{number:05d}",
        event=event,
        play=play,
        action_type=action_type,
        subject_id=str(number),
        title="x",
        occurred_at=moment,
        data={"decision": decision} if decision else {},
    )


def calculate(now):
    """What a run at `now` writes down, by the Play's id."""
    weekly = WeeklySync.objects.create(
        slot=now + timedelta(microseconds=next(_numbers)),
        trigger=WeeklyTrigger.COMMAND,
        started_at=now,
    )
    recount(weekly, now=now)
    record_results(weekly, now=now)
    return {r.play.play_id: r for r in weekly.results.select_related("play")}


# --- The same by hand ----------------------------------------------------------------------------


def quarter_by_hand(moment):
    local = moment.astimezone(SEOUL)
    return f"{local.year}-{(local.month + 2) // 3}"


def counts_by_hand(actions, now):
    here = [a for a in actions if quarter_by_hand(a.occurred_at) == quarter_by_hand(now)]
    names = [(a.action_type, a.data.get("decision", "")) for a in here]
    return {
        "activity": sum(t == "Activity" for t, _ in names),
        "signal": sum(t == "Signal" for t, _ in names),
        "brief": sum(t == "Brief" for t, _ in names),
        "s2": names.count(("S2", "GO")),
        "s3": sum(t == "S3" for t, _ in names),
    }


def status_by_hand(play, counts, actions, now):
    if play.override_status and now < play.override_until:
        return play.override_status
    held = play.quarter_goals.get()
    goals = {name: getattr(held, name) for name in ("activity", "signal", "brief", "s2")}
    goals = {name: goal for name, goal in goals.items() if goal}
    if not goals:
        recounted = [a.occurred_at for a in actions if within_two_quarters(a.occurred_at, now)]
        if not recounted:
            return "R"
        days = (now - max(recounted)) / timedelta(days=1)
        return "G" if days <= 14 else "Y" if days <= 28 else "R"
    share = max(share_by_hand(now), 7 / days_by_hand(now))
    parts = [min(1, counts[name] / (goal * share)) for name, goal in goals.items()]
    mean = round(sum(parts) / len(parts), 9)
    return "G" if mean >= 0.8 else "Y" if mean >= 0.5 else "R"


def within_two_quarters(moment, now):
    """What a run has recounted: this quarter and the one before it."""
    first = first_day(now)
    before = first_day(datetime.combine(first - timedelta(days=1), datetime.min.time(), SEOUL))
    return moment.astimezone(SEOUL).date() >= before


def first_day(moment):
    local = moment.astimezone(SEOUL)
    return date(local.year, (local.month - 1) // 3 * 3 + 1, 1)


def days_by_hand(now):
    first = first_day(now)
    following = date(first.year + (first.month == 10), (first.month + 2) % 12 + 1, 1)
    return (following - first).days


def share_by_hand(now):
    passed = now - datetime.combine(first_day(now), datetime.min.time(), SEOUL)
    return passed / timedelta(days=days_by_hand(now))


# --- A year --------------------------------------------------------------------------------------


@pytest.fixture
def year():
    """Four Plays with a year's work, some of it on the very borders; no counter is kept."""
    dice = random.Random(2024)
    plays = {name: make_play(play_id=name, **values) for name, values in PLAYS.items()}
    done = {name: [] for name in plays}
    for name, play in plays.items():
        moments = [kst(text) for text in BORDERS]
        start = kst("2023-12-15 00:00:00")
        moments += [start + timedelta(seconds=dice.randrange(395 * 86_400)) for _ in range(60)]
        for moment in moments:
            done[name].append(work(play, *dice.choice(WORK), moment))
    return plays, done


@pytest.mark.parametrize("text", [*BORDERS, "2024-05-17 18:00:00", "2024-02-29 18:00:00"])
def test_a_run_at_any_border_reckons_as_a_person_would(year, text):
    plays, done = year
    now = kst(text)
    known = {name: [a for a in actions if a.occurred_at <= now] for name, actions in done.items()}
    later = [a.pk for name in plays for a in done[name] if a.occurred_at > now]
    Action.objects.filter(pk__in=later).delete()

    results = calculate(now)

    for name, play in plays.items():
        counts = counts_by_hand(known[name], now)
        assert {c: getattr(results[name], c) for c in counts} == counts
        assert results[name].status == status_by_hand(play, counts, known[name], now)


@pytest.mark.parametrize(
    ("moment", "ran_at", "counted"),
    [
        ("2024-12-31 23:59:59", "2024-12-31 23:59:59", 1),
        ("2024-12-31 23:59:59", "2025-01-01 00:00:00", 0),
        ("2025-01-01 00:00:00", "2025-01-01 00:00:00", 1),
        ("2024-02-29 23:59:59", "2024-03-31 23:59:59", 1),
        ("2024-02-29 00:00:00", "2024-04-01 00:00:00", 0),
    ],
)
def test_a_second_decides_the_quarter(moment, ran_at, counted):
    play = make_play(play_id="P")
    work(play, "Activity", "", kst(moment))

    assert calculate(kst(ran_at))["P"].activity == counted


def test_recounting_again_changes_nothing(year):
    now = kst("2024-05-17 18:00:00")
    calculate(now)
    before = list(QuarterCount.objects.order_by("pk").values())

    again = calculate(now)

    assert not any(result.was_repaired for result in again.values())
    assert list(QuarterCount.objects.order_by("pk").values()) == before


NEAR_A_BORDER = st.tuples(st.sampled_from(BORDERS), st.integers(-90_000, 90_000)).map(
    lambda pair: kst(pair[0]) + timedelta(seconds=pair[1])
)


@settings(max_examples=25)
@given(
    actions=st.lists(st.tuples(st.sampled_from(WORK), NEAR_A_BORDER), max_size=12),
    wrong=st.integers(0, 9),
    now=NEAR_A_BORDER,
)
def test_whatever_was_counted_before_the_recount_is_right(actions, wrong, now):
    Action.objects.all().delete()
    Play.objects.all().delete()
    play = make_play(play_id="P")
    done = [work(play, *kind, moment) for kind, moment in actions]
    local = now.astimezone(SEOUL)
    QuarterCount.objects.create(
        play=play, year=local.year, quarter=(local.month + 2) // 3, activity=wrong, s2=wrong
    )

    result = calculate(now)["P"]

    counts = counts_by_hand(done, now)
    assert {name: getattr(result, name) for name in counts} == counts
