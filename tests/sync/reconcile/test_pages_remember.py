"""Pages remember: a database that was restored, that lags or was lost ends with every event once.

The checks read the pages, not our tables.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from plays.models import (
    Action,
    AuditEntry,
    Event,
    LogNumber,
    LogVolume,
    Page,
    PageMapping,
    PageRecord,
    Site,
    SyncJob,
)
from plays.rules.pages import ACTION_LOG
from plays.storage import all_rows, read_entries
from plays.sync import leases
from plays.sync.doctor.work import look_at_queue
from plays.sync.intake.receiving import ReceiptStatus, record, record_all
from plays.sync.mappings.assign import assign
from plays.sync.reconcile.reconciling import reconcile
from plays.sync.site import log_stop
from plays.sync.writing.drain import drain
from plays.sync.writing.writer import write_page
from tests.events import activity, brief, scored, signal, validation
from tests.factories import make_play
from tests.sync.reconcile.copies import copied, lose, restore
from tests.sync.weekly.damage import without_row

pytestmark = pytest.mark.django_db(transaction=True)
A, B = "EXT_Desk_D01", "EXT_Desk_D02"


@pytest.fixture
def world(world):
    world.add_play(A)
    world.add_play(B)
    return world


def titled(number, play=A, **more):
    return activity(play, title=f"title {number}", **more)


def titles_in_log(world):
    return Counter(
        row.cells["title"] for row in all_rows(world.sandbox.body(world.action_log), ACTION_LOG)
    )


def titles_in(world, play):
    """The titles of a live doc's entries."""
    entries = read_entries(world.sandbox.body(world.live_docs[play]), re.compile(r"LOG-\d+-\d+"))
    return Counter(re.search(r"title \d+", entry.text)[0] for entry in entries)


def assert_once(world, numbers, play=A):
    expected = Counter(f"title {number}" for number in numbers)
    assert titles_in_log(world) == expected
    assert titles_in(world, play) == expected


def ids_by_title(world):
    rows = all_rows(world.sandbox.body(world.action_log), ACTION_LOG)
    return {row.cells["title"]: row.key for row in rows}


def five_more_after_a_copy(world):
    """Events 1 to 5, a copy, events 6 to 10; the later ones as they were sent."""
    record_all([titled(n) for n in range(1, 6)])
    drain()
    copy = copied()
    later = [titled(n) for n in range(6, 11)]
    record_all(later)
    drain()
    assert_once(world, range(1, 11))
    return copy, later


def test_after_a_restore_no_row_is_written_over_and_a_person_is_asked(world):
    copy, _ = five_more_after_a_copy(world)
    before = ids_by_title(world)

    restore(copy)
    record_all([titled(n) for n in range(11, 14)])
    left = drain()

    assert ids_by_title(world) == before
    assert_once(world, range(1, 11))
    assert Site.current().log_stopped_at is not None
    assert left.due == 0
    assert not SyncJob.objects.filter(action__title__in=["title 11", "title 12"], state="synced")
    with translation.override("en"):
        problems = [one.what for one in look_at_queue(timezone.now()) if one.is_problem]
    assert any("The database is older than its pages" in what for what in problems)


def test_a_page_that_knows_higher_numbers_stops_the_log_before_an_id_is_given_twice(world):
    copy, _ = five_more_after_a_copy(world)
    restore(copy)

    call_command("drain")
    record(titled(11))
    drain()
    record(titled(12))

    assert Site.current().log_stopped_at is not None
    assert LogNumber.objects.get().seen == 10
    assert Action.objects.get(title="title 12").log_id == "LOG-2026-00011"
    assert_once(world, range(1, 11))


