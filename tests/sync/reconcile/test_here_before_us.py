"""A team that numbered its log by hand: the log goes on after its numbers when a person says so."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone, translation

from plays.models import Action, AuditEntry, Finding, PageMapping, Site
from plays.models.weekly import WeeklyTrigger
from plays.rules.pages import ACTION_LOG
from plays.storage import all_rows
from plays.sync import weekly
from plays.sync.doctor.work import look_at_queue
from plays.sync.intake.receiving import record, record_all
from plays.sync.log_ids import here_before_us
from plays.sync.mappings.assign import assign
from plays.sync.mappings.changing import change_page
from plays.sync.reconcile.reconciling import reconcile
from plays.sync.writing.drain import drain
from tests.events import activity

pytestmark = pytest.mark.django_db(transaction=True)
PLAY = "EXT_Desk_D01"
ROW = (
    "<tr><td>LOG-2026-{number:05d}</td><td>{play}</td><td>Activity</td><td>우리 기록 {number}</td>"
    "<td></td><td>김철수</td><td>2026-01-0{number} 09:00</td></tr>"
)
TABLE = (
    "<table><tbody><tr><th>log_id</th><th>play_id</th><th>action_type</th><th>title</th>"
    "<th>url</th><th>actor</th><th>created_at</th></tr>{rows}</tbody></table>"
)


@pytest.fixture
def world(world):
    """The team's own page holds three rows that it numbered by hand."""
    world.add_play(PLAY)
    rows = "".join(ROW.format(number=number, play=PLAY) for number in (1, 2, 3))
    world.own = TABLE.format(rows=rows)
    world.action_log = world.sandbox.add_page("우리 로그", world.own)
    return world


@pytest.fixture
def mapped(world, admin_user):
    change_page("action_log", None, world.action_log, by=admin_user)
    return world


def titles(world):
    rows = all_rows(world.sandbox.body(world.action_log), ACTION_LOG)
    return {row.key: row.cells["title"] for row in rows}


OWN = {f"LOG-2026-{number:05d}": f"우리 기록 {number}" for number in (1, 2, 3)}


def test_a_page_that_is_mapped_is_asked_about_before_a_number_is_given_twice(mapped):
    receipt = record(activity(PLAY, title="first"))

    assert here_before_us() == "LOG-2026-00003"
    assert receipt.log_id == "LOG-2026-00004"


def test_nothing_is_written_until_a_person_says_to_go_on_and_doctor_says_why(mapped):
    record(activity(PLAY, title="first"))
    drain()

    with translation.override("en"):
        found = [one.what for one in look_at_queue(timezone.now()) if one.is_problem]
    assert titles(mapped) == OWN
    assert any("up to LOG-2026-00003 that were here before us" in text for text in found)


def test_one_act_lets_the_log_go_on_after_them_and_is_audited(mapped, admin_user):
    record_all([activity(PLAY, title="first"), activity(PLAY, title="second")])
    drain()

    report = reconcile(by=admin_user, go_on=True)
    left = drain()

    assert report.agrees
    assert (left.pending, left.failed) == (0, 0)
    new = {"LOG-2026-00004": "first", "LOG-2026-00005": "second"}
    assert titles(mapped) == {**OWN, **new}
    assert Action.objects.count() == 2
    entry = AuditEntry.objects.get(verb="reconcile")
    assert (entry.by, entry.details["how"]) == (admin_user, "go on")
    assert entry.details["counts"]["theirs"] == 3


def test_events_that_came_before_the_page_was_looked_at_get_numbers_after_the_team_s(world):
    """Mapped by the environment: nobody has looked before the first write."""
    record_all([activity(PLAY, title="first"), activity(PLAY, title="second")])
    assign(PageMapping.objects.shared("action_log"), world.action_log)
    drain()
    assert here_before_us() == "LOG-2026-00003"

    reconcile(by=None, go_on=True)
    drain()

    new = {"LOG-2026-00004": "first", "LOG-2026-00005": "second"}
    assert titles(world) == {**OWN, **new}


def test_nobody_is_asked_again_about_what_was_there_before_us(mapped):
    reconcile(by=None, go_on=True)
    record(activity(PLAY, title="first"))
    drain()

    weekly.carry_on(weekly.start(trigger=WeeklyTrigger.PERSON))
    report = reconcile(by=None, adopt=True)

    assert not Finding.objects.exists()
    assert report.agrees
    assert (len(report.adopted), len(report.theirs)) == (0, 3)
    assert Action.objects.count() == 1
    assert Site.current().log_stopped_at is None


def test_the_command_goes_on_too_and_refuses_to_adopt_at_once(mapped, capsys):
    with pytest.raises(CommandError, match="give one of them"):
        call_command("reconcile", "--go-on", "--adopt")

    call_command("reconcile", "--go-on")

    assert "Here before us, left as they are: 3." in capsys.readouterr().out
    assert Site.current().log_stopped_at is None


def test_one_click_in_the_banner_leads_to_an_outcome_that_can_be_loaded_again(mapped, admin_user):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(admin_user)
    record(activity(PLAY, title="first"))
    job = Action.objects.get().jobs.first()
    assert "were here before us" in client.get(f"/jobs/{job.pk}/").text
    assert "Go on after them" in client.get("/mappings/action_log/").text
    assert "LOG-2026-00003" in client.get("/api/status").json()["log"]["why"]

    answer = client.post("/reconcile/act/", {"do": "go_on"})

    outcome = client.get(answer["Location"])
    assert (answer.status_code, outcome.status_code) == (302, 200)
    assert "Nothing is left for a person." in outcome.text
    assert "Go on after them" not in outcome.text
    assert client.get("/api/status").json()["log"] == {"stopped_at": None, "why": ""}
