"""A Play's ToDo page is there once, linked once, whatever dies and whoever asks."""

import re
import threading
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from plays.confluence import ConfluenceError, NoAnswer
from plays.models import AuditEntry, PageMapping, PageRequest, Pause, Site, SyncJob
from plays.sandbox import Fault
from plays.storage.read.task_list import read_tasks
from plays.sync.mappings.assign import assign
from plays.sync.site import title_holders
from plays.sync.todo import creating, problems
from plays.sync.todo.creating import create_todo_page
from plays.sync.writing.drain import drain
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
PLAY, TITLE = "EXT_Desk_D01", "EXT_Desk_D01 ToDo List"


@pytest.fixture
def play(world):
    return world.add_play(
        PLAY, next_action="고객 인터뷰 *일정*\n제안서 초안", due_date=date(2026, 11, 30)
    )


def pages(world, title=TITLE, status="current"):
    return [p for p in world.sandbox.store.pages(statuses=(status,)) if p.title == title]


def links(world, page_id):
    """How often each address is linked on a page."""
    found = re.findall(r'href="([^"]+)"', world.sandbox.body(page_id))
    return {address: found.count(address) for address in found}


def mapped(play):
    page = PageMapping.objects.of_play(play, "play_todo").page
    return page and page.page_id


def assert_all_is_there_once(world, play):
    (page,) = pages(world)
    assert mapped(play) == page.id
    for shared in (world.project_todo, world.play_db):
        assert [n for url, n in links(world, shared).items() if page.id in url] == [1]


def test_a_page_is_made_below_project_todo_and_linked_from_both_pages(world, play):
    made = create_todo_page(play)
    drain()

    (page,) = pages(world)
    assert (made.how, made.page.title, page.parent_id) == ("made", TITLE, world.project_todo)
    assert_all_is_there_once(world, play)


def test_the_first_tasks_come_from_the_play(world, play):
    create_todo_page(play)

    tasks = [task.words for task in read_tasks(pages(world)[0].body)]
    assert [(t.text, t.due) for t in tasks[:2]] == [
        ("고객 인터뷰 *일정*", date(2026, 11, 30)),
        ("제안서 초안", None),
    ]
    assert "활동 20건 기록하기" in [t.text for t in tasks]


def test_three_runs_leave_one_page_and_one_link_on_each_page(world, play):
    for _ in range(3):
        create_todo_page(play)
        drain()

    assert_all_is_there_once(world, play)
    assert AuditEntry.objects.filter(verb="create_page").count() == 1


def test_a_page_that_people_rename_is_not_linked_again(world, play):
    create_todo_page(play)
    drain()
    (page,) = pages(world)
    before = [world.sandbox.body(shared) for shared in (world.project_todo, world.play_db)]
    world.sandbox.store.save(page.id, title="세미나 할 일", by="김영희")

    assert create_todo_page(play).page.title == "세미나 할 일"
    drain()

    after = [world.sandbox.body(shared) for shared in (world.project_todo, world.play_db)]
    assert after == before


@pytest.mark.parametrize(
    "link",
    [
        '<a href="{site}/spaces/AX/pages/{id}" data-card-appearance="inline">x</a>',
        '<a href="{site}/pages/viewpage.action?pageId={id}#memo">x</a>',
        '<a href="{site}/spaces/AX/pages/{id}/Old%20title?atlOrigin=abc">x</a>',
        '<ac:link><ri:page ri:content-title="ext_desk_d01 todo list" /></ac:link>',
    ],
)
def test_a_link_that_a_colleague_made_counts_however_it_is_addressed(world, play, settings, link):
    made = world.sandbox.add_page(TITLE, parent_id=world.project_todo)
    mine = link.format(site=settings.CONFLUENCE_URL, id=made)
    for shared in (world.project_todo, world.play_db):
        world.sandbox.edit_with(shared, lambda body: f"{body}<p>{mine}</p>")
    before = world.sandbox.body(world.project_todo)

    create_todo_page(play)
    drain()

    assert world.sandbox.body(world.project_todo) == before
    assert f"{TITLE}</a>" not in world.sandbox.body(world.play_db)


def test_people_see_the_link_under_the_heading_for_it(world, play):
    body = "<h2>Play별 ToDo</h2><ul><li><p>안내</p></li></ul><h2>회의</h2><p>금요일</p>"
    world.sandbox.edit(world.project_todo, body)

    create_todo_page(play)
    drain()

    text = world.sandbox.body(world.project_todo)
    assert text.index("안내") < text.index(TITLE) < text.index("회의")


def test_a_page_that_people_made_is_adopted_and_left_as_it_is(world, play):
    page_id = world.sandbox.add_page(TITLE, "<p>우리 것</p>", parent_id=world.project_todo)

    made = create_todo_page(play)

    assert (made.how, made.elsewhere, mapped(play)) == ("adopted", "", page_id)
    assert world.sandbox.body(page_id) == "<p>우리 것</p>"
    assert world.sandbox.calls.by_method == {"GET": 2}  # the space, and the title in it


