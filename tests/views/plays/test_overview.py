"""The overview and the list of Plays: tiles, filters, order, weeks, earlier quarters, the file."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from plays.models import QuarterCount, WeeklySync
from plays.rules.planner import Part
from tests.factories import NOW, make_action, make_job, make_mapping, make_page, make_play
from tests.views.conftest import EN
from tests.views.flat import flat
from tests.views.test_screens import CountQueries, fill

pytestmark = pytest.mark.django_db

GOOD = {"activity": 20, "signal": 10, "brief": 4, "s2": 2, "last_action_at": NOW}


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
        ("?sync=synced", ["Gamma", "Alpha"]),
        ("?source=nonsense", ["Beta", "Gamma", "Alpha"]),
        ("?sync=canceled", ["Beta", "Gamma", "Alpha"]),
        ("?sort=play", ["Alpha", "Beta", "Gamma"]),
        ("?sort=-play", ["Gamma", "Beta", "Alpha"]),
        ("?sort=-activity", ["Alpha", "Beta", "Gamma"]),
        ("?sort=-s3", ["Beta", "Gamma", "Alpha"]),
        ("?sort=last", ["Beta", "Alpha", "Gamma"]),
        ("?sort=-last", ["Alpha", "Beta", "Gamma"]),
        ("?sort=-sync", ["Beta", "Gamma", "Alpha"]),
        ("?sort=nonsense", ["Beta", "Gamma", "Alpha"]),
        ("?view=weeks", ["Beta", "Gamma", "Alpha"]),
    ],
)
def test_the_address_says_which_plays_and_in_what_order(seen, three, page, query, shown):
    make_job(play=three[1], mapping=make_mapping(Part.LIVE_DOC, play=three[1]), state="failed")

    text = seen(page, query=query).partition("Last action" if "view" not in query else "Sum")[2]

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


# --- Tiles ---------------------------------------------------------------------------------------


def test_tiles_tell_of_all_plays_whatever_the_list_is_narrowed_to(seen, three):
    assert "Plays behind 2 / 3 0 at risk · 1 on track" in seen("dashboard", query="?owner=Lee")


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ({}, "none yet next in 4 days"),
        ({"state": "done", "finished_at": NOW - timedelta(hours=3)}, "3 hours ago next in 4 days"),
        ({"state": "running"}, "running next in 4 days"),
        ({"state": "failed", "finished_at": NOW}, "just now It failed · next in 4 days"),
    ],
)
def test_a_tile_tells_of_the_last_weekly_sync_and_the_next(seen, run, said):
    if run:
        slot = NOW - timedelta(days=3)
        WeeklySync.objects.create(slot=slot, trigger="schedule", started_at=slot, **run)

    assert f"Last weekly sync {said}" in seen("dashboard")


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
    rows = text.partition("Last action")[2]
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
    with CountQueries() as few:
        client.get(address)
    fill(40)

    with django_assert_num_queries(len(few)):
        client.get(address)
