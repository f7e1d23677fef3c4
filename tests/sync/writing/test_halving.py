"""The edit to blame is found, with as few writes as halving takes, and the others are made."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.confluence import InvalidBody
from plays.sync.writing.halving import Halving

REFUSED = InvalidBody("no")


def search(jobs, bad):
    """Try `jobs` as the writer does: what was accepted, what refused, what left; how many tries."""
    halving, accepted, refused, tries = Halving(), [], [], 0
    part = jobs
    while part:
        tries += 1
        if not bad & {job.pk for job in part}:
            accepted += part
            halving.accepted()
        elif len(part) > 1:
            halving.split(part, REFUSED)
        else:
            refused += part
            halving.refused_alone()
            if halving.blames_page:
                break
        part = halving.next_part()
    return accepted, refused, halving.rest, tries


def jobs_of(count):
    return [SimpleNamespace(pk=number) for number in range(count)]


@given(st.integers(2, 200), st.data())
def test_one_bad_edit_is_found_by_halving_and_every_other_is_made(count, data):
    bad = data.draw(st.integers(0, count - 1))

    accepted, refused, rest, tries = search(jobs_of(count), {bad})

    assert [job.pk for job in refused] == [bad]
    assert sorted(job.pk for job in accepted) == [n for n in range(count) if n != bad]
    assert rest == []
    assert tries <= 2 * (count - 1).bit_length() + 1


@given(st.integers(2, 60), st.sets(st.integers(0, 59)))
def test_no_edit_is_lost_whatever_is_refused(count, bad):
    accepted, refused, rest, _ = search(jobs_of(count), bad)

    assert sorted(job.pk for job in [*accepted, *refused, *rest]) == list(range(count))
    assert {job.pk for job in refused} <= bad


@pytest.mark.parametrize("count", [2, 3, 64])
def test_a_page_that_is_refused_whatever_is_written_is_blamed_itself(count):
    accepted, refused, rest, tries = search(jobs_of(count), set(range(count)))

    assert (len(accepted), len(refused), len(rest)) == (0, 2, count - 2)
    assert tries <= count.bit_length() + 3