def test_a_restored_copy_ends_with_every_event_once(world):
    copy, later = five_more_after_a_copy(world)
    before = ids_by_title(world)
    restore(copy)
    record_all([titled(n) for n in (11, 12)])
    record_all(later[:3])
    record(titled(13))
    drain()

    report = reconcile(by=None, adopt=True)
    drain()
    receipts = record_all(later)
    left = drain()

    assert report.agrees
    assert {r.status for r in receipts} == {ReceiptStatus.DUPLICATE}
    assert (left.pending, left.failed, left.paused) == (0, 0, 0)
    assert_once(world, range(1, 14))
    now = ids_by_title(world)
    assert {title: now[title] for title in before} == before
    assert {a.title: a.log_id for a in Action.objects.all()} == now
    assert (
        sorted(now.values()) == [f"LOG-2026-{n:05d}" for n in sorted(range(1, 14))]
        or len(set(now.values())) == 13
    )
    assert Event.objects.filter(recovered_at__isnull=False).count() == 2
    assert reconcile(by=None).agrees


@pytest.mark.parametrize("is_before", [True, False])
def test_an_owed_entry_that_stands_there_is_ours_whenever_a_colleague_wrote_into_it(
    world, is_before
):
    """The copy was made after the events came and before they were written."""
    record_all([titled(1), titled(2)])
    copy = copied()
    drain()
    restore(copy)
    live_doc = world.live_docs[A]

    def write_into_it():
        body = world.sandbox.body(live_doc).replace("title 1", "title 1 동료의 말")
        world.sandbox.edit(live_doc, body)

    if is_before:
        write_into_it()
    report = reconcile(by=None, adopt=True)
    if not is_before:
        write_into_it()
    left = drain()

    assert report.agrees
    assert Site.current().log_stopped_at is None
    assert (left.pending, left.failed) == (0, 0)
    assert_once(world, [1, 2])


def an_entry_written_into(world):
    """After a restore, of two lost events the first has an entry with a colleague's words, no row.

    Returns the two, to be sent again.
    """
    record(titled(1))
    drain()
    copy = copied()
    later = [titled(2, owner=""), titled(3, owner="")]
    record_all(later)
    drain()
    log, live = world.sandbox.body(world.action_log), world.sandbox.body(world.live_docs[A])
    world.sandbox.edit(world.action_log, without_row(log, "LOG-2026-00002"))
    world.sandbox.edit(world.live_docs[A], live.replace("title 2", "title 2 전화로 확인함"))
    restore(copy)
    return later


@pytest.mark.parametrize("adopt", [True, False])
def test_a_colleague_s_words_in_an_entry_make_no_other_event_of_it(world, adopt):
    """The entry was written, its row not yet, and the entry's title is no longer the event's."""
    later = an_entry_written_into(world)

    reconcile(by=None, adopt=adopt)
    drain()
    record_all(later)
    drain()
    record_all(later)
    drain()

    assert Action.objects.count() == 3
    assert titles_in(world, A) == Counter(["title 1", "title 2", "title 3"])
    assert "전화로 확인함" in world.sandbox.body(world.live_docs[A])
    assert sorted(titles_in_log(world)) == ["title 1", "title 2", "title 3"]


def test_a_row_on_a_full_page_is_not_written_to_the_next_one_when_its_event_comes_again(
    world, settings
):
    """It was made of an entry into which a colleague had written, and the log has gone on since."""
    settings.SYNC_LOG_ROWS = 3
    later = an_entry_written_into(world)
    reconcile(by=None, adopt=True)
    drain()
    record(titled(4))
    drain()

    record_all(later)
    drain()

    bodies = [world.sandbox.body(volume.page.page_id) for volume in LogVolume.objects.all()]
    rows = [row.cells["title"] for body in bodies for row in all_rows(body, ACTION_LOG)]
    assert len(bodies) == 2
    assert sorted(rows) == ["title 1", "title 2 전화로 확인함", "title 3", "title 4"]


def test_without_adopting_what_is_sent_again_is_still_known(world):
    copy, later = five_more_after_a_copy(world)
    before = ids_by_title(world)
    restore(copy)

    report = reconcile(by=None)
    assert not report.agrees
    assert [told.log_id for told in report.unknown] == [f"LOG-2026-{n:05d}" for n in range(6, 11)]
    record(titled(11))
    record_all(later)
    left = drain()

    assert (left.pending, left.failed) == (0, 0)
    assert_once(world, range(1, 12))
    assert {**ids_by_title(world), "title 11": ""} == {**before, "title 11": ""}
    assert ids_by_title(world)["title 11"] == "LOG-2026-00011"
    assert not PageRecord.objects.exists()
    assert reconcile(by=None).agrees


