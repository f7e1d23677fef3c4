"""A week whose pages and counters are wrong in known ways, and what a run must make of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils import timezone

from plays.models import (
    Action,
    Finding,
    PageMapping,
    Play,
    QuarterCount,
    SyncJob,
    WeeklyResult,
    WeeklySync,
)
from plays.models.weekly import WeeklyTrigger
from plays.rules.quarter import Quarter
from plays.sync import weekly
from plays.sync.intake.receiving import record_all
from plays.sync.writing.drain import drain
from tests.events import activity, brief, signal
from tests.world import World

PLAYS = ("EXT_Desk_D01", "EXT_Desk_D02", "EXT_Desk_D03")
FIRST, SECOND, THIRD = PLAYS


def today(make, *args, **data):
    """An event of this moment."""
    return make(*args, event_time=timezone.now().isoformat(), **data)


def run() -> WeeklySync:
    """A run, as far as it gets."""
    return weekly.carry_on(weekly.start(trigger=WeeklyTrigger.PERSON))


def findings() -> list[Finding]:
    """What all runs found, oldest first."""
    return list(Finding.objects.order_by("pk").select_related("play", "page"))


def this_quarter() -> Quarter:
    return Quarter.of(timezone.now(), timezone.get_default_timezone())


def mapping_of(part: str) -> PageMapping:
    return PageMapping.objects.shared(part)


def make_company(world: World) -> World:
    """Three Plays whose work is on all pages, the Play DB included, by a first run."""
    for play_id in PLAYS:
        world.add_play(play_id)
        record_all(
            [today(activity, play_id), today(signal, play_id), today(brief, play_id=play_id)]
        )
    drain()
    run()
    return world


def row_of(body: str, key: str) -> str:
    """The source of the row that names `key`."""
    return re.search(rf"<tr[^>]*>(?:(?!</tr>).)*{key}(?:(?!</tr>).)*</tr>", body)[0]


def set_cell(body: str, play_id: str, column: int, value: str) -> str:
    """What a colleague does in the editor: other words in the nth cell of a Play's row."""
    row = row_of(body, play_id)
    cell = re.findall(r"<td[^>]*>.*?</td>", row)[column]
    return body.replace(row, row.replace(cell, f"<td><p>{value}</p></td>", 1), 1)


def without_row(body: str, key: str) -> str:
    return body.replace(row_of(body, key), "")


def without_entry(body: str, key: str) -> str:
    return re.sub(rf"<p[^>]*><code[^>]*>{key}</code>.*?</p>", "", body)


@dataclass(frozen=True)
class Damage:
    """What was done to the company: one wrong counter, one wrong cell, a row and an entry gone."""

    world: World
    gone: Action

    def assert_put_right(self, run: WeeklySync) -> None:
        """Everything is as one undisturbed run would leave it."""
        assert (run.state, run.done, run.message) == ("done", run.total, "")
        self.world.assert_every_action_is_on_its_pages_once()
        for row in self.world.play_rows().values():
            counted = [row[f"{name}_qtd"] for name in ("activity", "signal", "brief", "s2", "s3")]
            assert counted == ["1", "1", "1", "0", "0"]
        assert [
            (f.kind, f.key, f.column, f.found, f.by) for f in Finding.objects.order_by("pk")
        ] == [
            ("changed", SECOND, "activity_qtd", "99", "박지훈"),
            ("missing", self.gone.log_id, "", "", "이서연"),
            ("missing", self.gone.log_id, "", "", "최민호"),
        ]
        results = WeeklyResult.objects.filter(weekly=run).select_related("play")
        assert [r.play.play_id for r in results] == list(PLAYS)
        assert [r.repaired_from != {} for r in results] == [True, False, False]
        assert {(r.activity, r.signal, r.brief) for r in results} == {(1, 1, 1)}
        assert set(SyncJob.objects.values_list("state", flat=True)) == {"synced"}


def do_damage(world: World) -> Damage:
    count = QuarterCount.objects.filter(play__play_id=FIRST, activity__gt=0)
    count.update(activity=9)
    gone = Action.objects.get(play__play_id=THIRD, action_type="Signal")
    edit = world.sandbox.edit_with
    edit(world.play_db, lambda body: set_cell(body, SECOND, 3, "99"), by="박지훈")
    edit(world.action_log, lambda body: without_row(body, gone.log_id), by="이서연")
    edit(world.live_docs[THIRD], lambda body: without_entry(body, gone.log_id), by="최민호")
    Play.objects.filter(play_id=THIRD).update(next_action="후속 미팅")
    return Damage(world, gone)
