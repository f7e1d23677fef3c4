"""Every state with every verb: the table says what becomes of the job, and nothing else happens."""

import runpy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plays import confluence
from plays.models import SyncJob
from plays.models.audit import Verb
from plays.models.job import JobState
from plays.rules.planner import Kind
from plays.rules.retry import Remedy
from plays.sync.audit import note
from plays.sync.jobs.due import bring_forward, move
from plays.sync.jobs.enqueue import PendingEdit, enqueue
from plays.sync.jobs.locking import locked
from plays.sync.jobs.outcomes import complete, fail, postpone, record_failure
from plays.sync.jobs.retrying import cancel_jobs, retry_jobs
from plays.sync.jobs.taking import taken_by
from plays.sync.jobs.transitions import RULES, Guard, JobVerb, Seen, change
from tests.factories import NOW, make_job, make_page

pytestmark = pytest.mark.django_db
ERROR = confluence.ServerFault("ill")


def same_edit(job):
    return PendingEdit(kind=Kind(job.kind), key=job.key, play=job.play_id, action=job.action_id)


def only(job):
    return SyncJob.objects.filter(pk=job.pk)


def behind_the_lock(act):
    """A writer's verb, on the page that the job was read on."""

    def do(job):
        page = job.mapping.page
        with locked([page.pk], [job.pk]):
            act(page, job)

    return do


VERBS = {
    JobVerb.ENQUEUE: lambda job: enqueue([same_edit(job)], now=NOW),
    JobVerb.COMPLETE: behind_the_lock(
        lambda page, job: complete([job], page=page.pk, written_to=page, now=NOW)
    ),
    JobVerb.RECORD_FAILURE: behind_the_lock(lambda page, job: record_failure(page, [job], ERROR)),
    JobVerb.POSTPONE: lambda job: postpone(job.mapping.page, [job], ERROR, Remedy.WAIT),
    JobVerb.FAIL: behind_the_lock(lambda page, job: fail(page, [job], ERROR, now=NOW)),
    JobVerb.BRING_FORWARD: lambda _: bring_forward(now=NOW),
    JobVerb.RETRY: lambda job: retry_jobs(only(job), by=None),
    JobVerb.CANCEL: lambda job: cancel_jobs(only(job), by=None, reason="no longer wanted"),
    JobVerb.MOVE: lambda job: move(job.mapping, make_page(), now=NOW),
}


def row(job):
    return only(job).values().get()


def test_each_verb_is_one_of_the_table():
    assert set(VERBS) == set(RULES) == set(JobVerb)


@pytest.mark.parametrize("verb", JobVerb)
@pytest.mark.parametrize("state", JobState)
def test_a_verb_does_what_the_table_says_and_leaves_other_jobs_as_they_are(state, verb):
    job = make_job(state=state, run_after=NOW.replace(year=2030))
    before = row(job)

    VERBS[verb](job)

    if state in RULES[verb].before:
        assert row(job)["state"] == RULES[verb].after
        assert row(job) != before
    else:
        assert row(job) == before
    is_new = RULES[verb].creates and state not in RULES[verb].before
    new = SyncJob.objects.exclude(pk=job.pk)
    assert list(new.values_list("state", flat=True)) == [RULES[verb].after] * is_new


def verbs_with(*guards):
    return [verb for verb, rule in RULES.items() if rule.guard in guards]


@pytest.mark.parametrize("verb", verbs_with(Guard.ON_PAGE, Guard.AS_READ))
def test_a_job_that_has_moved_to_another_page_is_not_changed_by_the_old_ones_try(verb):
    job = make_job()
    job.mapping.page  # noqa: B018 - as the worker read it
    type(job.mapping).objects.filter(pk=job.mapping.pk).update(page=make_page())
    before = row(job)

    VERBS[verb](job)

    assert row(job) == before


@pytest.mark.parametrize("verb", verbs_with(Guard.AS_READ))
def test_a_job_that_was_enqueued_again_since_it_was_read_is_not_completed(verb):
    job = make_job()
    enqueue([same_edit(job)], now=NOW)
    before = row(job)

    VERBS[verb](job)

    assert row(job) == before


def test_what_is_enqueued_again_stays_with_its_act_or_goes_to_the_new_one():
    job, other = make_job(), make_job()
    act, later = (note(Verb.RETRY, by=None, target="x", now=NOW) for _ in range(2))
    for each in (job, other):
        with taken_by(act):
            enqueue([same_edit(each)], now=NOW)

    enqueue([same_edit(job)], now=NOW)  # by an event, say
    with taken_by(later):
        enqueue([same_edit(other)], now=NOW)

    assert (row(job)["act_id"], row(other)["act_id"]) == (act.pk, later.pk)


def test_what_an_act_moves_to_another_page_is_its_own_though_it_was_due_before():
    job = make_job(run_after=NOW)
    act = note(Verb.MAP, by=None, target="x", now=NOW)

    with taken_by(act):
        move(job.mapping, make_page(), now=NOW)

    assert row(job)["act_id"] == act.pk


def test_the_page_that_jobs_leave_is_locked_before_them():
    job = make_job()

    with CaptureQueriesContext(connection) as asked:
        move(job.mapping, make_page(), now=NOW)

    first = next(query["sql"] for query in asked if query["sql"].startswith("SELECT"))
    assert first.startswith('SELECT "plays_page"')


@pytest.mark.parametrize("verb", verbs_with(Guard.ALONE))
@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELED])
def test_a_job_does_not_become_the_second_that_is_pending_for_its_edit(verb, state):
    old = make_job(state=state)
    enqueue([same_edit(old)], now=NOW)
    before = row(old)

    VERBS[verb](old)

    assert row(old) == before
    assert SyncJob.objects.pending().count() == 1


@pytest.mark.parametrize("verb", verbs_with(Guard.ON_PAGE, Guard.AS_READ))
def test_a_guarded_change_without_what_was_seen_is_a_mistake_of_the_caller(verb):
    with pytest.raises(TypeError, match="seen"):
        change(verb, [make_job().pk])


def test_what_a_verb_has_seen_names_the_page_and_the_revision():
    job = make_job()

    assert change(JobVerb.COMPLETE, [job.pk], seen=Seen(job.mapping.page_id, 2)) == 0
    assert change(JobVerb.COMPLETE, [job.pk], seen=Seen(job.mapping.page_id, 1)) == 1


def test_the_documents_diagram_is_current():
    script = runpy.run_path("docs/job_lifecycle.py")

    assert script["DOCUMENT"].read_text(encoding="utf-8") == script["text"](), (
        "run: python docs/job_lifecycle.py"
    )
