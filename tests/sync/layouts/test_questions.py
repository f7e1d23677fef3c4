"""What a page's tables ask and how they changed, in words: with headings, never our own names."""

from django.utils import translation

from plays.storage import Reason
from plays.sync.layouts.questions import told_drift, told_refusal


def test_a_column_that_is_gone_is_told_by_its_heading():
    gone = Reason("column_gone", {"field": "signal_qtd", "heading": "Sig"})

    with translation.override("ko"):
        korean = told_drift(gone)

    assert korean == "“Sig” 열이 없어져 Signal QTD 값을 쓰지 않습니다."


def test_a_choice_is_refused_with_headings_on_screens_and_with_names_at_the_command_line():
    params = {"fields": ["signal_qtd", "brief_qtd"], "heading": "Sig"}

    with translation.override("en"):
        on_screen = told_refusal("same_heading", params)
        at_the_line = told_refusal("same_heading", params, by_names=True)
        unknown = told_refusal("unknown_field", {"field": "x"})

    assert on_screen == "Signal QTD, Brief QTD cannot all be “Sig”."
    assert at_the_line == "signal_qtd, brief_qtd cannot all be “Sig”."
    assert unknown == "x is no field of this table."
