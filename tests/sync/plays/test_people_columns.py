"""People's columns of the Play DB page, taken over: the page wins, nothing goes without a word."""

from datetime import date
from html import escape
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from plays.models import AuditEntry, MirrorChange, Page, Play
from plays.sandbox.content.entities import account_id
from plays.sync.mappings.assign import assign
from plays.sync.plays.people_columns.pull import differing, fetch_play_db, pull_asked, pull_columns
from tests.factories import NOW, make_mapping, make_play

pytestmark = pytest.mark.django_db

HEADINGS = ("Play ID", "Play 이름", "담당", "Status", "다음 액션", "마감일", "비고")
OTHERS = ("플레이 ID", *HEADINGS[1:])


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def page(*rows, headings=HEADINGS):
    """A Play DB page; a cell is text, or storage where it begins with <."""
    cells = [
        "".join(f"<td>{c if c.startswith('<') else f'<p>{escape(c)}</p>'}</td>" for c in row)
        for row in rows
    ]
    head = "".join(f"<th><p><strong>{h}</strong></p></th>" for h in headings)
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return f"<p>표</p><table><tbody><tr>{head}</tr>{body}</tbody></table>"


def row(play_id="A", name="", owner="", next_action="", due="", notes=""):
    return (play_id, name, owner, "G", next_action, due, notes)


def test_people_s_columns_come_into_the_mirror():
    make_play(play_id="A", name="", owner="")

    report = pull_columns(
        page(
            row("A", "세미나 발굴", "김철수", "연사 섭외", '<time datetime="2026-12-01" />', "VIP")
        ),
        now=NOW,
    )

    play = Play.objects.get()
    assert (play.name, play.owner, play.next_action) == ("세미나 발굴", "김철수", "연사 섭외")
    assert (play.due_date, play.notes) == (date(2026, 12, 1), "VIP")
    assert len(report.taken) == 5
    assert not report.conflicts
    assert MirrorChange.objects.filter(is_conflict=False, at=NOW).count() == 5


def test_reading_the_same_page_again_takes_nothing():
    make_play(play_id="A")
    body = page(row("A", "이름", "이영희"))
    pull_columns(body, now=NOW)
    before = list(Play.objects.values())

    assert not pull_columns(body, now=NOW).is_change
    assert list(Play.objects.values()) == before


def read(owner):
    pull_columns(page(row("A", "n", owner)), now=NOW)


@pytest.mark.parametrize(
    ("ours", "on_page", "owner", "conflict", "differs"),
    [
        (None, "page", "page", False, False),
        ("here", "base", "here", None, True),
        ("here", "page", "page", True, False),
        ("same", "same", "same", None, False),
        (None, "base", "base", None, False),
        (None, "", "", False, False),
        ("", "base", "", None, True),
    ],
)
def test_what_changed_where_decides(ours, on_page, owner, conflict, differs):
    make_play(play_id="A", name="n", owner="base")
    read("base")
    MirrorChange.objects.all().delete()
    if ours is not None:
        Play.objects.update(owner=ours)

    read(on_page)

    play = Play.objects.get()
    assert play.owner == owner
    changes = list(MirrorChange.objects.values_list("before", "ours", "page_value", "is_conflict"))
    kept = "base" if ours is None else ours
    assert changes == ([] if conflict is None else [("base", kept, on_page, conflict)])
    assert [d.field for d in differing(play)] == (["owner"] if differs else [])


def test_a_date_that_is_none_is_told_and_not_taken():
    make_play(play_id="A", due_date=date(2026, 1, 1), owner="")

    report = pull_columns(page(row("A", owner="이영희", due="다음 주쯤")), now=NOW)

    assert "다음 주쯤" in report.problems[0].message
    assert report.problems[0].column == "마감일"
    play = Play.objects.get()
    assert (play.owner, play.due_date) == ("이영희", date(2026, 1, 1))
    assert "due_date" not in play.page_values


def test_a_date_as_people_type_it_is_a_date():
    make_play(play_id="A", due_date=None)
    pull_columns(page(row("A", due="2026. 12. 1.")), now=NOW)
    assert Play.objects.get().due_date == date(2026, 12, 1)


def test_unknown_rows_are_told_and_made_only_when_asked_for():
    make_play(play_id="A")
    body = page(row("A"), row("B", "새 Play"), row("여러 낱말"))

    assert pull_columns(body, now=NOW).unknown == ("B", "여러 낱말")
    assert not Play.objects.filter(play_id="B").exists()

    report = pull_columns(body, now=NOW, create=True)
    assert (report.created, report.unknown) == (("B",), ("여러 낱말",))
    made = Play.objects.get(play_id="B")
    assert made.name == "새 Play"
    assert made.mappings.count() == 2