def test_a_lagging_replica_loses_the_last_moments_and_no_event(world):
    record_all([titled(n) for n in range(1, 4)])
    drain()
    record(titled(4))  # stored, not written yet when the replica had it
    replica = copied()
    drain()
    lost = titled(5, B)
    record(lost)
    drain()

    restore(replica)
    record(titled(6))
    drain()
    reconcile(by=None, adopt=True)
    receipt = record(lost)
    left = drain()

    assert receipt.status is ReceiptStatus.DUPLICATE
    assert (left.pending, left.failed) == (0, 0)
    assert titles_in_log(world) == Counter(f"title {n}" for n in range(1, 7))
    assert titles_in(world, A) == Counter(f"title {n}" for n in (1, 2, 3, 4, 6))
    assert titles_in(world, B) == Counter(["title 5"])


def test_a_database_lost_whole_is_made_again_from_the_pages(world):
    sent = [
        titled(1),
        signal(A, signal_id="S1", title="title 2"),
        scored("S1", total_score=78, decision="GO"),
        brief(brief_id="B1", play_id=B, title="title 4"),
        validation(brief_id="B1", decision="GO", title="title 5"),
        titled(6, B),
    ]
    record_all(sent)
    drain()
    pages = {
        page: world.sandbox.body(page) for page in (world.action_log, *world.live_docs.values())
    }
    counters = {name: row["signal_qtd"] for name, row in world.play_rows().items()}

    lose()
    for part in ("action_log", "play_db", "project_todo"):
        assign(PageMapping.objects.shared(part), getattr(world, part))
    for play_id, page in world.live_docs.items():
        mapping = PageMapping.objects.of_play(make_play(play_id=play_id), "live_doc")
        assign(mapping, page)
    report = reconcile(by=None, adopt=True)
    drain()
    receipts = record_all(sent)
    left = drain()

    assert report.agrees
    assert len(report.adopted) == 6
    assert [receipt.status for receipt in receipts] == [ReceiptStatus.DUPLICATE] * 6
    assert (left.pending, left.failed) == (0, 0)
    assert {page: world.sandbox.body(page) for page in pages} == pages
    assert {name: row["signal_qtd"] for name, row in world.play_rows().items()} == counters
    assert record(titled(7)).log_id == "LOG-2026-00007"
    assert Action.objects.get(action_type="Scorecard").data["total_score"] == 78


