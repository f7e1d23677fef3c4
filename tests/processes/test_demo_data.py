"""What the demo tells, and whether its own checks of the pages can fail."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from plays import storage
from plays.demo.checks import look_at_pages
from plays.demo.figures import Progress, read_progress
from plays.demo.portal import Entered
from plays.demo.portfolio import as_csv, portfolio
from plays.demo.processes import demo_environment
from plays.demo.scenario import STAGES, Scenario, Step
from plays.demo.seed_pages import ACTION_LOG, PLAY_DB, write_pages
from plays.demo.trouble import Trouble
from plays.metrics import exposition
from plays.models import Play
from plays.rules.events import parse_event
from plays.rules.pages import ACTION_LOG as LOG_TABLE
from plays.rules.pages import ACTIVITY_HEADINGS, LOG_ID_PATTERN
from plays.rules.pages import PLAY_DB as PLAY_TABLE
from plays.rules.quarter import Quarter
from plays.rules.status import Status
from plays.sync.intake.receiving import record_all
from plays.sync.plays.goals import goals_at
from plays.sync.plays.importer.applying import import_plays
from plays.sync.plays.play_status import play_statuses
from syncadmin.settings import env

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=SEOUL)
PLAYS = portfolio()


def told(*, seed=43, live=200):
    scenario = Scenario(PLAYS, seed=seed)
    return scenario.history(NOW) + [scenario.next(NOW) for _ in range(live)]


def test_there_are_43_plays_with_names_of_their_own():
    assert len({play.play_id for play in PLAYS}) == 43
    assert len({play.name for play in PLAYS}) == 43


def test_the_same_seed_makes_the_same_scenario():
    assert told(seed=1) == told(seed=1)
    assert told(seed=1) != told(seed=2)


@pytest.mark.parametrize("seed", range(5))
def test_each_event_is_well_formed_and_follows_from_those_before(seed):
    known, ids = set(), Counter()
    for step in told(seed=seed):
        event = parse_event(step.event, now=NOW, zone=SEOUL)
        ids[event.event_id] += 1
        assert step.event["data"].get("play_id", step.play_id) == step.play_id
        if not event.play_id:
            assert known & set(event.references), step
        known.add((step.type.partition(".")[0], event.subject_id))

    assert set(ids.values()) == {1}


def test_all_six_types_occur_with_and_without_the_play():
    types = Counter((step.type, "play_id" in step.event["data"]) for step in told())

    assert {kind for kind, _ in types} == {"activity.created", *STAGES}
    assert all(types[kind, False] for kind in STAGES[1:])


def test_history_is_a_quarter_of_office_hours_in_order():
    moments = [step.at for step in Scenario(PLAYS, seed=43).history(NOW)]

    assert moments == sorted(moments)
    assert timedelta(days=60) < NOW - moments[0] <= timedelta(weeks=13, days=2)
    assert {moment.weekday() for moment in moments} <= set(range(5))
    assert 130 <= len(moments) <= 200


@pytest.mark.django_db
def test_history_makes_plays_of_every_status():
    now = timezone.now().astimezone(SEOUL)
    import_plays(as_csv(PLAYS, {play.play_id: "TBD" for play in PLAYS}, today=now.date()))

    receipts = record_all(step.event for step in Scenario(PLAYS, seed=43).history(now))

    assert {receipt.status.value for receipt in receipts} == {"accepted"}
    found = Counter(s.status for s in play_statuses(Play.objects.all(), now=now).values())
    assert set(found) == set(Status)
    assert min(found.values()) >= 4, found


@pytest.mark.django_db
def test_the_quarter_before_has_goals_of_its_own():
    today = timezone.now().astimezone(SEOUL).date()
    import_plays(as_csv(PLAYS, {play.play_id: "TBD" for play in PLAYS}, today=today))

    this = Quarter.on(today)
    for quarter, goals in ((this.previous, "goals_before"), (this, "goals")):
        held = goals_at(Play.objects.all(), quarter).values()
        said = {row.play.play_id: row.goals for row in held}
        assert said == {play.play_id: getattr(play, goals) for play in PLAYS}
    assert Play.objects.get(play_id=PLAYS[0].play_id).name == PLAYS[0].name


def test_an_event_of_an_unknown_play_is_told_only_as_a_stray():
    scenario = Scenario(PLAYS, seed=43)

    assert scenario.stray(NOW).event["data"]["play_id"] not in {play.play_id for play in PLAYS}


# --- The pages ---------------------------------------------------------------------------------


@pytest.fixture
def pages(sandbox):
    return write_pages(sandbox, PLAYS, today=date(2026, 11, 23))


@pytest.fixture
def guidances():
    """What the product knows of the demo's Plays before the first event."""
    known = storage.Known(groups={play.play_id: play.channel for play in PLAYS})
    log_ids = storage.Known(pattern=LOG_ID_PATTERN)
    return {
        PLAY_TABLE: storage.Guidance(known=known),
        LOG_TABLE: storage.Guidance(known=log_ids),
    }


