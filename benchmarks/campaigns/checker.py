"""Whether the pages say what the portal was promised and what colleagues wrote.

Reads nothing but the pages' text, the portal's own record and the colleagues' own memory.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from benchmarks.campaigns import bodies
from benchmarks.campaigns.colleagues import Said
from benchmarks.campaigns.portal import Sent

# docs/interface.md, "Events in".
ACTION_TYPES = {
    "activity.created": "Activity",
    "signal.created": "Signal",
    "signal.scored": "Scorecard",
    "brief.created": "Brief",
    "validation.completed": "S2",
    "pilot.started": "S3",
}
LOGGED = ("activity.created", "signal.created", "brief.created")
COUNTERS = {
    "brief.created": "brief_qtd",
    "validation.completed": "s2_qtd",
    "pilot.started": "s3_qtd",
}
_MEMO_BEHIND = re.compile(r"(?<=\d) 동료 메모 \d+번\.$")
_MARK = re.compile(r"ev\d{6,}")
_LOG_ID = re.compile(r"LOG-\d{4}-\d{5,}")
_FAULTS_NOTE = re.compile(r"colleague note (\d+)")


@dataclass(frozen=True)
class Told:
    """What a page says of one event: in a row of the Action Log (`cells`) or in an entry."""

    page: str
    log_id: str
    text: str
    cells: Mapping[str, str] | None = None


@dataclass
class Verdict:
    """What is wrong, in sentences; all four must be empty."""

    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    lost_edits: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not any(vars(self).values())


def check(
    pages: Mapping[str, str],
    sent: Sequence[Sent],
    said: Iterable[Said],
    *,
    live_docs: Mapping[str, Collection[str]],
    play_db: str,
) -> Verdict:
    """`pages`: each page's body by its id. `live_docs`: by the Play's id, the pages that are or
    were its live doc. What was on its way when an admin gave a Play another page may stand on
    both, on each once.
    """
    verdict = Verdict()
    parsed = {page: bodies.parse(body) for page, body in pages.items()}
    rows, entries = _rows(parsed), _entries(parsed)
    for event in sent:
        is_logged = event.type in LOGGED
        _look_at(event, "row", rows.pop(event.mark, []), is_logged, verdict)
        _look_at_entries(event, entries.pop(event.mark, []), live_docs[event.play_id], verdict)
    for mark, strange in [*rows.items(), *entries.items()]:
        verdict.overwritten.append(f"nobody sent {mark}: {strange[0].text}")
    _ids_of_several(sent, verdict)
    _count(parsed[play_db], sent, verdict)
    verdict.lost_edits += [each.words for each in said if not _stands(each, parsed)]
    verdict.lost_edits += _lost_notes(pages)
    return verdict


def _look_at(event: Sent, what: str, there: Sequence[Told], is_due: bool, verdict: Verdict) -> None:
    if is_due and not there:
        verdict.missing.append(f"{event.mark} ({event.type}, {event.log_id}): no {what}")
    for _ in there[is_due:]:
        places = ", ".join(f"{told.log_id} on {told.page}" for told in there)
        verdict.doubled.append(
            f"{event.mark} ({event.type}): {len(there)} times a {what}: {places}"
        )
    for told in there:
        if wrong := _wrong(event, told):
            verdict.overwritten.append(f"{event.mark} ({event.log_id}), {what}: {wrong}")


def _look_at_entries(
    event: Sent, there: Sequence[Told], live_docs: Collection[str], verdict: Verdict
) -> None:
    by_page: dict[str, list[Told]] = defaultdict(list)
    for told in there:
        by_page[told.page].append(told)
    for page, told_there in by_page.items():
        _look_at(event, "entry", told_there, page in live_docs, verdict)
    if not by_page:
        _look_at(event, "entry", [], True, verdict)


def _wrong(event: Sent, told: Told) -> str:
    """What the page says otherwise than the event; nothing if it agrees."""
    if told.log_id != event.log_id:
        return f"under {told.log_id}"
    words = [*event.title.split(), ACTION_TYPES[event.type]]
    if told.cells is None:
        absent = [word for word in words if word not in told.text]
        return f"without {absent}: {told.text}" if absent else ""
    expected = {
        "play_id": event.play_id,
        "action_type": ACTION_TYPES[event.type],
        "title": " ".join(event.title.split()),
    }
    # A row made of an entry that was read back after a restore has what a colleague had written
    # behind the entry's title; nobody writes to a full page to take that out.
    says = told.cells | {"title": _MEMO_BEHIND.sub("", told.cells["title"])}
    differs = {name: told.cells[name] for name in expected if says[name] != expected[name]}
    return f"says {differs}" if differs else ""


def _rows(parsed: Mapping[str, Element]) -> dict[str, list[Told]]:
    """What the rows of action logs say, by the mark of their event."""
    found: dict[str, list[Told]] = defaultdict(list)
    for page, body in parsed.items():
        for cells in _rows_under("log_id", body):
            mark = _MARK.findall(cells["title"])
            text = " | ".join(cells.values())
            told = Told(page, cells["log_id"], text, cells)
            if _LOG_ID.search(cells["log_id"]) or mark:
                found[mark[-1] if mark else cells["log_id"]].append(told)
    return found


def _entries(parsed: Mapping[str, Element]) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = defaultdict(list)
    for page, body in parsed.items():
        for code, text in bodies.entries(body):
            if _LOG_ID.fullmatch(code):
                mark = _MARK.findall(text)
                found[mark[-1] if mark else code].append(Told(page, code, text))
    return found


def _rows_under(key: str, body: Element) -> Iterator[dict[str, str]]:
    """The rows of the tables that have a column `key`, by column."""
    for headings, rows in bodies.tables(body):
        names = [heading.strip().lower().replace(" ", "_") for heading in headings]
        if key in names:
            for row in rows:
                yield dict(zip(names, row, strict=True))


def _ids_of_several(sent: Iterable[Sent], verdict: Verdict) -> None:
    for log_id, count in Counter(event.log_id for event in sent).items():
        if count > 1:
            verdict.overwritten.append(f"{log_id} was given to {count} events")


def _count(play_db: Element, sent: Iterable[Sent], verdict: Verdict) -> None:
    """The Play DB's counters against what was sent."""
    sums = Counter(
        (event.play_id, COUNTERS[event.type])
        for event in sent
        if event.type in COUNTERS and event.decision in ("", "GO")
    )
    rows: dict[str, dict[str, str]] = {}
    for row in _rows_under("play_id", play_db):
        if row["play_id"] in rows:
            verdict.doubled.append(f"{row['play_id']}: two rows in the Play DB")
        rows[row["play_id"]] = row
    for (play_id, counter), expected in sums.items():
        text = rows.get(play_id, {}).get(counter, "")
        told = int(text) if text.isdecimal() else 0
        worse = verdict.missing if told < expected else verdict.doubled
        worse += [f"{play_id}: {counter} is {text!r}, {expected} were sent"] * (told != expected)


def _stands(said: Said, parsed: Mapping[str, Element]) -> bool:
    page = parsed[said.page]
    if said.row_key:
        cells = (row[said.column] for row in _rows_under(said.key_column, page)
                 if row[said.key_column] == said.row_key)  # fmt: skip
        return list(cells) == [said.words]
    return bodies.text_of(page).count(said.words) == 1


def _lost_notes(pages: Mapping[str, str]) -> list[str]:
    """The colleagues of the sandbox's faults number what they write, so that a gap is a loss."""
    found = Counter(int(number) for body in pages.values() for number in _FAULTS_NOTE.findall(body))
    return [
        f"colleague note {number} stands {found[number]} times"
        for number in range(1, max(found, default=0) + 1)
        if found[number] != 1
    ]
