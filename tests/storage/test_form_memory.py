"""A column's form that was found before is the form that would be found now."""

from __future__ import annotations

from random import Random

import pytest

from plays.rules.pages import PLAY_DB
from plays.storage import Form, recognise
from plays.storage.layout import form_memory
from tests.storage.generated_tables import make_case


@pytest.fixture(autouse=True)
def _no_memory():
    form_memory.forget()
    yield
    form_memory.forget()


def form_of(body):
    layout = recognise(body, PLAY_DB).layout
    return next(field.form for field in layout.fields if field.name == "activity_qtd")


def page(cells):
    rows = "".join(f"<tr><td>P-{n}</td><td>{cell}</td></tr>" for n, cell in enumerate(cells))
    return f"<table><tr><th>play_id</th><th>activity_qtd</th></tr>{rows}</table>"


@pytest.mark.parametrize("seed", range(12))
def test_a_page_seen_before_is_recognised_as_it_was(seed):
    case = make_case(Random(seed))

    first = recognise(case.body, case.shape)

    assert str(recognise(case.body, case.shape)) == str(first)


def test_a_changed_cell_among_those_looked_at_changes_the_form():
    assert form_of(page(["3", "4"])) == Form("number")
    assert form_of(page(["3/5", "4/6"])) == Form("count", "{done}/{goal}")
    assert form_of(page(["3", "4"])) == Form("number")


def test_forms_are_found_again_where_there_were_too_many_to_keep(monkeypatch):
    monkeypatch.setattr(form_memory, "_MOST", 1)

    for cells in (["3"], ["3/5"]) * 2:
        assert form_of(page(cells)).name == ("number" if cells == ["3"] else "count")


def test_a_table_of_much_text_is_not_kept(monkeypatch):
    monkeypatch.setattr(form_memory, "_MOST_BYTES", 10)

    assert form_of(page(["3"])) == Form("number")
    assert not form_memory._found
