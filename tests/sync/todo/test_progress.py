"""What a ToDo page says is read back whole, and never half."""

from datetime import date

import pytest
from django_q.models import OrmQ

from plays import tasks
from plays.models import Page, PageMapping, Site, TodoTask
from plays.sandbox.content.entities import account_id
from plays.sync.mappings.assign import assign
from plays.sync.todo.creating import create_todo_page
from plays.sync.todo.problems import SiteClosed
from plays.sync.todo.progress import read_todo_page, wake_for_readings
from plays.sync.writing.drain import drain

pytestmark = pytest.mark.django_db(transaction=True)
PLAY = "EXT_Desk_D01"
KIM = account_id("김철수")


def task(number, text, *, done=False):
    status = "complete" if done else "incomplete"
    return (
        f"<ac:task><ac:task-id>{number}</ac:task-id><ac:task-status>{status}</ac:task-status>"
        f"<ac:task-body>{text}</ac:task-body></ac:task>"
    )


MENTION = f'<ac:link><ri:user ri:account-id="{KIM}" /></ac:link>'
BODY = (
    "<ac:task-list>"
    + task(1, "주제 확정", done=True)
    + task(2, f'{MENTION} 인터뷰 <time datetime="2026-11-30" />')
    + task(3, "제안서")
    + task(4, '<span class="placeholder-inline-tasks"> </span>')
    + "</ac:task-list>"
)
KNOWN = [
    ("주제 확정", True, "", None),
    ("인터뷰", False, "김철수", date(2026, 11, 30)),
    ("제안서", False, "", None),
]


@pytest.fixture
def play(world):
    play = world.add_play(PLAY)
    world.todo = world.sandbox.add_page(f"{PLAY} ToDo List", BODY, by="김철수")
    assign(PageMapping.objects.of_play(play, "play_todo"), world.todo)
    return play


def kept(play):
    return list(
        TodoTask.objects.filter(play=play).values_list("text", "is_done", "assignee", "due_on")
    )


def test_tasks_are_kept_with_assignee_and_due_date(world, play):
    reading = read_todo_page(play)

    assert (reading.done, reading.total, reading.error) == (1, 3, "")
    assert kept(play) == KNOWN


def test_tasks_without_plain_text_count_and_can_be_read(world, play):
    jira = (
        '<ac:structured-macro ac:name="jira"><ac:parameter ac:name="key">AX-102</ac:parameter>'
        "</ac:structured-macro>"
    )
    panel = (
        '<ac:structured-macro ac:name="info"><ac:rich-text-body><p>패널 안</p></ac:rich-text-body>'
        "</ac:structured-macro>"
    )
    file = '<ac:link><ri:attachment ri:filename="보고서.pdf" /></ac:link>'
    chart = '<ac:structured-macro ac:name="chart" />'
    texts = ["글로 쓴 일", jira, MENTION, file, panel, chart, f"{MENTION} {MENTION} 함께"]
    tasks = "".join(task(n, text, done=n == 1) for n, text in enumerate(texts, 1))
    world.sandbox.edit(
        world.todo, f"<ac:task-list>{tasks}{task(9, '<span> </span>')}</ac:task-list>"
    )

    reading = read_todo_page(play)

    assert (reading.done, reading.total) == (1, 7)
    said = ["글로 쓴 일", "AX-102", "김철수", "보고서.pdf", "패널 안", "[chart]", "김철수 함께"]
    assert [text for text, *_rest in kept(play)] == said


def test_a_page_that_was_seen_before_costs_one_call(world, play, deployment):
    read_todo_page(play)
    world.sandbox.reset_calls()

    read_todo_page(play)

    asked = {"cloud": "tasks", "datacenter": world.todo}[deployment]
    assert [call.path.rpartition("/")[2] for call in world.sandbox.calls] == [asked]
    assert kept(play) == KNOWN  # the name is known from the last time


