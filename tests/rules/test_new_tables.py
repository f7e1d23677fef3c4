"""The tables that we make where a page has none: their headings and widths, kept to the byte."""

from pathlib import Path

import pytest

from plays.rules.pages import ACTION_LOG, PLAY_DB
from plays.rules.report_page import COUNTERS, PLAYS
from plays.storage import UpsertRow, apply_edits

FOLDER = Path(__file__).parent / "golden"
TABLES = {
    "action_log": ACTION_LOG,
    "play_db": PLAY_DB,
    "report_counters": COUNTERS,
    "report_plays": PLAYS,
}


@pytest.mark.parametrize("name", TABLES)
def test_a_new_table_has_its_headings_and_widths(name):
    table = TABLES[name]

    made = apply_edits("", [UpsertRow(table=table, key="K-1", cells={})]).body

    assert made == (FOLDER / f"{name}.xml").read_text(encoding="utf-8").rstrip("\n")
