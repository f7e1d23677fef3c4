"""A Play's page: its way through the quarter, its actions by type, and what admins change."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from plays.models import AuditEntry, Play, QuarterCount, WeeklyResult, WeeklySync
from plays.rules.weeks import STRIP
from tests.factories import NOW, goals_now, make_action, make_play
from tests.views.conftest import EN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

GOALS = {"activity_goal": 20, "signal_goal": 0, "brief_goal": 4, "s2_goal": 0}


@pytest.fixture
def play():
    return make_play(play_id="A/1", name="Alpha", owner="Kim", next_action="Call", **GOALS)


@pytest.fixture
def at_desk(client, admin_user):
    client.force_login(admin_user)
    return client


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.text.partition("<main")[2])
    return re.sub(r"\s+", " ", text)


# --- The way through the quarter -----------------------------------------------------------------


def test_the_climb_is_told_in_numbers_beside_the_chart(seen, play):
    for days in (1, 1, 20, 40, 70):  # the last one lies in the quarter before
        make_action(play=play, occurred_at=NOW - timedelta(days=days))
    make_action(play=play, action_type="S2", data={"decision": "PIVOT"})
    QuarterCount.objects.create(play=play, year=2026, quarter=4, activity=4, last_action_at=NOW)

    text = seen("play", play.play_id)

    table = text.partition("By the end of")[2]
    assert table.startswith(" Activities Briefs 2026-10-04 (Sun) 0 / 0.9 0 / 0.2")
    assert "2026-11-08 (Sun) 2 / 8.5 0 / 1.7" in table
    assert "2026-11-23 (Mon) 4 / 11.7 0 / 2.3" in table


def test_a_climb_is_drawn_as_far_as_the_day(client, pm, play):
    client.force_login(pm)
    make_action(play=play, occurred_at=NOW)

    now = client.get(play.get_absolute_url()).text
    QuarterCount.objects.create(play=play, year=2026, quarter=3)
    over = client.get(play.get_absolute_url() + "?quarter=2026Q3").text

    assert now.count('class="burn-up-today"') == 2
    assert over.count('class="burn-up-plot"') == 2
    assert "burn-up-today" not in over


def test_a_play_without_goals_and_actions_has_no_chart(client, pm):
    client.force_login(pm)
    play = make_play(**dict.fromkeys(GOALS, 0))

    assert "burn-up" not in client.get(play.get_absolute_url()).text


def test_the_status_of_each_week_is_shown_the_newest_first_with_what_was_lacking(seen, play):
    slot = NOW - timedelta(weeks=1)
    run = WeeklySync.objects.create(slot=slot, trigger="schedule", started_at=slot)
    WeeklyResult.objects.create(weekly=run, play=play, status="G")

    text = seen("play", play.play_id)

    newest, _, before = text.partition("Status by week")[2].partition("W47")
    assert "W48 11.23 ■ Behind" in newest
    assert "Activities 0/" in newest
    assert before.startswith(" 11.16 ● On track")
    assert "set by hand; computed: Behind" in before


def test_a_week_before_a_play_began_has_no_status(seen, play):
    make_action(play=play, occurred_at=NOW - timedelta(weeks=1))

    text = seen("play", play.play_id)

    weeks = text.partition("Status by week")[2]
    assert weeks.count("– not begun yet") == STRIP - 2
    assert weeks.count("■ Behind") == 2


def test_an_action_of_long_ago_is_the_last_one_and_the_play_began_with_it(seen, play):
    make_action(play=play, occurred_at=NOW - timedelta(days=900))
    play.quarter_goals.all().delete()

    weeks = seen("play", play.play_id).partition("Status by week")[2]

    assert "not begun yet" not in weeks
    assert weeks.count("last action") == STRIP


# --- Actions -------------------------------------------------------------------------------------


def test_actions_are_counted_and_shown_by_type(seen, play):
    make_action(play=play, title="a seminar")
    make_action(play=play, title="a brief", action_type="Brief")
    data = {"decision": "GO", "total_score": 82}
    make_action(play=play, title="a score", action_type="Scorecard", data=data)

    everything = seen("play", play.play_id)
    scores = seen("play", play.play_id, query="?type=Scorecard")

    assert "All 3 Activity 1 Scorecard 1 Brief 1" in everything
    assert "Scorecard GO · 82 a score" in scores
    assert "a seminar" not in scores
    assert "a seminar" in seen("play", play.play_id, query="?type=nonsense")


def test_an_earlier_quarter_shows_its_own_actions(seen, play):
    QuarterCount.objects.create(play=play, year=2026, quarter=3, activity=1)
    make_action(play=play, title="in autumn")
    make_action(play=play, title="in summer", occurred_at=NOW - timedelta(days=70))

    text = seen("play", play.play_id, query="?quarter=2026Q3")

    assert "in summer" in text
    assert "in autumn" not in text
    assert "Activities 1 / 20" in text


# --- Editing -------------------------------------------------------------------------------------


def form_of(client, play, page="play_edit"):
    """What a browser would send back of a form as it is shown."""
    text = client.get(reverse(f"plays:{page}", args=[play.play_id])).text.partition("<main")[2]
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*?value="([^"]*)"', text))
    areas = re.findall(r'<textarea name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', text)
    inputs = re.findall(r'<input type="(?:text|number|date|hidden)" name="([^"]+)"', text)
    return {**dict.fromkeys(inputs, ""), **dict(areas), **fields, "is_active": "on"}


def save(client, play, **changes):
    form = form_of(client, play) | changes
    return client.post(reverse("plays:play_edit", args=[play.play_id]), form, headers=EN)


def test_an_admin_edits_what_belongs_to_people(at_desk, play):
    response = save(
        at_desk,
        play,
        owner="Lee",
        due_date="2026-12-01",
        reason="handed over",
        **{"2026Q4_activity": "25"},
    )

    assert response.url == play.get_absolute_url()
    play.refresh_from_db()
    assert (play.owner, str(play.due_date)) == ("Lee", "2026-12-01")
    assert goals_now(play).activity == 25
    assert (play.name, play.next_action, play.is_active) == ("Alpha", "Call", True)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.reason) == ("edit_play", "handed over")
    assert set(entry.details) == {"owner", "due_date", "2026Q4_activity"}
    assert "3 fields saved." in words(at_desk.get(response.url, headers=EN))


def test_saving_without_a_change_says_so(at_desk, play):
    response = save(at_desk, play)

    assert "Nothing changed." in words(at_desk.get(response.url, headers=EN))
    assert not AuditEntry.objects.exists()


def test_a_play_is_ended(at_desk, play):
    form = form_of(at_desk, play)
    del form["is_active"]

    at_desk.post(reverse("plays:play_edit", args=[play.play_id]), form)

    assert not Play.objects.get().is_active


def test_what_another_admin_saved_meanwhile_is_not_overwritten(at_desk, play):
    form = form_of(at_desk, play)
    Play.objects.update(notes="theirs", owner="Park")

    response = at_desk.post(
        reverse("plays:play_edit", args=[play.play_id]), form | {"name": "Renamed"}
    )

    assert response.status_code == 302
    play.refresh_from_db()
    assert (play.name, play.notes, play.owner) == ("Renamed", "theirs", "Park")


def test_a_collision_is_told_beside_the_field_and_nothing_is_saved(at_desk, play):
    form = form_of(at_desk, play)
    Play.objects.update(owner="Park")

    response = at_desk.post(
        reverse("plays:play_edit", args=[play.play_id]),
        form | {"owner": "Lee", "name": "Renamed"},
        headers=EN,
    )

    assert "Nothing was saved." in words(response)
    assert "Somebody else has changed this meanwhile. It says now: Park" in words(response)
    play.refresh_from_db()
    assert (play.name, play.owner) == ("Alpha", "Park")


@pytest.mark.parametrize(
    "wrong", [{"2026Q4_activity": "-1"}, {"2027Q1_activity": "x"}, {"due_date": "soon"}]
)
def test_what_cannot_be_is_refused_beside_its_field(at_desk, play, wrong):
    response = save(at_desk, play, **wrong)

    assert "Nothing was saved." in words(response)
    assert 'aria-invalid="true"' in response.text
    assert not AuditEntry.objects.exists()


# --- A status set by hand ------------------------------------------------------------------------


def set_status(client, play, **changes):
    form = {"status": "G", "reason": "about to sign", "until": "2026-11-30", **changes}
    return client.post(reverse("plays:play_status", args=[play.play_id]), form, headers=EN)


def test_an_admin_sets_a_status_and_everybody_sees_who_why_and_until_when(at_desk, pm, play):
    response = set_status(at_desk, play)

    assert response.url == play.get_absolute_url()
    at_desk.force_login(pm)
    text = words(at_desk.get(response.url, headers=EN))
    assert "Set by hand: ● On track about to sign by admin, until 2026-12-01 (Tue) 00:00" in text
    assert AuditEntry.objects.get().reason == "about to sign"


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "  "},
        {"until": "2026-11-22"},
        {"until": "2027-11-22"},
        {"until": "soon"},
        {"status": "X"},
    ],
)
def test_a_status_without_reason_or_end_is_refused(at_desk, play, wrong):
    response = set_status(at_desk, play, **wrong)

    assert response.status_code == 200
    assert 'class="errorlist"' in response.text
    assert Play.objects.get().override_status == ""


def test_it_may_end_today_and_be_ended_at_once(at_desk, play):
    set_status(at_desk, play, until="2026-11-23")
    end = reverse("plays:play_status_end", args=[play.play_id])

    first = words(at_desk.post(end, {"reason": "signed"}, headers=EN, follow=True))
    second = words(at_desk.post(end, headers=EN, follow=True))

    assert "The judged status counts again." in first
    assert "had ended already" in second
    assert AuditEntry.objects.filter(verb="override").count() == 2


def test_only_admins_see_the_buttons(client, staff, play):
    client.force_login(staff)

    text = client.get(play.get_absolute_url()).text

    assert "/edit/" not in text
    assert f"{play.play_id}/status/" not in text


# --- Goals by quarter, aliases, a new Play -------------------------------------------------------


def test_the_goals_of_this_quarter_and_the_next_are_shown_and_edited(at_desk, play):
    save(at_desk, play, **{"2027Q1_activity": "33", "2027Q1_lead_time": "S0→S1≤7d"})

    text = words(at_desk.get(play.get_absolute_url(), headers=EN))
    assert "2026Q4 20" in text
    assert "2027Q1 33" in text
    assert "S0→S1≤7d" in text
    assert goals_now(play).activity == 20


def test_an_earlier_quarter_shows_the_goals_that_held_then(at_desk, play):
    QuarterCount.objects.create(play=play, year=2026, quarter=3, activity=1)
    save(at_desk, play, **{"2026Q4_activity": "33"})

    address = play.get_absolute_url() + "?quarter=2026Q3"
    assert "Activities 1 / 20" in words(at_desk.get(address, headers=EN))
    assert "Activities 0 / 33" in words(at_desk.get(play.get_absolute_url(), headers=EN))


def test_an_alias_leads_to_the_play_and_is_shown(at_desk, play):
    save(at_desk, play, aliases="SEM, 세미나")

    response = at_desk.get("/plays/세미나/", headers=EN, follow=True)
    assert response.redirect_chain[0][0] == play.get_absolute_url()
    assert "Aliases SEM 세미나" in words(response)


def test_an_alias_of_another_play_is_refused_beside_its_field(at_desk, play):
    make_play(play_id="OTHER")
    assert "OTHER already names the Play OTHER" in words(save(at_desk, play, aliases="OTHER"))


def test_an_admin_adds_a_play_with_its_goals(at_desk):
    address = reverse("plays:play_add")
    assert "Add a Play" in words(at_desk.get(address, headers=EN))
    goals = dict.fromkeys(("signal", "brief", "s2"), "0")
    form = {f"{quarter}_{name}": n for quarter in ("2026Q4", "2027Q1") for name, n in goals.items()}
    form |= {
        "2026Q4_activity": "7",
        "2027Q1_activity": "0",
        "play_id": "NEW_세미나",
        "is_active": "on",
    }

    response = at_desk.post(address, form, headers=EN, follow=True)

    assert "The Play is made." in words(response)
    play = Play.objects.get(play_id="NEW_세미나")
    assert goals_now(play).activity == 7
    assert play.mappings.count() == 2
    assert "already names the Play" in words(at_desk.post(address, form, headers=EN))
    refused = words(at_desk.post(address, form | {"play_id": "import"}, headers=EN))
    assert "import is an address of this site" in refused


def test_only_an_admin_adds_a_play(client, pm):
    client.force_login(pm)
    assert client.get(reverse("plays:play_add")).status_code == 403
