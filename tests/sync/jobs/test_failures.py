"""Failed jobs by their cause: one error of one step on one page is one thing."""

import pytest

from plays.models import SyncJob
from plays.rules.planner import Part
from plays.sync.jobs.failures import causes
from tests.factories import NOW, make_job, make_mapping

pytestmark = pytest.mark.django_db


def failed(**changes):
    return make_job(**{"state": "failed", "settled_at": NOW, "last_error": "Refused"} | changes)


def test_one_error_of_one_step_on_one_page_is_one_cause_and_the_most_come_first():
    alone = failed(last_error="TooLarge", last_message="big")
    log = {"kind": "log_row", "mapping": make_mapping(Part.ACTION_LOG, page=alone.mapping.page)}
    failed(**log, last_message="old")
    newest = failed(**log, last_message="new")
    make_job(**log)

    most, other = causes(SyncJob.objects.all())

    assert (most.jobs, most.plays, most.newest, most.words) == (2, 2, newest.pk, "new")
    assert (most.first, most.last, most.page) == (NOW, NOW, alone.mapping.page)
    assert most.search == f"error:Refused page:{alone.mapping.page.page_id} kind:log_row"
    assert (other.jobs, other.words, other.mapping) == (1, "big", alone.mapping)
    assert causes(SyncJob.objects.all(), 1) == [most]


def test_where_no_page_is_mapped_the_part_is_named():
    failed(kind="log_row", mapping=make_mapping(Part.ACTION_LOG), last_error="")

    (cause,) = causes(SyncJob.objects.all())

    assert (cause.page, cause.search) == (None, "part:action_log kind:log_row")