def test_ten_times_as_much_lost_is_brought_back_with_as_many_queries(world):
    """Half of it came in again before the comparison, under other ids."""
    asked = []
    for first, count in ((1, 6), (101, 60)):
        copy = copied()
        sent = [titled(n) for n in range(first, first + count)]
        record_all(sent)
        drain()
        restore(copy)
        record_all([titled(9_000 + first), *sent[: count // 2]])
        with CaptureQueriesContext(connection) as queries:
            report = reconcile(by=None, adopt=True)
        asked.append(len(queries))
        drain()
        assert (len(report.matched), len(report.adopted)) == (count // 2, count - count // 2)

    assert asked[1] <= 1.2 * asked[0], asked
    assert_once(world, [*range(1, 7), *range(101, 161), 9_001, 9_101])


def test_a_new_event_after_a_loss_is_not_written_before_the_pages_were_compared(world):
    record(titled(1))
    drain()
    lose()
    assign(PageMapping.objects.shared("action_log"), world.action_log)
    mapping = PageMapping.objects.of_play(make_play(play_id=B), "live_doc")
    assign(mapping, world.live_docs[B])
    record(titled(2, B))
    job = SyncJob.objects.get(kind="live_entry")
    write_page(job.mapping.page_id)

    assert titles_in(world, B) == Counter()
    assert Site.current().log_stopped_at is not None


def test_the_log_s_next_page_is_found_again(world, settings):
    settings.SYNC_LOG_ROWS = 3
    record_all([titled(n) for n in range(1, 3)])
    drain()
    copy = copied()
    later = [titled(n) for n in range(3, 7)]
    record_all(later)
    drain()
    assert len(titles_in_log(world)) == 3

    restore(copy)
    record_all(later)
    drain()
    report = reconcile(by=None, adopt=True)
    record(titled(7))
    left = drain()

    assert report.agrees
    assert (left.pending, left.failed) == (0, 0)
    assert titles_in(world, A) == Counter(f"title {n}" for n in range(1, 8))
    bodies = [world.sandbox.body(volume.page.page_id) for volume in LogVolume.objects.all()]
    rows = Counter(r.cells["title"] for body in bodies for r in all_rows(body, ACTION_LOG))
    assert len(bodies) == 3
    assert list(LogVolume.objects.values_list("number", flat=True)) == [1, 2, 3]
    assert rows == Counter(f"title {n}" for n in range(1, 8))


def test_a_dry_run_changes_nothing_and_an_act_is_in_the_audit_trail(world, capsys):
    copy, _ = five_more_after_a_copy(world)
    restore(copy)
    before = json.loads(copied())

    with pytest.raises(SystemExit) as ended:
        call_command("reconcile", "--dry-run")

    assert ended.value.code == 1
    assert "Log numbers of 2026: LOG-2026-00005 -> LOG-2026-00010." in capsys.readouterr().out
    assert json.loads(copied()) == before
    call_command("reconcile", "--adopt")
    assert "Pages and database agree." in capsys.readouterr().out
    entry = AuditEntry.objects.get(verb="reconcile")
    assert entry.details["raised"] == {"2026": [5, 10]}


def test_a_colleague_s_edit_of_our_row_is_not_another_event(world):
    record_all([titled(1), titled(2)])
    drain()
    body = world.sandbox.body(world.action_log)
    world.sandbox.edit(world.action_log, body.replace("title 1", "other words"))

    assert reconcile(by=None).agrees
    drain()
    assert titles_in_log(world) == Counter(["title 1", "title 2"])
    assert not log_stop.is_stopped()


def test_a_number_that_is_nobody_s_log_id_stops_nothing(world):
    record(titled(1))
    drain()
    body = world.sandbox.body(world.action_log)
    row = re.search(r"<tr[^>]*>(?:(?!</tr>).)*LOG-2026-00001.*?</tr>", body, re.DOTALL)[0]
    strange = row.replace("LOG-2026-00001", "LOG-2026-99999999999999999999")
    world.sandbox.edit(world.action_log, body.replace(row, row + strange))

    record(titled(2))
    left = drain()

    assert (left.pending, left.failed) == (0, 0)
    assert not log_stop.is_stopped()


def test_a_claim_of_a_process_that_ended_before_the_copy_was_put_back_is_no_obstacle(world):
    record(titled(1))
    dead = f"{leases._machine()} 1 0 abc"  # process 1 began at another moment
    until = timezone.now() + timedelta(minutes=2)
    Page.objects.update(lease_until=until, lease_token=dead)

    report = reconcile(by=None)

    assert not report.unreadable
    assert not Page.objects.filter(lease_until__gt=timezone.now()).exists()


def test_a_log_that_cannot_be_read_stays_stopped_until_it_can(world):
    record(titled(1))
    drain()
    log_stop.stop("the log knows more than the database")
    world.sandbox.set_status(world.action_log, "trashed")

    report = reconcile(by=None)

    assert [page.page_id for page, _ in report.unreadable] == [world.action_log]
    assert not report.agrees
    assert log_stop.is_stopped()

    world.sandbox.set_status(world.action_log, "current")
    assert reconcile(by=None).agrees
    assert not log_stop.is_stopped()


def test_what_a_comparison_owes_is_counted(world):
    first, _ = record_all([titled(1), titled(2)])
    drain()
    SyncJob.objects.filter(kind="live_entry", key=first.log_id).delete()
    log = world.sandbox.body(world.action_log)
    world.sandbox.edit(world.action_log, without_row(log, first.log_id))

    report = reconcile(by=None)

    assert report.owed == report.entry.details["owed"] == 2
    assert SyncJob.objects.pending().count() == 2
