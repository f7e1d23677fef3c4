"""What is said of many waits: what a share of them did not exceed, and how many by bucket."""

import math

import pytest

from plays.rules.waits import histogram, quantile

WAITS = {1.0: 1, 2.0: 8, 90.0: 1}


@pytest.mark.parametrize(("share", "wait"), [(0, 1), (0.1, 1), (0.11, 2), (0.9, 2), (0.91, 90)])
def test_a_share_of_waits_was_not_longer(share, wait):
    assert quantile(WAITS, share) == wait


def test_of_no_waits_nothing_can_be_said():
    assert quantile({}, 0.5) is None


def test_a_bucket_counts_what_was_not_longer_than_its_end():
    counted = dict(histogram(WAITS))

    assert [counted[end] for end in (1, 2, 60, 120, math.inf)] == [1, 9, 9, 10, 10]
