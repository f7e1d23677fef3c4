"""What others' page editors get wrong or refuse is written right; docs/side-by-side.md tells it."""

from pathlib import Path

import pytest

from tests.sync.constructs import CONSTRUCTS

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "side-by-side.md"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", CONSTRUCTS)
def test_the_whole_page_is_right(world, name):
    assert CONSTRUCTS[name](world)


def test_the_document_tells_every_construct():
    told = DOCUMENT.read_text(encoding="utf-8")

    assert [name for name in CONSTRUCTS if f"| {name} | yes |" not in told] == []
