"""A recount says what a running count says, in whatever order the work was done."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.planner import EDITS_OF, counter_of
from plays.rules.recount import ActionGroup, tally
from plays.rules.status import Counts

START = datetime(2026, 1, 1, tzinfo=UTC)
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(sorted(EDITS_OF)),
        st.sampled_from(["", "GO", "PIVOT", "HOLD", "NO_GO"]),
        st.integers(0, 366 * 24),
    ),
    max_size=60,
)


def grouped(actions):
    """As the database groups them."""
    newest: dict[str, datetime] = {}
    counts: Counter[str] = Counter()
    for action_type, decision, hours in actions:
        name, moment = counter_of(action_type, decision) or "", START + timedelta(hours=hours)
        counts[name] += 1
        newest[name] = max(newest.get(name, moment), moment)
    return [
        ActionGroup(counter=counter, count=n, newest=newest[counter])
        for counter, n in counts.items()
    ]


def test_nothing_done_is_nothing_counted():
    assert tally([]).counts == Counts()
    assert tally([]).last_action_at is None


@pytest.mark.parametrize(
    ("action_type", "decision", "counts"),
    [
        ("Activity", "", Counts(activity=1)),
        ("Signal", "", Counts(signal=1)),
        ("Brief", "", Counts(brief=1)),
        ("S2", "GO", Counts(s2=1)),
        ("S2", "PIVOT", Counts()),
        ("S2", "NO_GO", Counts()),
        ("S3", "", Counts(s3=1)),
        ("Scorecard", "GO", Counts()),
    ],
)
def test_each_action_counts_for_what_it_is(action_type, decision, counts):
    result = tally(grouped([(action_type, decision, 5)]))

    assert result.counts == counts
    assert result.last_action_at == START + timedelta(hours=5)


@given(ACTIONS)
def test_the_sum_is_that_of_the_actions_one_by_one(actions):
    result = tally(grouped(actions))

    assert result.counts == Counts(
        activity=sum(t == "Activity" for t, _, _ in actions),
        signal=sum(t == "Signal" for t, _, _ in actions),
        brief=sum(t == "Brief" for t, _, _ in actions),
        s2=sum(t == "S2" and d == "GO" for t, d, _ in actions),
        s3=sum(t == "S3" for t, _, _ in actions),
    )
    hours = [hours for _, _, hours in actions]
    assert result.last_action_at == (START + timedelta(hours=max(hours)) if hours else None)