def test_two_columns_that_mean_the_same_are_told_once_and_left_alone():
    for play_id in ("A", "B"):
        make_play(play_id=play_id, notes="ours")
    body = page(
        ("A", "G", "one", "two"),
        ("B", "G", "", "x"),
        headings=("Play ID", "Status", "메모", "비고"),
    )
    report = pull_columns(body, now=NOW)
    assert [p.column for p in report.problems] == ["메모, 비고"]
    assert set(Play.objects.values_list("notes", flat=True)) == {"ours"}


@pytest.mark.parametrize(
    "body", ["<p>", page(row("A")) * 2, page(row("A"), row("A"))], ids=["broken", "two", "twice"]
)
def test_a_page_that_cannot_be_read_is_told_and_changes_nothing(body):
    make_play(play_id="A", owner="ours")
    report = pull_columns(body, now=NOW)
    assert report.trouble
    assert Play.objects.get().owner == "ours"


def test_a_column_that_is_not_there_is_left_alone():
    make_play(play_id="A", owner="ours", notes="ours")
    pull_columns(page(("A", "G", "x"), headings=("Play ID", "Status", "이름")), now=NOW)
    play = Play.objects.get()
    assert (play.name, play.owner, play.notes) == ("x", "ours", "ours")
    assert play.page_values == {"name": "x"}


def test_a_text_of_several_lines_is_not_flattened_by_the_page_s_copy_of_it():
    make_play(play_id="A", notes="one\ntwo")
    report = pull_columns(page(row("A", notes="<p>one</p><p>two</p>")), now=NOW)
    assert "notes" not in {taken.field for taken in report.taken}
    assert Play.objects.get().notes == "one\ntwo"


def test_a_dry_run_tells_the_same_and_changes_nothing():
    make_play(play_id="A", owner="")
    body = page(row("A", owner="이영희"), row("B"))

    dry = pull_columns(body, now=NOW, create=True, dry_run=True)

    assert Play.objects.get().owner == ""
    assert not MirrorChange.objects.exists()
    assert dry == pull_columns(body, now=NOW, create=True)


def test_the_page_is_read_by_one_call_and_the_audit_trail_says_who_asked(world, admin_user):
    world.add_play("A", owner="")
    world.sandbox.edit(world.play_db, page(row("A", owner="이영희")))
    world.sandbox.reset_calls()

    pull_asked(fetch_play_db().body, by=admin_user)

    assert len(world.sandbox.calls) == 1
    assert Play.objects.get().owner == "이영희"
    assert (entry := AuditEntry.objects.get(verb="import")).by == admin_user
    assert entry.count == 1


def import_from_confluence(*options):
    out = StringIO()
    call_command("import_plays", "--from-confluence", *options, stdout=out)
    return out.getvalue()


def test_the_command_shows_every_kind_of_difference_and_then_applies(world):
    world.add_play("A", name="n", owner="base", notes="", next_action="")
    world.sandbox.edit(world.play_db, page(row("A", "n", "base", "x", "", "y")))
    import_from_confluence()
    Play.objects.update(owner="here", notes="here")
    world.sandbox.edit(world.play_db, page(row("A", "n", "base", "z", "soon", "there"), row("B")))

    shown = import_from_confluence("--dry-run")
    assert Play.objects.get().notes == "here"
    said = import_from_confluence()

    assert said.startswith(shown)
    assert "~ A next_action: x → z" in said
    assert "~ A notes: here → there  (changed on both sides: the page wins)" in said
    assert "= A owner: “here” here, “base” on the page" in said
    assert "? B is no Play; --create" in said
    assert "! A, 마감일: “soon” is no date" in said
    assert Play.objects.get().notes == "there"
    assert "+ B" in import_from_confluence("--create")
    assert Play.objects.filter(play_id="B").exists()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda w: assign(make_mapping("play_db"), ""), "not mapped yet"),
        (lambda w: w.sandbox.revoke_token(), "not read"),
        (lambda w: w.sandbox.stop(), "cannot be reached"),
        (
            lambda w: w.sandbox.edit(w.play_db, page() + page().replace("Play ID", "플레이 ID")),
            "2 tables",
        ),
    ],
)
def test_the_command_says_why_it_could_not_read_the_page(world, spoil, words):
    spoil(world)
    with pytest.raises(CommandError, match=words):
        import_from_confluence()