def test_a_page_that_lies_elsewhere_is_adopted_and_said_to(world, play):
    corner = world.sandbox.add_page("보관함")
    world.sandbox.add_page(TITLE.upper(), parent_id=corner)

    assert create_todo_page(play).elsewhere == "보관함"


@pytest.mark.parametrize("fault", ["lost_reply", "error_after", "truncated_json"])
def test_a_lost_answer_does_not_make_a_second_page(world, play, fault):
    world.sandbox.faults.script(fault, match="POST /pages")

    made = create_todo_page(play)
    drain()

    assert made.how == "made"
    assert_all_is_there_once(world, play)


@pytest.mark.parametrize("fault", ["lost_reply", "error_before", "reset", "unavailable"])
def test_what_went_wrong_is_made_good_by_the_next_call(world, play, monkeypatch, fault):
    """Neither the page nor the look for it after that is answered."""
    world.sandbox.faults.script(fault, match="POST /pages")
    real = creating.pages.make

    def in_the_dark(*args, **kwargs):
        world.sandbox.faults.script("bad_gateway", match="GET /pages")
        return real(*args, **kwargs)

    monkeypatch.setattr(creating.pages, "make", in_the_dark)
    with pytest.raises(ConfluenceError):
        create_todo_page(play)
    assert mapped(play) is None
    world.sandbox.faults.clear()

    create_todo_page(play)
    drain()

    assert_all_is_there_once(world, play)