def test_the_teams_tables_are_surely_recognised(sandbox, pages, guidances):
    plays = storage.recognise(sandbox.body(PLAY_DB), PLAY_TABLE, guidances[PLAY_TABLE])
    log = storage.recognise(sandbox.body(ACTION_LOG), LOG_TABLE, guidances[LOG_TABLE])

    assert (plays.question, log.question) == (None, None)
    assert [part.rows for part in plays.layout.parts] == [14, 12, 3, 3, 4]
    assert set(plays.layout.missing) == {"s3_qtd", "last_updated"}
    assert set(log.layout.missing) == {"url"}
    assert (plays.layout.insert, log.layout.insert) == (storage.Insert.END, storage.Insert.TOP)


def test_the_live_docs_differ(sandbox, pages):
    shapes = {"<ac:layout>", "CDATA", "<ac:task-list>", "&ldquo;", "📌"}
    bodies = [sandbox.body(page_id) for page_id in pages.live_docs.values()]
    assert all(any(shape in body for body in bodies) for shape in shapes)


def test_an_entry_in_a_section_that_is_a_list_is_a_bullet(sandbox, pages):
    play = next(play for play in PLAYS if "📌" in sandbox.body(pages.live_docs[play.play_id]))
    entry = storage.InsertEntry(key="LOG-2026-00001", parts=(), headings=ACTIVITY_HEADINGS)

    written = storage.apply_edits(sandbox.body(pages.live_docs[play.play_id]), [entry]).body

    assert re.search(r"정함</p></li><li><p><code>LOG-2026-00001</code>", written), written


ACTIVITY = {
    "specversion": "1.0",
    "id": "1",
    "source": "/t",
    "type": "activity.created",
    "time": NOW.isoformat(),
    "data": {"activity_id": "A", "play_id": PLAYS[0].play_id, "title": "세미나"},
}
BRIEF = {**ACTIVITY, "type": "brief.created", "data": {"brief_id": "B", "title": "브리프"}}


def enter(event, log_id="LOG-2026-00001"):
    return Entered(log_id=log_id, step=Step(event=event, play_id=PLAYS[0].play_id))


@pytest.fixture
def write_rightly(sandbox, pages, guidances):
    def write(entered):
        """What the product would write for an activity or a brief of the first Play."""
        kind = {"activity.created": "Activity", "brief.created": "Brief"}[entered.step.type]
        at = storage.Moment(NOW.replace(tzinfo=None))
        told = {"action_type": storage.Text(kind), "created_at": at}
        row = storage.UpsertRow(table=LOG_TABLE, key=entered.log_id, cells=told)
        entry = storage.InsertEntry(key=entered.log_id, parts=(), headings=ACTIVITY_HEADINGS)
        goals = PLAYS[0].goals
        cells = {
            "status": storage.Status("G", "Green"),
            "brief_qtd": storage.Number(int(kind == "Brief"), goals.brief),
        }
        counter = storage.UpsertRow(table=PLAY_TABLE, key=PLAYS[0].play_id, cells=cells)
        live_doc = pages.live_docs[PLAYS[0].play_id]
        for page_id, edit in ((ACTION_LOG, row), (live_doc, entry), (PLAY_DB, counter)):
            sandbox.edit_with(
                page_id, lambda body, e=edit: storage.apply_edits(body, [e], guidances).body
            )
        return live_doc

    return write