values = st.sampled_from(["", "a", "b c", "긴 이름", "2026-12-01"])
saved_rows = st.fixed_dictionaries(dict.fromkeys(("name", "owner", "notes", "next_action"), values))


class Merges(TestCase):
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(saved_rows, saved_rows), min_size=1, max_size=4))
    def test_after_every_reading_each_value_is_the_page_s_or_was_changed_here_since(self, rounds):
        make_play(play_id="A", name="", owner="")
        said = None
        for ours, on_page in rounds:
            Play.objects.update(**ours)
            pull_columns(page(row("A", **on_page)), now=NOW)
            play = Play.objects.get()
            for field, value in on_page.items():
                now = getattr(play, field)
                assert now in (value, ours[field])
                if now != value:
                    assert value == (said[field] if said else "")
            assert {d.field for d in differing(play)} == {
                field for field, value in on_page.items() if getattr(play, field) != value
            }
            said = on_page
        Play.objects.all().delete()


# --- What is no plain text -----------------------------------------------------------------------

KIM = account_id("김영희")
MENTION = f'<p><ac:link><ri:user ri:account-id="{KIM}" /></ac:link></p>'
STRANGER = '<p><ac:link><ri:user ri:account-id="557058:9" /></ac:link></p>'
ISSUE = (
    '<p><ac:structured-macro ac:name="jira"><ac:parameter ac:name="key">AX-101</ac:parameter>'
    "</ac:structured-macro></p>"
)
CHART = '<p><ac:structured-macro ac:name="chart" /></p>'


def card(address):
    return f'<p><a href="{address}" data-card-appearance="inline">{address}</a></p>'


@pytest.fixture
def site(world):
    """A Confluence in which 김영희 has an account, and a Play DB page with one row."""
    world.sandbox.add_page("메모", by="김영희")
    make_play(play_id="A", name="세미나", owner="김영희", next_action="제안서", due_date=None)
    return world


def test_mentions_issues_and_dates_are_taken_as_a_person_reads_them(site, deployment):
    body = page(row("A", "세미나", MENTION, ISSUE, '<time datetime="2026-12-04" />'))
    site.sandbox.reset_calls()

    report = pull_columns(body, now=NOW)
    pull_columns(body, now=NOW)

    play = Play.objects.get()
    assert (play.owner, play.next_action) == ("김영희", "AX-101")
    assert (play.due_date, report.problems) == (date(2026, 12, 4), ())
    asked = {"cloud": ("POST", "users-bulk"), "datacenter": ("GET", "user")}[deployment]
    assert [(c.method, c.path.rpartition("/")[2]) for c in site.sandbox.calls] == [asked]


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"owner": STRANGER}, "담당", "whose name cannot be had"),
        ({"owner": MENTION.replace("</p>", "") + STRANGER[3:]}, "담당", "whose name cannot be had"),
        ({"next_action": CHART}, "다음 액션", "no text (chart)"),
        ({"name": card("https://x.example/wiki/spaces/AX/pages/99/EXT")}, "Play 이름", "title"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_taken(site, cells, column, said):
    before = Play.objects.values("name", "owner", "next_action").get()

    for dry_run in (True, False):
        report = pull_columns(
            page(row("A", **{"name": "세미나", **cells})), now=NOW, dry_run=dry_run
        )

        (problem,) = report.problems
        assert (problem.play_id, problem.column) == ("A", column)
        assert said in problem.message
        assert all(taken.page_value for taken in report.taken)
    field = next(iter(cells))
    assert Play.objects.values(field).get()[field] == before[field]


def test_a_smart_link_as_a_name_is_the_title_of_its_page(site, settings):
    address = f"{settings.CONFLUENCE_URL}/spaces/AX/pages/{site.project_todo}/X"
    Page.objects.filter(page_id=site.project_todo).update(title="프로젝트 할 일")

    pull_columns(page(row("A", card(address))), now=NOW)

    assert Play.objects.get().name == "프로젝트 할 일"


def test_without_confluence_a_mention_is_told_and_stays(settings):
    settings.CONFLUENCE_URL = ""
    make_play(play_id="A", owner="김영희")

    report = pull_columns(page(row("A", "", MENTION)), now=NOW)

    assert Play.objects.get().owner == "김영희"
    assert len(report.problems) == 1
