"""The rule of a status and the targets: seen by all, looked at before, changed by admins."""

import pytest
from django.urls import reverse

from plays.models import AuditEntry, SyncJob, Team
from tests.factories import make_mapping, make_play, make_user
from tests.views.conftest import EN

pytestmark = pytest.mark.django_db

PORTAL = "counters=signal&counters=brief&basis=goal&green_from=80&yellow_from=50"


@pytest.fixture
def at_desk(client, monday):
    client.force_login(make_user("Admin"))
    return client


@pytest.fixture
def lagging(counted):
    """On pace with signals and briefs, without any activity."""
    make_mapping("play_db")
    play = make_play(name="Seminar", s2_goal=0)
    counted(play, activity=0, signal=10, brief=4)
    return play


def text_of(response):
    return " ".join(response.content.decode().split())


def test_a_rule_is_looked_at_before_it_is_saved(at_desk, lagging):
    page = text_of(at_desk.get(f"{reverse('plays:rules')}?{PORTAL}", headers=EN))

    assert "1 Play gets another status" in page
    assert "Seminar" in page
    assert Team.current().rule.counters == ("activity", "signal", "brief", "s2")


def test_a_saved_rule_is_audited_and_the_rows_follow(at_desk, lagging):
    form = {"counters": ["signal", "brief"], "basis": "goal", "green_from": 80, "yellow_from": 50}

    at_desk.post(reverse("plays:rules"), form | {"reason": "as in the portal"})

    assert Team.current().rule.basis == "goal"
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.count, entry.reason) == ("team_rules", 1, "as in the portal")
    assert entry.details["basis"] == ["pace", "goal"]
    assert SyncJob.objects.pending().get().play == lagging
    assert "Activities, Signals, Briefs, S2 → Signals, Briefs" in text_of(
        at_desk.get(reverse("plays:audit"), headers=EN)
    )


def test_a_rule_that_cannot_be_is_refused(at_desk):
    form = {"counters": ["signal"], "basis": "goal", "green_from": 50, "yellow_from": 50}

    page = text_of(at_desk.post(reverse("plays:rules"), form, headers=EN))

    assert "On track must begin above at risk." in page
    assert not AuditEntry.objects.exists()


def test_targets_are_the_teams_own_once_an_admin_sets_them(at_desk):
    make_play()
    form = {
        **{f"{name}_least": 3 for name in ("activity", "signal", "brief")},
        "s2_least": 5,
        "s2_most": 9,
        "signal_to_brief_days": 4,
        "brief_to_s2_days": 21,
    }

    at_desk.post(reverse("plays:targets"), form)
    digest = text_of(at_desk.get(reverse("plays:digest"), headers=EN))

    assert "5–9" in digest
    assert "within 21 days" in digest
    assert Team.current().words_since is None
    assert "Nothing was saved" in text_of(
        at_desk.post(reverse("plays:targets"), form | {"s2_most": 1}, headers=EN)
    )


def test_who_may_not_change_the_targets_sees_them_and_cannot_write(client, pm):
    client.force_login(pm)

    page = client.get(reverse("plays:targets"), headers=EN)

    assert all(field.disabled for field in page.context["form"].fields.values())
    assert "Admins can change the targets." in page.text


def test_a_parent_page_that_cannot_be_read_is_refused_in_the_readers_language(
    at_desk, confluence_settings, sandbox
):
    page = at_desk.post(reverse("plays:targets"), {"report_parent": "4711"})

    assert "no such page" not in page.text
    assert "페이지 ID" in str(page.context["form"].errors["report_parent"])
