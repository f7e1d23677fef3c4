"""Constructs on which tools that edit Confluence pages go wrong or give up, each run on ours.

A construct gives events to the product, lets it write a page of the sandbox, and tells whether the
whole page is right, to the byte. `benchmarks/constructs.py` prints them; docs/side-by-side.md has
what is known of others.
"""

from __future__ import annotations

from collections.abc import Callable

from plays.models import PageMapping, Play, SyncJob
from plays.models.job import JobState
from plays.sandbox import Fault
from plays.storage import table_texts
from plays.sync.intake.receiving import record
from plays.sync.mappings.assign import assign
from plays.sync.writing.drain import drain
from tests.events import activity, brief
from tests.world import World

Construct = Callable[[World], bool]

# What a page loses that is printed again: entities, ids, odd spacing, what looks like markup.
AROUND = (
    '<p local-id="p1">R&amp;D&nbsp;센터 &mdash; &ldquo;원문&rdquo;  그대로</p>'
    '<ac:structured-macro ac:name="code" ac:schema-version="1" ac:macro-id="m1">'
    "<ac:plain-text-body><![CDATA[<tr><td>LOG</td></tr>]]></ac:plain-text-body>"
    "</ac:structured-macro>"
)
LOG = (
    f"{AROUND}<table WIDTH><tr><th>Log ID</th><th>Play ID</th><th>유형</th><th>제목</th>"
    "<th>담당자</th><th>일시</th></tr><tr><td>A-17</td><td>OLD</td><td>Activity</td>"
    "<td>킥오프</td><td>김철수</td><td>2025-03-02 10:00</td></tr></table>"
)
COUNTERS = "<th>Activity</th><th>Signal</th><th>Brief</th>"
WIDE = 'data-layout="full-width" data-table-width="1400" ac:local-id="t1"'
NOTE = "<p>사이에 적은 메모</p>"


class Trial:
    """A new page in a part, and a new Play whose events go there; PLAY in `body` is its id."""

    def __init__(self, world: World, part: str, body: str, *, play_id: str = "") -> None:
        number = Play.objects.count()
        self.world = world
        self.play_id = play_id or f"TRY_No_{number:03d}"
        world.add_play(self.play_id)
        self.before = self.filled(body)
        self.page = world.sandbox.add_page(f"{part} {number}", self.before)
        assign(PageMapping.objects.shared(part), self.page)

    def filled(self, body: str) -> str:
        return body.replace("PLAY", self.play_id).replace("WIDTH", WIDE)

    @property
    def body(self) -> str:
        return self.world.sandbox.body(self.page)

    def log(self) -> str:
        """An activity of the Play is recorded and written. Returns its log id."""
        log_id = record(activity(self.play_id)).log_id
        drain(wait=True)
        return log_id

    def brief(self) -> None:
        """A brief of the Play is recorded and written."""
        record(brief(play_id=self.play_id))
        drain()

    def inserted(self) -> str:
        """What the page has more than before; "" where anything else is not as it was."""
        pairs = zip(self.before, self.body, strict=False)
        start = next((n for n, (old, new) in enumerate(pairs) if old != new), len(self.before))
        rest = self.before[start:]
        return self.body[start : len(self.body) - len(rest)] if self.body.endswith(rest) else ""

    def rows_with(self, text: str) -> int:
        return sum(text in row for table in table_texts(self.body) for row in table)

    def asks(self) -> bool:
        """Whether nothing was written, and the Play's row waits for a person."""
        row = SyncJob.objects.get(play__play_id=self.play_id, kind="play_row")
        return self.body == self.before and row.state == JobState.FAILED


def a_table_that_no_program_ever_touched(world: World) -> bool:
    trial = Trial(world, "action_log", LOG)
    log_id = trial.log()
    return log_id in trial.inserted() and trial.rows_with(log_id) == 1


def a_row_for_a_table_with_text_behind_it(world: World) -> bool:
    behind = "<p>표 아래의 설명</p><h2>끝</h2>"
    trial = Trial(world, "action_log", LOG + behind)
    log_id = trial.log()
    return log_id in trial.inserted() and trial.body.endswith(f"</tr></table>{behind}")


def no_id_entity_or_width_changed_elsewhere(world: World) -> bool:
    trial = Trial(world, "action_log", LOG)
    trial.log()
    return "LOG-" in trial.inserted() and "local-id" not in trial.inserted()


def a_key_that_another_key_begins_with(world: World) -> bool:
    """A-1 beside A-10: the row of A-1 and no other."""
    rows = "".join(_row(key, 0, 0, n) for key, n in (("A-10", 0), ("A-1", "BRIEF"), ("A-11", 0)))
    return _counts_one(world, f"<th>Play ID</th>{COUNTERS}", rows, play_id="A-1")


