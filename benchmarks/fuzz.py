"""Broken pages, texts and events at random: each is either understood or refused by name.

Takes pages as teams keep them and the hostile inputs of the tests, breaks them at random spots, and
gives them to everything that reads what comes from outside: scanner, table and entry readers,
layout recognition, edits, Markdown, events. Anything but an answer or a refusal of its own kind is
a fault, as is an edit that does not say the same when made twice, or a reader that takes longer
than two seconds.

Run: python benchmarks/fuzz.py --inputs 100000 --seed 1
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from plays.rules.events import Rejected, parse_event
from plays.rules.pages import ACTION_LOG, PLAY_DB
from plays.storage import (
    EditError,
    InsertEntry,
    Strong,
    Text,
    UpsertRow,
    apply_edits,
    describe_tables,
    markdown_to_storage,
    read_entries,
    read_rows,
    text_lines,
)
from tests.events import activity, brief, pilot, scored, signal, validation
from tests.hostile.inputs import HOSTILE
from tests.storage.generated_tables import make_case

SLOW_SECONDS = 2.0
KEY = re.compile(r"LOG-\d+-\d+")
NOW = datetime(2026, 11, 27, tzinfo=UTC)
SEOUL = timezone(timedelta(hours=9))
PIECES = (
    *HOSTILE.values(),
    *("<", ">", "&", "]]>", "<![CDATA[", "<!--", "-->", "<?x?>", "</td>", "<td>", "</tr>", "<tr>"),
    *("<table>", "</table>", "<p>", "</p>", '<ac:link><ri:page ri:content-title="x"/></ac:link>'),
    *(
        "<ac:structured-macro ac:name='x'>",
        "</ac:structured-macro>",
        "<br/>",
        "<td colspan='99999'>",
    ),
    *("<th rowspan='0'>", "<td colspan='-1'>", "&#1114112;", "&#55296;", "&amp", "\x00", "\ufeff"),
)
MARKS = (
    *"#>-*_`~[]()|!\\\n\t :<&",
    "---",
    "```",
    "- [ ] ",
    "1. ",
    "![",
    "](",
    "[^1]",
    "||",
    "\r\n",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seen: Counter[tuple[str, str]] = Counter()
    slowest: dict[str, float] = {}
    start = time.perf_counter()
    for number in range(options.inputs):
        for name, work in jobs(Random(f"{options.seed}/{number}")):
            outcome, took = judged(work)
            if took > SLOW_SECONDS and outcome != "fault":
                outcome = "fault"
                print(f"{name}: {took:.1f} s")
            if outcome == "fault":
                print(f"  {name}, input {number}")
            seen[name, outcome] += 1
            slowest[name] = max(slowest.get(name, 0.0), took)
    print(f"{'given to':<12}{'understood':>12}{'refused':>10}{'faults':>8}{'slowest':>10}")
    for name in slowest:
        row = [seen[name, outcome] for outcome in ("understood", "refused", "fault")]
        print(f"{name:<12}{row[0]:>12,}{row[1]:>10,}{row[2]:>8,}{slowest[name]:>8.2f} s")
    faults = sum(count for (_name, outcome), count in seen.items() if outcome == "fault")
    took = time.perf_counter() - start
    print(f"{options.inputs:,} inputs, seed {options.seed}, {took:.0f} s: {faults} faults")
    return 1 if faults else 0


def judged(work: Callable[[], object]) -> tuple[str, float]:
    """ "understood", "refused" or "fault", and the processor seconds it took."""
    start = time.process_time()
    try:
        work()
        outcome = "understood"
    except (EditError, Rejected):
        outcome = "refused"
    except Exception:  # noqa: BLE001 - whatever it is, it is a fault
        traceback.print_exc()
        outcome = "fault"
    return outcome, time.process_time() - start


def jobs(random: Random) -> Iterator[tuple[str, Callable[[], object]]]:
    """One input for each reader."""
    page = broken(make_case(random).body, PIECES, random)
    text = random.choice(tuple(HOSTILE.values()))
    yield "tables", lambda: describe_tables(page, PLAY_DB)
    yield "rows", lambda: read_rows(page, random.choice((ACTION_LOG, PLAY_DB)))
    yield "entries", lambda: read_entries(page, KEY)
    yield "lines", lambda: text_lines(page)
    yield "row edit", lambda: twice(page, row_edit(text, random))
    yield "entry edit", lambda: twice(page, entry_edit(text))
    yield "markdown", lambda: well_formed(broken(text, MARKS, random))
    yield "event", lambda: parse_event(broken_event(random), now=NOW, zone=SEOUL)


def broken(text: str, pieces: tuple[str, ...], random: Random) -> str:
    """Cuts, doubles, swaps and puts in, one to six times; sometimes the text as it was."""
    for _ in range(random.randrange(7)):
        a, b = sorted(random.randrange(len(text) + 1) for _ in range(2))
        b = min(b, a + random.choice((1, 5, 40, 400)))
        match random.randrange(4):
            case 0:
                text = text[:a] + text[b:]
            case 1:
                text = text[:b] + text[a:b] + text[b:]
            case 2:
                text = text[:a] + random.choice(pieces) + text[a:]
            case _:
                text = text[:a] + random.choice(pieces) + text[b:]
    return text


def row_edit(text: str, random: Random) -> UpsertRow:
    shape = random.choice((ACTION_LOG, PLAY_DB))
    fields = [name for name in shape.names if name != shape.key]
    return UpsertRow(shape, "LOG-2026-00001", {random.choice(fields): Text(text)})


def entry_edit(text: str) -> InsertEntry:
    return InsertEntry(key="LOG-2026-00001", parts=(Strong("Activity"), Text(text)))


def twice(page: str, edit: UpsertRow | InsertEntry) -> None:
    once = apply_edits(page, [edit]).body
    again = apply_edits(once, [edit]).body
    if again != once:
        raise AssertionError("made twice it is not what it was made once")


def well_formed(markdown: str) -> None:
    body = markdown_to_storage(markdown)
    try:
        text_lines(body)
    except EditError as error:
        raise AssertionError(f"Markdown made a page that cannot be read: {error}") from error


def broken_event(random: Random) -> Any:
    event = random.choice((activity, signal, brief, validation, pilot))
    made = scored("S-1") if random.random() < 0.2 else event(play_id="P-1")
    text = broken(json.dumps(made), (*HOSTILE.values(), "{", "}", '"', "null", "1e999"), random)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        made["data"][random.choice(tuple(made["data"]))] = random.choice(
            (None, [], {}, 1e308, True, *HOSTILE.values())
        )
        return made


if __name__ == "__main__":
    sys.exit(main())
