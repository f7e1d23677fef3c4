"""The weekly sync's screens: when it runs, how far it is, what it found, and what it would do."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from plays.models import (
    AuditEntry,
    Finding,
    MirrorChange,
    Pause,
    QuarterCount,
    WeeklyResult,
    WeeklySync,
)
from plays.sync import weekly
from plays.views.common import render
from tests.factories import NOW, make_page, make_play
from tests.sync.weekly.damage import FIRST, SECOND, do_damage, make_company
from tests.views.conftest import EN
from tests.world import make_world

KO = {"Accept-Language": "ko-KR,ko;q=0.9"}


def make_run(**changes):
    values = {
        "slot": NOW - timedelta(days=3),
        "trigger": "schedule",
        "state": "done",
        "step": "live_doc:3",
        "done": 6,
        "total": 6,
        "started_at": NOW - timedelta(days=3),
        "finished_at": NOW - timedelta(days=3) + timedelta(seconds=14),
    }
    return WeeklySync.objects.create(**{**values, **changes})


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text.partition("<main")[2]))


@pytest.mark.django_db
class TestWhen:
    def test_the_next_run_is_told_in_plain_words(self, seen):
        text = seen("weekly")

        assert "Friday 27 November 18:00 in 4 days · every Friday at 18:00" in text
        assert "No run is on its way." in text
        assert "Nothing has run yet." in text

    def test_the_same_in_korean(self, client, pm, monday):
        client.force_login(pm)

        assert "11월 27일 금요일 18:00" in text_of(client.get(reverse("plays:weekly"), headers=KO))

    @pytest.mark.parametrize(
        ("cron", "words"),
        [
            ("30 9 * * 1-5", "every working day at 9:30"),
            ("0 9 * * *", "every day at 9:00"),
            ("5 7 * * 1,4", "every Monday, Thursday at 7:05"),
            ("0 */6 * * *", "0 */6 * * *"),
            ("0 0 30 2 *", "none"),
        ],
    )
    def test_any_schedule_is_told(self, seen, settings, cron, words):
        settings.SYNC_SCHEDULE = cron

        assert words in seen("weekly")


@pytest.mark.django_db
class TestRuns:
    def test_the_history_tells_how_plays_stood_and_what_was_found(self, seen):
        run = make_run(is_late=True)
        page = make_page()
        for status, repaired in (("G", False), ("R", True), ("R", False)):
            WeeklyResult.objects.create(
                weekly=run, play=make_play(), status=status, was_repaired=repaired
            )
        for kind in ("missing", "duplicate"):
            Finding.objects.create(weekly=run, kind=kind, page=page, key="LOG-1")

        text = seen("weekly")

        assert "2026-11-20 (Fri) 14:05 ✓ done ! late schedule" in text
        assert "● 1 On track · ▲ 0 At risk · ■ 2 Behind 1 2" in text
        assert "For a person to see to 1 of 2 findings" in text

    def test_a_result_tells_what_was_taken_over_from_the_page(self, seen, monday):
        run = make_run()
        values = {"field": "owner", "ours": "김철수", "page_value": "이영희", "is_conflict": True}
        play = make_play(name="Alpha")
        MirrorChange.objects.create(play=play, at=run.started_at, **values)
        MirrorChange.objects.create(
            play=play, at=run.started_at - timedelta(days=1), **{**values, "page_value": "전의 값"}
        )

        text = seen("weekly_result", run.pk)

        assert "Alpha owner: 김철수 → 이영희 Both sides had changed it" in text
        assert "전의 값" not in text

    def test_a_result_tells_status_changes_repairs_and_findings(self, seen, monday):
        earlier = make_run(slot=NOW - timedelta(days=10))
        run = make_run(message="rows_paused")
        play, page = make_play(name="Alpha"), make_page(title="Action Log")
        WeeklyResult.objects.create(weekly=earlier, play=play, status="G")
        WeeklyResult.objects.create(
            weekly=run,
            play=play,
            status="Y",
            activity=4,
            was_repaired=True,
            repaired_from={"2026Q4": {"activity": 9, "s2": 1}},
        )
        common = {"weekly": run, "page": page, "play": play}
        Finding.objects.create(
            kind="changed", key="LOG-7", column="title", found="다른 제목", expected="세미나",
            by="박지훈", at=NOW, **common,
        )  # fmt: skip
        Finding.objects.create(
            kind="changed", key="EXT_1", column="signal_qtd", found="9", expected="2", **common
        )
        Finding.objects.create(kind="duplicate", key="LOG-8", found="2", **common)
        Finding.objects.create(
            kind="unreadable", found="AmbiguousTable", message="2 tables", **common
        )

        text = seen("weekly_result", run.pk)

        assert "Alpha ● On track → ▲ At risk" in text
        assert "2026Q4 Activities 9, S2 1" in text
        assert "✎ changed by somebody LOG-7 Title Alpha Action Log 다른 제목 세미나 박지훈" in text
        assert "EXT_1 Signal QTD Alpha Action Log 9 2" in text
        assert "≡ there more than once LOG-8 Alpha Action Log 2 times once" in text
        assert "Two tables on the page fit. Leave only one of them" in text
        assert "2 of them wait for a person" in text
        assert "Rows of the Play DB are paused by a person" in text
        assert "(14 seconds)" in text

    def test_a_failed_run_says_why(self, seen):
        run = make_run(state="failed", error="ImproperlyConfigured", message="no site")

        text = seen("weekly_result", run.pk)

        assert "ImproperlyConfigured. Read the message below" in text
        assert "In its own words: no site" in text

    def test_a_run_that_confluence_failed_is_told_with_what_to_do(self, client, pm):
        client.force_login(pm)
        words = "no such page, or not visible to this account · HTTP 404 · No page 7"
        run = make_run(state="failed", error="PageNotFound", message=words)

        text = text_of(client.get(reverse("plays:weekly_result", args=[run.pk])))

        assert "no such page" not in text
        assert "HTTP 404 · No page 7" in text
        assert "PageNotFound" not in text

    def test_no_finding_does_not_deny_jobs_that_failed(self, seen):
        text = seen("weekly_result", make_run().pk)

        assert "Beyond jobs that wait, failed or were canceled, the pages say what" in text

    def test_lists_cost_the_same_however_long(self, client, pm, django_assert_num_queries):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client.force_login(pm)
        self._fill(2)
        run = WeeklySync.objects.latest("slot")
        addresses = (reverse("plays:weekly"), reverse("plays:weekly_result", args=[run.pk]))
        few = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            few.append(len(queries))
        self._fill(25)

        for address, count in zip(addresses, few, strict=True):
            with django_assert_num_queries(count):
                client.get(address)

    def _fill(self, count):
        page = make_page()
        for _ in range(count):
            run = make_run(slot=NOW - timedelta(days=7 * (WeeklySync.objects.count() + 1)))
            for one in WeeklySync.objects.all():
                play = make_play()
                WeeklyResult.objects.create(weekly=one, play=play, status="G")
                Finding.objects.create(weekly=run, kind="missing", page=page, play=play, key="K")


@pytest.mark.django_db
class TestRunNow:
    def test_staff_start_a_run_with_a_reason_and_a_worker_is_woken(
        self, client, staff, django_capture_on_commit_callbacks
    ):
        client.force_login(staff)

        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("plays:weekly_run"), {"reason": "보고 전에"})

        run = WeeklySync.objects.get()
        assert (run.state, run.trigger, run.asked_by) == ("running", "person", staff)
        entry = AuditEntry.objects.get(verb="run_weekly")
        assert (entry.by, entry.reason) == (staff, "보고 전에")
        assert [task.func() for task in OrmQ.objects.all()] == ["plays.tasks.weekly_sync"]

    def test_two_at_once_are_one(self, client, staff):
        client.force_login(staff)

        for _ in range(2):
            response = client.post(reverse("plays:weekly_run"), follow=True, headers=EN)

        assert WeeklySync.objects.count() == 1
        assert "A run is on its way already." in response.text

    def test_its_progress_is_shown_and_asked_for_again(self, client, pm):
        client.force_login(pm)
        make_run(state="running", step="action_log", done=2, total=46, finished_at=None)

        whole = client.get(reverse("plays:weekly"), headers=EN)
        part = client.get(reverse("plays:weekly"), headers={**EN, "HX-Request": "true"})

        assert "Step 2 of 46: comparing the Action Log" in text_of(whole)
        assert '<progress class="progress"' in whole.text
        assert 'hx-trigger="every 2s"' in part.text
        assert "<html" not in part.text

    def test_its_own_page_is_fetched_anew_while_it_runs(self, client, pm):
        client.force_login(pm)
        run = make_run(state="running", step="action_log", done=2, total=46, finished_at=None)
        address = reverse("plays:weekly_result", args=[run.pk])

        before = client.get(address).text
        WeeklySync.objects.update(state="done", finished_at=NOW)
        after = client.get(address).text

        parts = ("run-state", "run-facts", "run-findings", "run-results")
        assert all(f'id="{part}" data-live' in before for part in parts)
        assert "data-live-bar" in before
        assert "data-live" not in after.partition("<main")[2]

    def test_when_it_is_over_nobody_asks_any_more(self, client, pm):
        client.force_login(pm)
        make_run()

        part = client.get(reverse("plays:weekly"), headers={**EN, "HX-Request": "true"})

        assert "hx-trigger" not in part.text

    def test_what_it_waits_for_is_said(self, client, pm):
        client.force_login(pm)
        make_run(state="running", step="play_db", message="everything_paused", finished_at=None)

        assert (
            "A person has paused everything."
            in client.get(reverse("plays:weekly"), headers=EN).text
        )


@pytest.mark.django_db(transaction=True)
class TestDryRun:
    @pytest.fixture
    def company(self, confluence_settings, sandbox):
        confluence_settings.SYNC_RETRY_DELAY = 0.0
        return make_company(make_world(sandbox))

    def test_it_shows_the_full_difference_and_writes_nothing(self, client, staff, company):
        damage = do_damage(company)
        version = company.sandbox.version(company.play_db)
        client.force_login(staff)

        response = client.get(reverse("plays:weekly_plan"), headers=EN)

        text = text_of(response)
        assert "Rows of the Play DB 1 / 3" in text
        assert "99 → 1" in text
        assert f"-play_id {SECOND}" in text
        assert "Activities 9, Signals 1" in text
        assert f"↻ missing, owed again {damage.gone.log_id}" in text
        assert "박지훈" in text
        assert company.sandbox.version(company.play_db) == version
        assert QuarterCount.objects.get(play__play_id=FIRST, activity__gt=0).activity == 9
        assert WeeklySync.objects.count() == 1

    def test_it_says_when_it_cannot_look(self, client, staff, company):
        Pause.objects.create(scope="all", reason="점검", at=timezone.now())
        client.force_login(staff)

        text = text_of(client.get(reverse("plays:weekly_plan"), headers=EN))

        assert "A person has paused everything." in text

    def test_a_run_from_the_button_ends_in_the_history(self, client, staff, company):
        do_damage(company)
        client.force_login(staff)
        client.post(reverse("plays:weekly_run"))

        weekly.run_due()

        run = WeeklySync.objects.latest("slot")
        text = text_of(client.get(reverse("plays:weekly_result", args=[run.pk]), headers=EN))
        assert "Findings 3" in text
        assert "박지훈" in text


@pytest.mark.django_db
def test_a_runs_plays_are_turned_apart_from_its_findings(client, pm, monkeypatch):
    run = make_run()
    monkeypatch.setattr(render, "PAGE_SIZE", 2)
    for number in range(5):
        WeeklyResult.objects.create(weekly=run, play=make_play(name=f"Turned {number}"))
        Finding.objects.create(
            weekly=run, kind="unknown", page=make_page(), key=f"LOG-2026-0000{number}"
        )
    client.force_login(pm)

    text = client.get(f"/weekly/{run.pk}/?p=2&plays=3").content.decode()

    assert "LOG-2026-00003" in text
    assert "LOG-2026-00001" not in text
    assert 'href="?p=2&amp;plays=2"' in text
    assert 'href="?p=1&amp;plays=3"' in text
