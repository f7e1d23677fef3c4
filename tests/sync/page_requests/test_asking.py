"""ToDo pages for every Play without one: asked for at once, made one by one, each once."""

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from plays import tasks
from plays.models import AuditEntry, PageMapping, PageRequest, Pause, Play, Site
from plays.sync.mappings.assign import assign
from plays.sync.page_requests.asking import (
    handle_request,
    request_pages,
    wake_due_requests,
    without_page,
)
from plays.sync.todo import creating
from plays.sync.writing.drain import drain
from tests.factories import make_play

pytestmark = pytest.mark.django_db(transaction=True)


def work_off(name):
    """Do what is in the queue for a task, as a worker would; returns what came of each."""
    done = []
    for waiting in OrmQ.objects.order_by("pk"):
        job = waiting.task
        if job["func"] == f"plays.tasks.{name}":
            waiting.delete()
            done.append(getattr(tasks, name)(*job["args"]))
    return done


def make_due():
    PageRequest.objects.update(run_after=timezone.now())


def titles(world):
    found = [p.title for p in world.sandbox.store.pages() if p.title.endswith("ToDo List")]
    return sorted(found)


@pytest.fixture
def plays(world):
    return [make_play(play_id=f"EXT_Desk_D{n:02d}") for n in range(1, 44)]


def test_all_43_plays_get_one_page_each_and_one_link_on_each_page(world, plays, staff):
    request_pages(without_page(), by=staff, reason="스프린트 시작")
    request_pages(without_page(), by=staff)  # pressed again while the first is under way

    how = work_off("make_page")
    drain()

    assert (len(how), how.count("made")) == (86, 43)
    assert titles(world) == [f"{play.play_id} ToDo List" for play in plays]
    for page in (world.project_todo, world.play_db):
        body = world.sandbox.body(page)
        assert all(body.count(f">{play.play_id} ToDo List</a>") == 1 for play in plays)
    assert not without_page()
    assert not PageRequest.objects.exists()
    entries = AuditEntry.objects.filter(verb="create_page", by=staff)
    assert entries.values("play").distinct().count() == entries.count() == 43


def test_43_links_cost_each_page_one_read_and_one_write(world, plays):
    request_pages(plays, by=None)
    work_off("make_page")
    world.sandbox.reset_calls()

    drain()

    assert world.sandbox.calls.by_method == {"GET": 2, "PUT": 2}


def test_an_inactive_play_and_one_with_a_page_are_not_asked_for(world, plays):
    Play.objects.filter(pk=plays[0].pk).update(is_active=False)
    assign(PageMapping.objects.of_play(plays[1], "play_todo"), "4711")

    assert set(without_page()) == set(plays[2:])


def test_a_request_whose_task_was_lost_is_rung_for_again(world, plays):
    request_pages(plays[:1], by=None)
    OrmQ.objects.all().delete()

    assert wake_due_requests() == 1
    assert work_off("make_page") == ["made"]


def test_a_worker_that_dies_leaves_the_request_to_another(world, plays, monkeypatch):
    class Killed(BaseException):
        pass

    def dying(*_, **__):
        raise Killed

    request_pages(plays[:1], by=None)
    request = PageRequest.objects.get()
    with monkeypatch.context() as patch:
        patch.setattr(creating, "_remember", dying)
        with pytest.raises(Killed):
            handle_request(request.pk)

    assert handle_request(request.pk) is None  # another worker's turn is not over
    make_due()
    made = handle_request(request.pk)

    assert made.how == "adopted"
    assert titles(world) == ["EXT_Desk_D01 ToDo List"]


def test_what_needs_a_person_is_kept_with_its_reason(world, plays, staff):
    page_id = world.sandbox.add_page("EXT_Desk_D01 ToDo List")
    world.sandbox.set_status(page_id, "archived")
    request_pages(plays[:2], by=staff)

    assert work_off("make_page") == ["", "made"]

    (left,) = PageRequest.objects.all()
    assert (left.play, left.error) == (plays[0], "TitleArchived")
    assert left.given_up_at is not None
    assert page_id in left.message
    make_due()
    assert wake_due_requests() == 0

    world.sandbox.set_status(page_id, "current")
    request_pages(plays[:1], by=staff)
    assert work_off("make_page") == ["adopted"]


@pytest.mark.parametrize("fault", ["error_before", "unavailable", "not_found_named", "timeout"])
def test_what_heals_is_tried_again_by_itself(world, plays, fault):
    request_pages(plays[:1], by=None)
    world.sandbox.faults.script(fault, match=f"GET /pages/{world.project_todo}", times=9)

    assert work_off("make_page") == [""]
    world.sandbox.faults.clear()
    left = PageRequest.objects.get()
    assert (left.failures, left.given_up_at) == (1, None)
    assert left.run_after > timezone.now()

    make_due()
    wake_due_requests()
    assert work_off("make_page") == ["made"]


def test_a_busy_site_holds_all_of_them_and_counts_no_failure(world, plays):
    world.sandbox.faults.script("rate_limited", match="/pages")
    request_pages(plays[:3], by=None)

    assert work_off("make_page") == ["", "", ""]

    assert set(PageRequest.objects.values_list("failures", "given_up_at")) == {(0, None)}
    make_due()
    assert wake_due_requests() == 0
    Site.objects.update(paused_until=None)
    assert wake_due_requests() == 3


def test_a_persons_pause_holds_a_request(world, plays):
    request_pages(plays[:1], by=None)
    pause = Pause.objects.create(scope="all", reason="이전 작업", at=timezone.now())

    assert work_off("make_page") == [""]
    assert PageRequest.objects.get().error == "HeldByPerson"

    pause.ended_at = timezone.now()
    pause.save()
    make_due()
    wake_due_requests()
    assert work_off("make_page") == ["made"]
