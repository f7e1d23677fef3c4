"""What has changed about a table since it was last found, column by column."""

import pytest

from plays.rules.pages import PLAY_DB
from plays.storage import Guidance, recognise
from plays.storage.layout.drift import drift

KEPT = ("Play ID", "Status", "Activity QTD")


def found(headings):
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    return recognise(f"<table><tbody><tr>{head}</tr></tbody></table>", PLAY_DB, Guidance()).layout


@pytest.mark.parametrize(
    ("headings", "changes"),
    [
        (KEPT, []),
        (KEPT[::-1], []),
        (KEPT[:2], [("column_gone", "activity_qtd")]),
        ((*KEPT, "Signal QTD"), [("column_back", "signal_qtd")]),
        (("Play ID", "상태", "Activity QTD"), [("heading_changed", "status")]),
    ],
)
def test_each_column_that_changed_is_told(headings, changes):
    told = drift(found(KEPT), found(headings))

    assert [(one.code, one.params["field"]) for one in told] == changes
