"""Whether a generated page was understood: written as it should be, asked about, or wrong."""

from __future__ import annotations

from typing import NamedTuple

from plays.storage import LayoutQuestion, apply_edits, read_rows, recognise
from plays.storage.text import header_name
from tests.storage.generated_tables import Case


class Outcome(NamedTuple):
    name: str
    why: str = ""


def outcome_of(case: Case) -> Outcome:
    """Recognise, write twice, read: `right`, `asked`, `asked though sure`, or `wrong`."""
    guidance = {case.shape: case.guidance}
    applied = apply_edits(case.body, case.edits, guidance)
    problems = [outcome.problem for outcome in applied.outcomes if outcome.problem]
    if problems:
        if applied.body != case.body or not all(isinstance(p, LayoutQuestion) for p in problems):
            return Outcome("wrong", f"half written: {problems}")
        return Outcome("asked" if case.must_ask else "asked though sure", str(problems[0]))
    if case.must_ask:
        return Outcome("wrong", "written although the key was not sure")
    if applied.body != case.expected:
        return Outcome("wrong", _difference(applied.body, case.expected))
    if apply_edits(applied.body, case.edits, guidance).changed:
        return Outcome("wrong", "the second time changed something")
    layout = recognise(applied.body, case.shape, case.guidance).layout
    assert layout is not None
    taken = {one.name: header_name(one.heading) for one in layout.fields if not one.is_people}
    if taken != {name: header_name(heading) for name, heading in case.sure.items()}:
        return Outcome("wrong", f"took {taken}, meant {case.sure}")
    keys = [row.key for row in read_rows(applied.body, case.shape, case.guidance)]
    if not {edit.key for edit in case.edits} <= set(keys) or len(set(keys)) != len(keys):
        return Outcome("wrong", f"read {keys}")
    return Outcome("right")


def _difference(found: str, expected: str) -> str:
    at = next(
        (i for i, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b),
        min(len(found), len(expected)),
    )
    start = max(0, at - 60)
    return f"found …{found[start : at + 90]}…\nexpected …{expected[start : at + 90]}…"
