"""ToDo pages on the screens: what is done, what is late, what is missing, and three buttons."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_q.models import OrmQ

from plays.models import AuditEntry, PageMapping, PageRequest, Site, TodoReading, TodoTask
from plays.rules.planner import Part
from tests.factories import NOW, make_mapping, make_page, make_play
from tests.views.flat import flat
from tests.world import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
TODAY = NOW.date()


def make_todo(play=None, *, tasks=(), **reading):
    """A Play whose ToDo page says `tasks`: (text, done, days until it is due or None)."""
    play = play or make_play()
    make_mapping(Part.PLAY_TODO, play=play, page=make_page(title=f"{play.play_id} ToDo List"))
    for position, (text, is_done, days) in enumerate(tasks, 1):
        due_on = None if days is None else TODAY + timedelta(days=days)
        TodoTask.objects.create(
            play=play, position=position, text=text, is_done=is_done, due_on=due_on
        )
    figures = {"total": len(tasks), "done": sum(done for _, done, _ in tasks)}
    TodoReading.objects.create(play=play, **{"read_at": NOW, **figures, **reading})
    return play


@pytest.fixture
def as_admin(client, admin_user):
    client.force_login(admin_user)
    return client


@pytest.fixture
def as_staff(client, staff):
    client.force_login(staff)
    return client


def press(client, name, *args, **data):
    response = client.post(
        reverse(f"plays:{name}", args=args), data, follow=True, headers={"Accept-Language": "en"}
    )
    assert response.status_code == 200
    return response.text


# --- What is shown -------------------------------------------------------------------------------


def test_a_plays_page_shows_what_is_open_with_who_and_until_when(seen):
    play = make_todo(tasks=[("주제 확정", True, -9), ("인터뷰", False, -3), ("제안서", False, 4)])
    TodoTask.objects.filter(text="인터뷰").update(assignee="김철수", assignee_id="712020:kim")

    text = seen("play", play.play_id)

    assert "1 / 3 · 33%" in text
    assert "Open tasks 2" in text
    assert "인터뷰 김철수 · 2026-11-20 (Fri) overdue" in text
    assert "제안서 2026-11-27 (Fri) " in text
    assert "제안서 2026-11-27 (Fri) overdue" not in text
    assert "주제 확정" not in text


def test_a_reading_that_failed_says_so_beside_the_last_numbers(seen):
    play = make_todo(
        tasks=[("제안서", False, None)], error="PageNotCurrent", message="“ToDo” is trashed"
    )

    text = seen("play", play.play_id)

    assert "could not be read" in text
    assert "Restore the page in Confluence" in text
    assert "“ToDo” is in the trash" in text
    assert "0 / 1" in text


def test_why_a_page_could_not_be_read_is_told_in_the_readers_language(client, pm):
    client.force_login(pm)
    words = "the page is not current · HTTP 200 · “ToDo” is trashed"
    play = make_todo(error="PageNotCurrent", message=words)

    text = client.get(play.get_absolute_url()).text

    assert "the page is not current" not in text
    assert "“ToDo” 페이지의 상태: 휴지통" in text


def test_numbers_of_a_page_that_is_mapped_no_more_are_not_shown(seen):
    play = make_todo(tasks=[("제안서", False, -3)])
    PageMapping.objects.filter(play=play, part="play_todo").update(page=None)

    assert "제안서" not in seen("play", play.play_id)
    assert "Overdue tasks 0 in 0 Plays" in seen("todo")


def test_the_sprint_adds_up_all_active_plays(seen):
    make_todo(tasks=[("a", True, None), ("b", False, -1), ("c", False, -2)])
    make_todo(tasks=[("d", True, -1), ("e", False, 0)])
    make_todo(make_play(is_active=False), tasks=[("f", False, -1)])
    make_play()

    text = seen("todo")

    assert "Tasks done 2 / 5 40%" in text
    assert "Overdue tasks 2 in 1 Play" in text
    assert "Plays without a page 1 / 3" in text


@pytest.mark.parametrize(
    ("show", "names"),
    [
        ("", {"late", "fine", "bare", "sick"}),
        ("overdue", {"late"}),
        ("unmapped", {"bare"}),
        ("problem", {"sick"}),
        ("nonsense", {"late", "fine", "bare", "sick"}),
    ],
)
def test_tabs_narrow_the_list(seen, show, names):
    make_todo(make_play(name="late"), tasks=[("a", False, -1)])
    make_todo(make_play(name="fine"), tasks=[("a", False, 0)])
    make_todo(make_play(name="sick"), error="PageNotFound", message="No page with id 7")
    make_play(name="bare")

    text = seen("todo", query=f"?show={show}")

    assert {name for name in ("late", "fine", "bare", "sick") if name in text} == names


def test_many_plays_cost_as_many_queries_as_one(client, pm):
    client.force_login(pm)
    make_todo(tasks=[("a", False, -1)])
    address = reverse("plays:todo")
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(30):
        make_todo(tasks=[("a", False, -1), ("b", True, None)])
    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(many) == len(few)


def test_text_from_confluence_is_text(client, pm):
    play = make_todo(tasks=[("<script>alert(1)</script>", False, None)])
    client.force_login(pm)

    html = client.get(play.get_absolute_url()).text

    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_the_list_looks_again_only_while_pages_are_being_made(client, pm):
    client.force_login(pm)
    play = make_play()
    listed = client.get(reverse("plays:todo")).text.partition("todo-list")[2]
    assert "hx-trigger" not in listed.partition("</main>")[0]

    PageRequest.objects.create(play=play, asked_at=NOW, run_after=NOW)

    part = client.get(reverse("plays:todo"), headers={"HX-Request": "true"}).text
    assert 'hx-trigger="every 3s"' in part
    assert "<html" not in part


def test_buttons_are_shown_to_those_who_may_press_them(client, pm, staff, admin_user):
    play = make_play()
    buttons = {}
    for person in (pm, staff, admin_user):
        client.force_login(person)
        html = client.get(reverse("plays:todo")).text + client.get(play.get_absolute_url()).text
        buttons[person.username] = (
            html.count("/create/") + html.count("/missing/"),
            html.count(reverse("plays:todo_read_all")),
        )

    assert buttons == {"pm": (0, 0), "staff": (0, 1), "admin": (3, 1)}


# --- What is done --------------------------------------------------------------------------------


@pytest.fixture
def world(confluence_settings, sandbox):
    return make_world(sandbox)


def test_one_press_makes_the_page_and_says_so(as_admin, world, admin_user):
    play = make_play(play_id="EXT_Desk_D01")

    text = press(as_admin, "todo_create", play.play_id, reason="스프린트 3")

    assert "The ToDo page has been made." in text
    assert PageMapping.objects.get(play=play, part="play_todo").page.title.endswith("ToDo List")
    entry = AuditEntry.objects.get(verb="create_page")
    assert (entry.by, entry.play, entry.reason) == (admin_user, play, "스프린트 3")
    assert "mapped already" in press(as_admin, "todo_create", play.play_id)


def test_a_page_that_was_there_is_said_to_be_and_where(as_admin, world, sandbox):
    play = make_play(play_id="EXT_Desk_D01")
    corner = sandbox.add_page("보관함")
    sandbox.add_page("EXT_Desk_D01 ToDo List", parent_id=corner)

    text = press(as_admin, "todo_create", play.play_id)

    assert "it is the ToDo page now" in text
    assert "does not lie below Project TODO, but: 보관함" in text


def test_what_stands_in_the_way_stays_on_the_screen_until_it_is_gone(as_admin, world, sandbox):
    play = make_play(play_id="EXT_Desk_D01")
    page_id = sandbox.add_page("EXT_Desk_D01 ToDo List")
    sandbox.set_status(page_id, "trashed")

    said = press(as_admin, "todo_create", play.play_id)
    later = as_admin.get(play.get_absolute_url(), headers={"Accept-Language": "en"}).text

    for text in (said, later):
        assert "is in the trash" in text
        assert "delete it from the trash for good" in text
    sandbox.set_status(page_id, "current")
    assert "it is the ToDo page now" in press(as_admin, "todo_create", play.play_id)


def test_a_site_that_is_closed_makes_the_page_later(as_admin, world):
    play = make_play()
    Site.objects.update_or_create(pk=1, defaults={"paused_until": NOW + timedelta(minutes=4)})

    text = press(as_admin, "todo_create", play.play_id)

    assert "It is tried again by itself." in text
    assert PageRequest.objects.get().run_after > NOW


def test_without_confluence_the_reason_is_said(as_admin):
    text = press(as_admin, "todo_create", make_play().play_id)

    assert "Set CONFLUENCE_URL, CONFLUENCE_API_TOKEN and CONFLUENCE_SPACE_KEY." in text


def test_a_page_is_read_on_demand(as_staff, world, sandbox):
    play = make_play(play_id="EXT_Desk_D01")
    body = "<ac:task-list><ac:task><ac:task-body>제안서</ac:task-body></ac:task></ac:task-list>"
    page = make_page(page_id=sandbox.add_page("EXT_Desk_D01 ToDo List", body))
    make_mapping(Part.PLAY_TODO, play=play, page=page)

    text = press(as_staff, "todo_read", play.play_id)

    assert "The ToDo page has been read." in text
    assert "제안서" in text
    sandbox.revoke_token()
    assert "Confluence does not accept our account" in press(as_staff, "todo_read", play.play_id)
    assert "left alone at the moment" in press(as_staff, "todo_read", play.play_id)


def test_all_pages_are_read_on_demand(as_staff, django_capture_on_commit_callbacks):
    for _ in range(2):
        make_todo()
    OrmQ.objects.all().delete()

    with django_capture_on_commit_callbacks(execute=True):
        assert "2 ToDo pages are being read." in press(as_staff, "todo_read_all")
    assert OrmQ.objects.count() == 2


def test_without_a_page_there_is_nothing_to_read(as_staff):
    play = make_play()

    assert "has no ToDo page yet" in press(as_staff, "todo_read", play.play_id)
    assert "nothing that can be read" in press(as_staff, "todo_read_all")


def test_the_mappings_page_has_the_button_and_leads_to_the_play(as_admin):
    play = make_play()
    address = reverse("plays:play_mapping", args=["play_todo", play.play_id])

    html = as_admin.get(address).text

    assert reverse("plays:todo_create", args=[play.play_id]) in html
    assert f'name="next" value="{play.get_absolute_url()}"' in flat(html)