class Killed(BaseException):
    """The process is gone: nothing catches it."""


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    "step", ["_by_title", "_new", "_elsewhere", "_remember", "assign", "enqueue"]
)
def test_killed_between_any_two_steps_the_next_call_finishes(world, play, monkeypatch, step, after):
    real = getattr(creating, step)

    def dying(*args, **kwargs):
        if after:
            real(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(creating, step, dying)
        with pytest.raises(Killed):
            create_todo_page(play)

    create_todo_page(play)
    drain()

    assert_all_is_there_once(world, play)
    assert AuditEntry.objects.filter(verb="create_page").count() == 1


def test_two_people_at_once_make_one_page(world, play):
    """Both have seen that there is no page when the first of them makes it."""
    both_looked = threading.Barrier(2, timeout=20)
    results, troubles = [], []

    def press():
        try:
            results.append(create_todo_page(play).how)
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            troubles.append(error)
        finally:
            connection.close()

    real = creating._new

    def together(*args):
        both_looked.wait()
        return real(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(creating, "_new", together)
        people = [threading.Thread(target=press) for _ in range(2)]
        for person in people:
            person.start()
        for person in people:
            person.join()
    drain()

    assert not troubles
    assert len(results) == 2
    assert_all_is_there_once(world, play)


# --- What cannot be done -------------------------------------------------------------------------


def test_an_archived_or_trashed_page_with_the_title_is_named(world, play):
    page_id = world.sandbox.add_page(TITLE)

    world.sandbox.set_status(page_id, "archived")
    with pytest.raises(title_holders.TitleArchived, match=page_id):
        create_todo_page(play)

    world.sandbox.set_status(page_id, "trashed")
    with pytest.raises(title_holders.TitleTrashed, match="ToDo List"):
        create_todo_page(play)

    world.sandbox.set_status(page_id, "current")
    assert create_todo_page(play).how == "adopted"


def test_a_title_that_is_taken_by_a_hidden_page_is_said(world, play):
    page_id = world.sandbox.add_page(TITLE)
    world.sandbox.restrict(page_id, view=True)

    with pytest.raises(title_holders.TitleHidden):
        create_todo_page(play)


def test_without_a_parent_nothing_is_made(world, play):
    assign(PageMapping.objects.shared("project_todo"), "")

    with pytest.raises(problems.ParentNotMapped):
        create_todo_page(play)

    assert not pages(world)


@pytest.mark.parametrize("status", ["trashed", "archived"])
def test_a_parent_that_people_no_longer_see_is_said(world, play, status):
    world.sandbox.set_status(world.project_todo, status)

    with pytest.raises(problems.ParentGone, match=status):
        create_todo_page(play)


def test_a_parent_that_never_was_is_said(world, play):
    assign(PageMapping.objects.shared("project_todo"), "999999")

    with pytest.raises(problems.ParentGone, match="999999"):
        create_todo_page(play)


def test_a_parent_in_another_space_is_said(world, play):
    store = world.sandbox.store
    space = store.add_space("BX")
    assign(PageMapping.objects.shared("project_todo"), space.homepage_id)

    with pytest.raises(problems.ParentElsewhere, match="AX"):
        create_todo_page(play)


def test_a_parent_below_which_we_may_not_write_is_said(world, play, monkeypatch):
    """Confluence answers a missing right as if the parent was not there."""
    real = creating._parent

    def seen_for_the_last_time(client):
        parent = real(client)
        world.sandbox.set_status(world.project_todo, "trashed")
        return parent

    monkeypatch.setattr(creating, "_parent", seen_for_the_last_time)

    with pytest.raises(problems.MayNotCreate, match=world.project_todo):
        create_todo_page(play)


def test_what_an_admin_mapped_meanwhile_stays(world, play, monkeypatch):
    real = creating._remember

    def late(*args, **kwargs):
        assign(PageMapping.objects.of_play(play, "play_todo"), "4711")
        return real(*args, **kwargs)

    monkeypatch.setattr(creating, "_remember", late)

    with pytest.raises(problems.MappedMeanwhile):
        create_todo_page(play)

    assert mapped(play) == "4711"


def test_a_mapped_page_that_is_gone_is_not_made_again_behind_its_back(world, play):
    create_todo_page(play)
    world.sandbox.set_status(mapped(play), "trashed")

    with pytest.raises(problems.MappedPageGone, match="trashed"):
        create_todo_page(play)


def test_a_persons_pause_holds(world, play):
    Pause.objects.create(scope="play", play=play, reason="감사 중", at=NOW)

    with pytest.raises(problems.HeldByPerson, match="감사 중"):
        create_todo_page(play)


def test_refused_credentials_stop_the_site_for_everybody(world, play):
    world.sandbox.revoke_token()

    with pytest.raises(ConfluenceError):
        create_todo_page(play)

    assert Site.current().stopped_at is not None
    with pytest.raises(problems.SiteClosed):
        create_todo_page(play)


def test_a_busy_site_is_left_alone(world, play):
    world.sandbox.faults.script("rate_limited", match="/pages")

    with pytest.raises(ConfluenceError):
        create_todo_page(play)

    assert Site.current().paused_until is not None


def test_a_silent_site_is_said_to_be_silent(world, play):
    world.settings.CONFLUENCE_TIMEOUT = 0.3
    world.sandbox.faults.script(Fault("hang", seconds=1.0), match="/pages")

    with pytest.raises(NoAnswer):
        create_todo_page(play)


# --- On the command line -------------------------------------------------------------------------


def told(capsys, *args):
    call_command("create_todo_page", *args)
    return capsys.readouterr().out


def test_the_command_writes_the_links_itself(world, play, capsys):
    out = told(capsys, PLAY)

    assert re.search(rf"{TITLE}: made · http\S+/pages/\d+", out)
    assert out.count(": there") == 2
    assert_all_is_there_once(world, play)
    assert "is mapped already" in told(capsys, PLAY)
    assert_all_is_there_once(world, play)


def test_the_content_is_markdown_and_its_boxes_are_tasks(world, play, capsys, tmp_path):
    file = tmp_path / "todo.md"
    file.write_text("\ufeff# 할 일\n- [ ] 하나\n- [x] 둘\n- 그냥\n", encoding="utf-8")

    told(capsys, PLAY, "--content", str(file))

    (page,) = pages(world)
    assert [(t.words.text, t.is_done) for t in read_tasks(page.body)] == [
        ("하나", False),
        ("둘", True),
    ]
    assert world.sandbox.store.tasks.all()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["NO_SUCH"], "no Play is called NO_SUCH"),
        ([PLAY, "--content", "/nowhere.md"], "/nowhere.md cannot be read"),
    ],
)
def test_the_command_refuses_with_a_sentence(world, play, args, said):
    with pytest.raises(CommandError, match=said):
        call_command("create_todo_page", *args)
    assert not pages(world)


def test_the_command_speaks_of_a_problem_and_what_to_do(world, play):
    world.sandbox.set_status(world.project_todo, "trashed")

    with pytest.raises(CommandError, match=r"trashed.*Restore it in Confluence"):
        call_command("create_todo_page", PLAY)


def test_a_link_that_needs_a_person_is_an_exit_code(world, play, capsys):
    world.sandbox.set_status(world.play_db, "archived")

    with pytest.raises(SystemExit) as ended:
        call_command("create_todo_page", PLAY)

    assert ended.value.code == 1
    assert "link on play_db: failed" in capsys.readouterr().out
    assert SyncJob.objects.get(kind="project_link").state == "synced"


def test_a_link_waits_for_a_page_that_is_not_mapped(world, play, capsys):
    assign(PageMapping.objects.shared("play_db"), "")

    out = told(capsys, PLAY)

    assert "link on play_db: waits until the page is mapped" in out
    assign(PageMapping.objects.shared("play_db"), world.play_db)
    drain()
    assert_all_is_there_once(world, play)
    assert not PageRequest.objects.exists()
