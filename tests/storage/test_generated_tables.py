"""What holds for every team's table: headings × forms × manners × surroundings × parts."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from plays.storage import (
    AddColumn,
    Chosen,
    Guidance,
    Layout,
    apply_edits,
    drift,
    read_rows,
    recognise,
)
from tests.storage.generated_tables import Case, make_case
from tests.storage.recognised import outcome_of
from tests.storage.shapes import after_api_save, after_browser_save, parsed

CASES = st.integers(0, 2**32).map(lambda seed: make_case(Random(seed)))


@given(CASES)
@settings(max_examples=150, deadline=None)
def test_it_is_written_just_so_or_asked_about_and_never_wrong(case: Case) -> None:
    outcome = outcome_of(case)

    assert outcome.name in ("right", "asked"), outcome.why


@given(CASES)
@settings(max_examples=60, deadline=None)
def test_a_save_undoes_nothing_and_makes_nothing_strange(case: Case) -> None:
    guidance = {case.shape: case.guidance}
    once = apply_edits(case.body, case.edits, guidance).body

    for save in (after_api_save, after_browser_save):
        assert not apply_edits(save(once), case.edits, guidance).changed


@given(CASES)
@settings(max_examples=60, deadline=None)
def test_many_edits_in_one_call_are_the_same_as_one_call_each(case: Case) -> None:
    guidance = {case.shape: case.guidance}
    body = case.body
    for edit in case.edits:
        body = apply_edits(body, [edit], guidance).body

    assert apply_edits(case.body, case.edits, guidance).body == body


@given(CASES)
@settings(max_examples=60, deadline=None)
def test_a_layout_is_kept_as_plain_values_and_does_not_drift_by_itself(case: Case) -> None:
    found = recognise(case.body, case.shape, case.guidance).layout
    if found is None:
        return

    kept = Layout.from_json(found.to_json())

    assert kept == found
    assert drift(kept, found) == ()
    assert [change.code for change in drift(kept, None)] == ["table_gone"]


@given(CASES, st.data())
@settings(max_examples=80, deadline=None)
def test_a_column_is_added_at_the_right_once_and_nothing_else_is_touched(
    case: Case, data: st.DataObject
) -> None:
    found = recognise(case.body, case.shape, case.guidance).layout
    if found is None or not found.missing:
        return
    name = data.draw(st.sampled_from(found.missing))
    guidance = {case.shape: case.guidance}

    result = apply_edits(case.body, [AddColumn(case.shape, name)], guidance)

    assert result.outcomes[0].problem is None
    assert not apply_edits(result.body, [AddColumn(case.shape, name)], guidance).changed
    after = recognise(result.body, case.shape, case.guidance).layout
    assert set(found.missing) - set(after.missing) == {name}
    before = read_rows(case.body, case.shape, case.guidance)
    rows = read_rows(result.body, case.shape, case.guidance)
    assert [row.cells for row in before] == [
        {n: text for n, text in row.cells.items() if n != name} for row in rows
    ]
    assert _is_subsequence(case.body, result.body)
    for table in parsed(result.body).iter("table"):
        assert len({sum(int(c.get("colspan", 1)) for c in tr) for tr in table.iter("tr")}) <= 2


@given(CASES)
@settings(max_examples=40, deadline=None)
def test_what_an_admin_leaves_alone_is_never_written(case: Case) -> None:
    names = [name for name in case.sure if name != case.shape.key]
    alone = Chosen(headings=dict.fromkeys(names[:1], ""), people=frozenset(names[1:2]))
    guidance = Guidance(known=case.guidance.known, chosen=alone)
    before = recognise(case.body, case.shape, guidance)
    if before.layout is None:
        return

    result = apply_edits(case.body, case.edits, {case.shape: guidance})

    for row in read_rows(result.body, case.shape, guidance):
        assert not set(names[:2]) & row.cells.keys()


def _is_subsequence(part: str, whole: str) -> bool:
    """Whether a text is left when something is only taken out of the other."""
    rest = iter(whole)
    return all(character in rest for character in part)
