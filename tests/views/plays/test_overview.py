"""The overview and the list of Plays: tiles, filters, order, weeks, earlier quarters, the file."""

import csv
import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from plays.models import Play, QuarterCount, SavedView, WeeklySync
from plays.rules.planner import Part
from plays.sync.plays.week_statuses import tell_weeks
from tests.factories import (
    NOW,
    make_action,
    make_job,
    make_mapping,
    make_page,
    make_play,
    make_user,
)
from tests.views.conftest import EN
from tests.views.flat import flat
from tests.views.test_screens import CountQueries, fill

pytestmark = pytest.mark.django_db

GOOD = {"activity": 20, "signal": 10, "brief": 4, "s2": 2, "last_action_at": NOW}


def words(page):
    """What a page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def names(text, known):
    """Those of `known` that are there, in their order."""
    return sorted((n for n in known if f" {n} " in text), key=lambda n: text.index(f" {n} "))


@pytest.fixture
def three(counted):
    """Alpha is well, Beta behind, Gamma has no goals and was never worked on."""
    alpha = make_play(play_id="A1", name="Alpha", owner="Kim", source="EXT", channel="Desk")
    counted(alpha, **GOOD)
    beta = make_play(play_id="B1", name="Beta", owner="Lee", priority="P1", cycle="weekly")
    counted(beta, activity=1, s3=2, last_action_at=NOW - timedelta(days=2))
    goals = dict.fromkeys(("activity_goal", "signal_goal", "brief_goal", "s2_goal"), 0)
    gamma = make_play(play_id="C1", name="Gamma", owner="Kim", source="KT", **goals)
    return alpha, beta, gamma


# --- Filters and order ---------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["dashboard", "plays"])
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Beta", "Gamma", "Alpha"]),
        ("?source=EXT", ["Alpha"]),
        ("?channel=Desk", ["Alpha"]),
        ("?priority=P1", ["Beta"]),
        ("?cycle=weekly", ["Beta"]),
        ("?owner=Kim&status=R", ["Gamma"]),
        ("?status=G", ["Alpha"]),
        ("?sync=failed", ["Beta"]),
        ("?sync=synced", ["Alpha"]),  # of Gamma nothing was ever written
        ("?source=nonsense", ["Beta", "Gamma", "Alpha"]),
        ("?sync=canceled", ["Beta", "Gamma", "Alpha"]),
        ("?sort=play", ["Alpha", "Beta", "Gamma"]),
        ("?sort=-play", ["Gamma", "Beta", "Alpha"]),
        ("?sort=-activity", ["Alpha", "Beta", "Gamma"]),
        ("?sort=-s3", ["Beta", "Gamma", "Alpha"]),
        ("?sort=last", ["Beta", "Alpha", "Gamma"]),
        ("?sort=-last", ["Alpha", "Beta", "Gamma"]),
        ("?sort=-sync", ["Beta", "Alpha", "Gamma"]),
        ("?sort=nonsense", ["Beta", "Gamma", "Alpha"]),
        ("?view=weeks", ["Beta", "Gamma", "Alpha"]),
    ],
)
def test_the_address_says_which_plays_and_in_what_order(seen, three, page, query, shown):
    make_job(play=three[1], mapping=make_mapping(Part.LIVE_DOC, play=three[1]), state="failed")
    make_mapping(Part.LIVE_DOC, play=three[0], page=make_page(written_at=NOW))

    text = seen(page, query=query).partition("Why · what to do" if "view" not in query else "Sum")[
        2
    ]

    assert names(text, ("Alpha", "Beta", "Gamma")) == shown


def test_a_sorted_column_says_so_and_a_click_turns_it_round(client, pm, three):
    client.force_login(pm)

    text = flat(client.get("/plays/?sort=due&owner=Kim", headers=EN).text)

    assert re.search(
        r'aria-sort="ascending"><a class="sorts" href="\?sort=-due&amp;owner=Kim"', text
    )
    assert text.count("aria-sort") == 1


def test_the_filter_keeps_order_view_and_quarter(client, pm, three):
    client.force_login(pm)

    text = client.get("/plays/?sort=-due&view=weeks&quarter=2026Q3").text

    for name, value in (("sort", "-due"), ("view", "weeks"), ("quarter", "2026Q3")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in text


def test_htmx_gets_only_the_list(client, pm, three):
    client.force_login(pm)

    for address in ("/", "/plays/"):
        part = client.get(address, headers={"HX-Request": "true"})
        assert part.text.strip().startswith('<section id="play-list"')


# --- The head and the pictures -------------------------------------------------------------------


def test_the_head_tells_of_all_plays_whatever_the_list_is_narrowed_to(seen, three):
    text = seen("dashboard", query="?owner=Lee")

    assert "day 54 of 92 · 3 Plays ■ Behind 2 ▲ At risk 0 ● On track 1" in text


@pytest.mark.parametrize(
    ("group", "run", "said"),
    [
        ("PM", "failed", False),
        ("Staff", "failed", True),
        ("Staff", "done", False),
    ],
)
def test_staff_are_told_of_a_weekly_sync_that_failed(client, monday, group, run, said):
    client.force_login(make_user(group))
    WeeklySync.objects.create(slot=NOW, trigger="schedule", started_at=NOW, state=run)

    assert ("Weekly sync failed" in client.get("/", headers=EN).text) is said


def test_pages_that_are_not_mapped_are_counted_and_nothing_is_said_to_be_well(client, staff, three):
    client.force_login(staff)
    make_mapping(Part.LIVE_DOC, play=three[0], page=make_page())

    text = flat(client.get("/", headers=EN).text)

    assert "Pages not mapped 5" in text  # three shared pages and two live docs
    assert "Nothing to do" not in text


def test_the_funnel_shows_what_began_this_quarter_and_leads_to_what_it_counts(client, pm, monday):
    client.force_login(pm)
    play = make_play()
    signal_at, brief_at = NOW - timedelta(days=10), NOW - timedelta(days=6)
    for number in (1, 2):
        make_action(
            play=play, action_type="Signal", subject_id=f"SIG-{number}", occurred_at=signal_at
        )
    make_action(play=play, action_type="Brief", occurred_at=brief_at, data={"signal_id": "SIG-1"})

    page = client.get("/", headers=EN)

    assert "2 Signals 50% 4 d 1 Briefs" in words(page)
    assert 'href="/funnel/?quarter=2026Q4&amp;step=brief#listed"' in page.text


def test_the_way_of_the_team_is_told_week_by_week_against_the_pace(client, pm, monday):
    client.force_login(pm)
    play = make_play(brief_goal=4)
    for weeks in (0, 2):
        make_action(play=play, action_type="Brief", occurred_at=NOW - timedelta(weeks=weeks))
    QuarterCount.objects.create(play=play, year=2026, quarter=4, brief=2, last_action_at=NOW)
    tell_weeks(now=NOW)

    text = client.get("/", headers=EN).text

    assert 'aria-label="11.15: 1 / pace 2' in text
    assert 'aria-label="11.23: 2 / pace 2.3"' in text
    assert "2 of 4 · 85% of the pace" in flat(text)


def test_what_changed_since_the_last_visit_is_told_until_the_next(client, pm, three, counted):
    client.force_login(pm)
    with time_machine.travel(NOW - timedelta(hours=5)):
        assert "From your next visit on" in client.get("/", headers=EN).text
    QuarterCount.objects.filter(play=three[1]).update(activity=20, signal=10, brief=4, s2=2)

    for minutes in (0, 5):
        with time_machine.travel(NOW + timedelta(minutes=minutes)):
            text = words(client.get("/", headers=EN))
            assert "■ Behind → ● On track Beta" in text
            assert "Activities +19" in text
    with time_machine.travel(NOW + timedelta(hours=2)):
        assert "Nothing has changed." in client.get("/", headers=EN).text


# --- Why, groups, saved views ---------------------------------------------------------------------


def test_a_row_says_the_one_thing_that_needs_somebody(seen, three):
    alpha, beta, _gamma = three
    alpha.due_date = NOW.date() - timedelta(days=3)
    alpha.save()
    make_job(play=beta, mapping=make_mapping(Part.LIVE_DOC, play=beta), state="failed")

    text = seen("plays")

    assert "3 days overdue" in text
    assert "1 edit failed" in text
    assert "nothing done lately" in text


def test_a_play_of_which_nothing_was_ever_written_is_not_called_synced(client, pm, three):
    client.force_login(pm)

    rows = read(client.get("/plays/csv/", headers=EN))

    assert {row["Confluence"] for row in rows} == {"–"}


def test_plays_are_grouped_with_how_each_group_stands(seen, three):
    text = seen("dashboard", query="?group=owner")

    assert "Kim 2 Plays ■ Behind 1 ● On track 1" in text
    assert names(text.partition("Kim 2 Plays")[2], ("Alpha", "Beta", "Gamma")) == [
        *("Gamma", "Alpha", "Beta"),
    ]


def test_overdue_plays_are_one_click_away(seen, three):
    Play.objects.filter(pk=three[0].pk).update(due_date=NOW.date() - timedelta(days=1))

    rows = seen("dashboard", query="?due=overdue").partition("Why · what to do")[2]

    assert names(rows, ("Alpha", "Beta", "Gamma")) == ["Alpha"]


def test_a_saved_view_is_a_persons_own_and_may_be_their_start_page(client, pm, staff, three):
    client.force_login(pm)

    client.post("/views/save/", {"name": "Kim's", "query": "owner=Kim&sort=-due", "is_start": "on"})

    assert client.get("/").url == "/?owner=Kim&sort=-due"
    assert 'href="?owner=Kim&amp;sort=-due" aria-current="true"' in flat(
        client.get("/?owner=Kim&sort=-due").text
    )
    client.force_login(staff)
    client.post(f"/views/{SavedView.objects.get().pk}/forget/")
    assert client.get("/").status_code == 200
    client.force_login(pm)
    client.post(f"/views/{SavedView.objects.get().pk}/forget/")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("name", ["", " \x00 "])
def test_a_view_without_a_name_is_not_saved(client, pm, name):
    client.force_login(pm)

    client.post("/views/save/", {"name": name, "query": "//evil.example/?a=1"})

    assert not SavedView.objects.exists()


def test_no_more_views_than_anybody_could_tell_apart(client, pm):
    client.force_login(pm)
    for number in range(22):
        answer = client.post(
            "/views/save/", {"name": f"n{number}", "query": "owner=Kim"}, headers=EN
        )

    assert SavedView.objects.count() == 20
    assert answer.url == "/?owner=Kim"


# --- Weeks ---------------------------------------------------------------------------------------


@pytest.fixture
def busy(monday):
    """Three actions this week, one at the very end of the last, two around twelve weeks ago."""
    play = make_play(name="Alpha")
    monday_morning = NOW.replace(hour=15, minute=0) - timedelta(days=1)  # Monday 00:00 in Seoul
    for moment in (
        *(monday_morning + timedelta(hours=h) for h in (0, 1, 2)),
        monday_morning - timedelta(seconds=1),
        monday_morning - timedelta(weeks=12),
        monday_morning - timedelta(weeks=12, seconds=1),
    ):
        make_action(play=play, occurred_at=moment)
    return play


def test_a_sparkline_has_thirteen_weeks_of_the_business_zone(seen, busy):
    assert (
        "5 actions in 13 weeks; a week each, oldest first: 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3"
        in seen("plays")
    )


def test_the_strip_of_weeks_has_a_number_in_every_cell(seen, busy):
    text = seen("plays", query="?view=weeks")

    assert "8.31 9.7 9.14" in text
    assert re.search(r"김철수 1 0 0 0 0 0 0 0 0 0 0 1 3 5", text)


def test_one_busy_week_does_not_flatten_all_others(client, pm, busy):
    client.force_login(pm)
    for _ in range(40):
        make_action(play=busy, occurred_at=NOW - timedelta(weeks=5))
    for number in range(30):
        make_action(occurred_at=NOW - timedelta(weeks=number % 13))

    response = client.get("/plays/?view=weeks")

    assert response.context["strip"].full < 10
    assert 'data-heat="4"' in response.text


# --- Earlier quarters ----------------------------------------------------------------------------


@pytest.fixture
def third_quarter(three):
    """The Plays in the third quarter: Alpha was behind, Beta was well."""
    alpha, beta, _gamma = three
    end = NOW - timedelta(days=60)
    old = {"year": 2026, "quarter": 3}
    QuarterCount.objects.create(play=alpha, **old, activity=1, last_action_at=end)
    QuarterCount.objects.create(play=beta, **old, **GOOD | {"last_action_at": end})


def test_an_earlier_quarter_shows_its_counts_and_its_status(seen, third_quarter):
    text = seen("plays", query="?quarter=2026Q3")

    assert "Q3 2026 (7.1–9.30), day 92 of 92" in text
    assert "Q3 2026 is over." in text
    rows = text.partition("Why · what to do")[2]
    assert names(rows, ("Alpha", "Beta", "Gamma")) == ["Alpha", "Gamma", "Beta"]
    assert "Behind 1% Alpha" in rows
    assert "On track 100% Beta" in rows


def test_an_earlier_quarter_knows_no_status_set_by_hand_since(seen, third_quarter, staff, three):
    alpha = three[0]
    alpha.override_status, alpha.override_reason = "Y", "휴가"
    alpha.override_until, alpha.override_by = NOW + timedelta(days=9), staff
    alpha.save()

    assert "set by hand" in seen("plays")
    assert "set by hand" not in seen("plays", query="?quarter=2026Q3")


def test_without_goals_an_earlier_quarter_goes_by_the_last_action_up_to_its_end(
    seen, third_quarter, counted, three
):
    counted(three[2], last_action_at=NOW)

    text = seen("plays", query="?quarter=2026Q3")

    assert "■ Behind Gamma" in text
    assert "● On track Gamma" in seen("plays")


@pytest.mark.parametrize("asked", ["2026Q2", "2027Q1", "2026Q4", "nonsense", "2026Q9"])
def test_a_quarter_that_was_not_counted_is_the_one_now(seen, third_quarter, asked):
    text = seen("plays", query=f"?quarter={asked}")

    assert "Q4 2026 (10.1–12.31), day 54 of 92" in text
    assert "is over" not in text


# --- The file ------------------------------------------------------------------------------------


def read(response):
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_has_what_is_shown_in_its_order(client, pm, three, monday):
    client.force_login(pm)
    make_action(play=three[0], occurred_at=NOW)

    response = client.get(reverse("plays:plays_csv") + "?owner=Kim&sort=-play", headers=EN)

    rows = read(response)
    assert [row["Play ID"] for row in rows] == ["C1", "A1"]
    alpha = rows[1]
    assert (alpha["Status"], alpha["Of pace"], alpha["Quarter"]) == ("On track", "100%", "2026Q4")
    assert (alpha["Activities"], alpha["Activities, goal"]) == ("20", "20")
    assert alpha["Week of 2026-11-23"] == "1"
    assert 'filename="plays-2026Q4.csv"' in response["Content-Disposition"]


def test_no_cell_of_the_file_is_a_formula(client, pm):
    client.force_login(pm)
    make_play(name='=HYPERLINK("http://evil")', next_action="@SUM(A1)", owner="+1", source="-2")

    (row,) = read(client.get(reverse("plays:plays_csv"), headers=EN))

    cells = (row["Name"], row["Next action"], row["Owner"], row["Source"])
    assert all(cell.startswith("'") for cell in cells)


def test_the_pages_of_a_play_are_linked(client, pm):
    client.force_login(pm)
    play = make_play()
    for part, number in ((Part.LIVE_DOC, 7), (Part.PLAY_TODO, 8)):
        page = make_page(url=f"https://wiki.example/wiki/pages/{number}")
        make_mapping(part, play=play, page=page)

    text = client.get("/").text

    assert 'href="https://wiki.example/wiki/pages/7"' in text
    assert 'href="https://wiki.example/wiki/pages/8"' in text


@pytest.mark.parametrize(
    "address", ["/?view=weeks", "/plays/?sort=-due&sync=failed", "/plays/csv/"]
)
def test_every_view_of_the_list_costs_the_same_however_long(
    client, pm, django_assert_num_queries, address
):
    client.force_login(pm)
    fill(3)
    client.get(address)  # the first visit is kept
    with CountQueries() as few:
        client.get(address)
    fill(40)

    with django_assert_num_queries(len(few)):
        client.get(address)