@pytest.mark.parametrize(
    "fault", ["error_before", "unavailable", "login_page", "truncated_json", "not_found_flap"]
)
def test_where_the_tasks_api_fails_the_page_itself_tells(world, play, fault):
    world.sandbox.faults.script(fault, match="/tasks")

    reading = read_todo_page(play)

    assert (reading.done, reading.total, reading.error) == (1, 3, "")
    assert kept(play) == KNOWN
    assert Site.current().is_open(reading.read_at)


def test_what_people_tick_in_the_browser_is_seen(world, play):
    read_todo_page(play)
    world.sandbox.edit_with(
        world.todo, lambda body: body.replace("incomplete", "complete", 1), by="이영희"
    )

    assert read_todo_page(play).done == 2


def test_a_page_without_tasks_has_none_to_do(world, play):
    world.sandbox.edit(world.todo, "<p>끝</p>")

    reading = read_todo_page(play)

    assert (reading.done, reading.total, reading.error) == (0, 0, "")


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (lambda world: world.sandbox.set_status(world.todo, "trashed"), "PageNotCurrent"),
        (lambda world: world.sandbox.restrict(world.todo, view=True), "PageNotFound"),
        (lambda world: world.sandbox.revoke_token(), "CredentialsRejected"),
        (lambda world: world.sandbox.faults.script("rate_limited"), "RateLimited"),
        (lambda world: world.sandbox.faults.script("unavailable", times=2), "ServerFault"),
    ],
)
def test_a_page_that_cannot_be_read_keeps_its_last_numbers(world, play, trouble, error):
    before = read_todo_page(play)
    trouble(world)

    reading = read_todo_page(play)

    assert reading.error == error
    assert reading.message
    assert (reading.done, reading.total, reading.read_at) == (1, 3, before.read_at)
    assert kept(play) == KNOWN


def test_trouble_is_over_once_the_page_can_be_read(world, play):
    world.sandbox.set_status(world.todo, "trashed")
    assert read_todo_page(play).error == "PageNotCurrent"
    world.sandbox.set_status(world.todo, "current")

    reading = read_todo_page(play)

    assert (reading.error, reading.message, reading.total) == ("", "", 3)


def test_a_closed_site_is_not_asked(world, play):
    world.sandbox.revoke_token()
    read_todo_page(play)
    world.sandbox.reset_calls()

    with pytest.raises(SiteClosed):
        read_todo_page(play)

    assert wake_for_readings() == 0
    assert tasks.read_todo_page(play.pk) == "SiteClosed"
    assert not list(world.sandbox.calls)


def test_a_data_center_has_no_tasks_api_and_the_page_tells(world, play):
    world.settings.CONFLUENCE_DEPLOYMENT = "datacenter"

    assert read_todo_page(play).total == 3


def test_the_schedule_rings_once_for_each_active_play_with_a_page(world, play):
    world.add_play("EXT_Desk_D02")
    idle = world.add_play("EXT_Desk_D03", is_active=False)
    assign(PageMapping.objects.of_play(idle, "play_todo"), "4711")
    OrmQ.objects.all().delete()

    assert tasks.read_todo_pages() == 1

    (rung,) = [waiting.task for waiting in OrmQ.objects.all()]
    assert (rung["func"], rung["args"]) == ("plays.tasks.read_todo_page", (play.pk,))
    assert tasks.read_todo_page(play.pk) == ""


def test_a_play_that_is_gone_or_has_no_page_is_no_error(world, play):
    assign(PageMapping.objects.of_play(play, "play_todo"), "")

    assert tasks.read_todo_page(play.pk) == ""
    assert tasks.read_todo_page(0) == ""


def test_a_new_page_is_read_at_once(world):
    play = world.add_play("EXT_Desk_D02", next_action="인터뷰")
    create_todo_page(play)
    drain()

    reading = read_todo_page(play)

    assert (reading.done, reading.total) == (0, 5)
    assert Page.objects.get(mappings__play=play, mappings__part="play_todo").state == "ok"
