"""What holds for every page and every edit."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from plays.storage import (
    Cell,
    Edit,
    EditError,
    InsertRow,
    Outcome,
    UpsertRow,
    apply_edits,
    read_rows,
)
from tests.storage.pages import pages, split_cells, split_logs
from tests.storage.random_edits import CELLS, EDITS, cells_of
from tests.storage.shapes import LOG, after_api_save, after_browser_save, parsed


def applied_singly(page: str, edits: list[Edit]) -> tuple[str, list[Outcome]]:
    outcomes = []
    for edit in edits:
        result = apply_edits(page, [edit])
        page, outcomes = result.body, [*outcomes, *result.outcomes]
    return page, outcomes


def what_happened(outcomes: list[Outcome]) -> list[tuple[bool, type[EditError | None]]]:
    return [(outcome.changed, type(outcome.problem)) for outcome in outcomes]


@given(page=pages(), edits=st.lists(EDITS, max_size=8))
@settings(max_examples=250, deadline=None)
def test_many_edits_in_one_call_are_the_same_as_one_call_each(page: str, edits: list[Edit]) -> None:
    together = apply_edits(page, edits)

    body, outcomes = applied_singly(page, edits)
    assert together.body == body
    assert what_happened(list(together.outcomes)) == what_happened(outcomes)


@given(page=pages(), edit=EDITS)
@settings(max_examples=150, deadline=None)
def test_twice_is_once_and_the_page_stays_well_formed(page: str, edit: Edit) -> None:
    once = apply_edits(page, [edit])
    twice = apply_edits(once.body, [edit])

    parsed(once.body)
    assert twice.body == once.body
    assert not twice.changed
    assert once.changed == (once.body != page)
    assert once.outcomes[0].problem is None or once.body == page


@given(page=pages(), edit=EDITS)
@settings(max_examples=100, deadline=None)
def test_a_save_by_the_api_undoes_nothing(page: str, edit: Edit) -> None:
    saved = after_api_save(apply_edits(page, [edit]).body)

    assert not apply_edits(saved, [edit]).changed


@given(page=pages(), edit=EDITS)
@settings(max_examples=100, deadline=None)
def test_a_save_in_the_browser_undoes_nothing(page: str, edit: Edit) -> None:
    once = apply_edits(page, [edit])
    assume(once.outcomes[0].problem is None)  # a saved table may lose what was in the way

    again = apply_edits(after_browser_save(once.body), [edit])

    assert again.outcomes[0].problem is None
    assert not again.changed


@given(page=pages(), edits=st.lists(EDITS, max_size=6))
@settings(max_examples=60, deadline=None)
def test_an_edit_that_cannot_be_made_leaves_the_others_as_they_are(
    page: str, edits: list[Edit]
) -> None:
    result = apply_edits(page, edits)

    possible = [
        edit
        for edit, outcome in zip(edits, result.outcomes, strict=True)
        if outcome.problem is None
    ]
    assert apply_edits(page, possible).body == result.body


@given(parts=split_logs(), cells=cells_of(LOG))
@settings(max_examples=100, deadline=None)
def test_a_new_row_touches_nothing_but_its_spot(
    parts: tuple[str, str], cells: dict[str, Cell]
) -> None:
    start, end = parts
    before = read_rows(start + end, LOG)

    body = apply_edits(start + end, [InsertRow(LOG, "LOG-99", cells)]).body

    assert body.startswith(start)
    assert body.endswith(end)
    [row] = parsed(f"<table>{body[len(start) : len(body) - len(end)]}</table>")[0]
    assert row.tag == "tr"
    after = read_rows(body, LOG)
    assert [row.key for row in after] == [row.key for row in before] + ["LOG-99"]
    assert [(row.cells, row.others) for row in after[:-1]] == [
        (row.cells, row.others) for row in before
    ]


@given(parts=split_cells(), value=CELLS)
@settings(max_examples=100, deadline=None)
def test_a_changed_cell_touches_nothing_but_its_inside(
    parts: tuple[str, str, str], value: Cell
) -> None:
    start, inside, end = parts
    edit = UpsertRow(LOG, "LOG-1", {"title": value})

    result = apply_edits(start + inside + end, [edit])

    assert result.outcomes[0].problem is None
    assert result.body.startswith(start)
    assert result.body.endswith(end)
    assert result.changed == (result.body != start + inside + end)
