"""What stands on pages under log ids and is not ours: unknown here, or another event's."""

from __future__ import annotations

from collections.abc import Sequence

from plays.models import PageRecord
from plays.models.weekly import FindingKind
from plays.storage import Foreign, UpsertRow, apply_edits
from plays.sync import log_ids
from plays.sync.weekly.absent import actions_of
from plays.sync.weekly.differences import Difference
from plays.sync.weekly.page_reads import PageRead


def unknown(seen: PageRead, told: dict[str, str]) -> list[Difference]:
    """Log ids, with what stands under them, that the database never gave; without those of which
    a person said that they were there before us."""
    theirs = PageRecord.objects.filter(page=seen.page, is_theirs=True)
    known = {*theirs.values_list("log_id", flat=True)}
    ids = [key for key in told if log_ids.LOG_ID.fullmatch(key) and key not in known]
    known.update(actions_of(ids))
    return [
        Difference(kind=FindingKind.UNKNOWN, page=seen.page, key=key, found=told[key])
        for key in ids
        if key not in known
    ]


def of_other_events(seen: PageRead, edits: Sequence[UpsertRow]) -> list[Difference]:
    """Rows under ids of ours that tell of another event; nothing of them is put right."""
    there = apply_edits(seen.read.body, edits, seen.guidance)
    problems = [outcome.problem for outcome in there.outcomes]
    foreign = [one for one in problems if isinstance(one, Foreign)]
    actions = actions_of(one.key for one in foreign)
    return [_difference(seen, one, actions[one.key].title) for one in foreign]


def entries_told(body: str) -> dict[str, str]:
    """The entries of a live doc that tell of something, by log id."""
    return {entry.key: entry.text for entry in log_ids.entries_in(body)}


def _difference(seen: PageRead, problem: Foreign, title: str) -> Difference:
    return Difference(
        kind=FindingKind.FOREIGN,
        page=seen.page,
        key=problem.key,
        found=problem.found,
        expected=title,
    )
