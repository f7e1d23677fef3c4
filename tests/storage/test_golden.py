"""Pages before and after: the constructs of real pages, kept to the byte.

Each `golden/NAME.before.xml` becomes `NAME.after.xml` by the edits of `golden_edits.GOLDEN`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from plays.storage import apply_edits
from tests.storage.golden_edits import GOLDEN
from tests.storage.shapes import after_api_save, after_browser_save, parsed

FOLDER = Path(__file__).parent / "golden"


def page(name: str, when: str) -> str:
    return (FOLDER / f"{name}.{when}.xml").read_bytes().decode()


@pytest.mark.parametrize("name", GOLDEN)
def test_a_page_becomes_what_the_edits_say(name: str) -> None:
    result = apply_edits(page(name, "before"), GOLDEN[name])

    assert [outcome.problem for outcome in result.outcomes] == [None] * len(GOLDEN[name])
    assert result.body == page(name, "after")
    parsed(result.body)


@pytest.mark.parametrize("name", GOLDEN)
@pytest.mark.parametrize("save", [str, after_api_save, after_browser_save])
def test_the_same_edits_change_nothing_afterwards(name, save) -> None:
    body = save(page(name, "after"))

    result = apply_edits(body, GOLDEN[name])

    assert not result.changed
    assert result.body == body


def test_every_golden_page_has_its_edits() -> None:
    assert {path.name.split(".")[0] for path in FOLDER.glob("*.xml")} == set(GOLDEN)