def a_key_of_which_only_the_longer_one_stands(world: World) -> bool:
    """B-1 where the page has only B-10: a row of its own."""
    body = _table(f"<th>Play ID</th>{COUNTERS}", _row("B-10", 7, 7, 7))
    trial = Trial(world, "play_db", body, play_id="B-1")
    world.add_play("B-10", mapped=False)
    trial.brief()
    return ">B-1<" in trial.inserted()


def colspan_before_the_column(world: World) -> bool:
    headings = f'<th>Play ID</th><th colspan="2">담당</th>{COUNTERS}'
    rows = _row("OTHER", "김", "이", 0, 0, 5) + _row("PLAY", 0, 0, "BRIEF").replace(
        "</td><td>", '</td><td colspan="2">함께</td><td>', 1
    )
    return _counts_one(world, headings, rows)


def rowspan_before_the_column(world: World) -> bool:
    other = '<tr><td>OTHER</td><td rowspan="2">김철수</td><td>0</td><td>0</td><td>5</td></tr>'
    rows = other + _row("PLAY", 0, 0, "BRIEF")
    return _counts_one(world, f"<th>Play ID</th><th>담당</th>{COUNTERS}", rows)


def headings_on_two_storeys(world: World) -> bool:
    headings = (
        '<th rowspan="2">Play ID</th><th colspan="2">Activity</th><th colspan="2">Brief</th></tr>'
        "<tr><th>실적</th><th>목표</th><th>실적</th><th>목표</th>"
    )
    return _counts_one(world, headings, _row("PLAY", 0, 20, "BRIEF", 4))


def the_cell_itself_merged_over_two_rows(world: World) -> bool:
    """Nothing is written, a person is asked."""
    other = '<tr><td>OTHER</td><td>0</td><td>0</td><td rowspan="2">5</td></tr>'
    body = _table(f"<th>Play ID</th>{COUNTERS}", other + _row("PLAY", 0, 0))
    trial = Trial(world, "play_db", body)
    trial.brief()
    return trial.asks()


def a_key_that_stands_twice(world: World) -> bool:
    """Nothing is written, a person is asked."""
    rows = _row("PLAY", 0, 0, 0) * 2
    trial = Trial(world, "play_db", _table(f"<th>Play ID</th>{COUNTERS}", rows))
    trial.brief()
    return trial.asks()


def the_same_event_twice(world: World) -> bool:
    trial = Trial(world, "action_log", LOG)
    event = activity(trial.play_id)
    for _ in range(2):
        log_id = record(event).log_id
        drain()
    return trial.rows_with(log_id) == 1 and world.sandbox.version(trial.page) == 2


def a_write_whose_answer_is_lost(world: World) -> bool:
    trial = Trial(world, "action_log", LOG)
    world.sandbox.faults.script("lost_reply", match=f"PUT /pages/{trial.page}")
    log_id = trial.log()
    return world.sandbox.faults.fired["lost_reply"] > 0 and log_id in trial.inserted()


def a_save_between_read_and_write(world: World) -> bool:
    trial = Trial(world, "action_log", LOG)
    fault = Fault("colleague_edit", edit=lambda body: body + NOTE)
    world.sandbox.faults.script(fault, match=f"PUT /pages/{trial.page}")
    log_id = trial.log()
    return trial.rows_with(log_id) == 1 and trial.body.count("사이에 적은 메모") == 1


def _counts_one(world: World, headings: str, rows: str, *, play_id: str = "") -> bool:
    """Whether a first brief changes nothing but the cell that says BRIEF, from 0 to 1."""
    body = _table(headings, rows)
    trial = Trial(world, "play_db", body.replace("BRIEF", "0"), play_id=play_id)
    trial.brief()
    return trial.body == trial.filled(body.replace("BRIEF", "1"))


def _table(headings: str, rows: str) -> str:
    return f"{AROUND}<table WIDTH><tr>{headings}</tr>{rows}</table>"


def _row(*cells: object) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


CONSTRUCTS: dict[str, Construct] = {
    "a row into a table that no program ever touched": a_table_that_no_program_ever_touched,
    "a row for a table with text behind it": a_row_for_a_table_with_text_behind_it,
    "no id, entity or width changed elsewhere": no_id_entity_or_width_changed_elsewhere,
    "the row of A-1 beside A-10 and A-11": a_key_that_another_key_begins_with,
    "B-1 where the page has only B-10": a_key_of_which_only_the_longer_one_stands,
    "colspan before the column": colspan_before_the_column,
    "rowspan before the column": rowspan_before_the_column,
    "headings on two storeys": headings_on_two_storeys,
    "the cell itself merged over two rows: asks": the_cell_itself_merged_over_two_rows,
    "a key that stands twice: asks": a_key_that_stands_twice,
    "the same event twice": the_same_event_twice,
    "a write whose answer is lost": a_write_whose_answer_is_lost,
    "a save between read and write": a_save_between_read_and_write,
}