def verdicts(sandbox, pages, *entered, notes=()):
    found = look_at_pages(sandbox, pages, entered, notes, zone="Asia/Seoul")
    return [finding.holds for finding in found]


def test_pages_that_say_everything_once_are_found_right(sandbox, pages, write_rightly):
    entered = enter(BRIEF)
    write_rightly(entered)

    assert verdicts(sandbox, pages, entered) == [True, True, True, True]


def test_a_missing_a_doubled_and_a_misplaced_entry_are_found(sandbox, pages, write_rightly):
    entered = enter(ACTIVITY)
    assert verdicts(sandbox, pages, entered)[0] is False

    live_doc = write_rightly(entered)
    assert verdicts(sandbox, pages, entered)[0] is True

    right = sandbox.body(live_doc)
    sandbox.edit(live_doc, f"{right}<p>{entered.log_id}</p>")
    assert verdicts(sandbox, pages, entered)[0] is False

    sandbox.edit(live_doc, right)
    elsewhere = pages.live_docs[PLAYS[1].play_id]
    sandbox.edit_with(elsewhere, lambda body: f"{body}<p>{entered.log_id}</p>")
    assert verdicts(sandbox, pages, entered)[0] is False


def test_a_wrong_count_is_found(sandbox, pages, write_rightly):
    entered = enter(BRIEF)
    write_rightly(entered)

    second = enter(BRIEF, "LOG-2026-00002")

    assert verdicts(sandbox, pages, entered, second)[1] is False


@pytest.mark.parametrize(
    ("page_id", "before", "after"),
    [
        (PLAY_DB, "🟡", "Y"),
        (PLAY_DB, ">0/4<", ">0<"),
        (PLAY_DB, "EXT_Desk_D02_Report", "EXT_Net_N99_Report"),
        (PLAY_DB, "<h4>범례", "<table><tbody><tr><th>Play ID</th></tr></tbody></table><h4>범례"),
        (ACTION_LOG, "2024.11.03", "2024-11-03 10:30"),
        (ACTION_LOG, "2024.11.03", "2026.11.20"),
        (ACTION_LOG, "시그널", "Signal"),
        (ACTION_LOG, "구분", "Action Type"),
    ],
)
def test_a_table_that_is_no_longer_the_teams_is_found(sandbox, pages, page_id, before, after):
    right = sandbox.body(page_id)
    assert before in right
    assert verdicts(sandbox, pages)[2] is True

    sandbox.edit(page_id, right.replace(before, after, 1))

    assert verdicts(sandbox, pages)[2] is False


def test_a_lost_note_of_a_colleague_is_found(sandbox, pages):
    trouble = Trouble(sandbox, pages.all, seed=1)
    before = {page_id: sandbox.body(page_id) for page_id in pages.all}
    note = trouble.colleague_edits()
    assert verdicts(sandbox, pages, notes=trouble.notes)[3] is True

    sandbox.edit(note.page_id, before[note.page_id])

    assert verdicts(sandbox, pages, notes=trouble.notes)[3] is False


# --- Its surroundings --------------------------------------------------------------------------


def test_no_variable_is_left_to_a_persons_env_file(monkeypatch):
    monkeypatch.setenv("CONFLUENCE_URL", "https://real-site.example/wiki")

    environment = demo_environment(SECRET_KEY="x")

    assert set(env.scheme) <= set(environment)
    assert environment["CONFLUENCE_URL"] == ""
    assert environment["SECRET_KEY"] == "x"
    assert environment["DEBUG"] == "false"


@pytest.mark.django_db
def test_the_products_figures_are_understood():
    progress = read_progress(exposition(datetime.now(UTC)))

    assert progress == Progress(synced=0, waiting=0, failed=0, running=0)
    assert progress.is_settled
