"""The seed system's configuration: its pages mapped, its numbers compared with the environment."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from plays.models import AuditEntry, PageMapping, Play
from tests.factories import make_mapping, make_page, make_play

pytestmark = pytest.mark.django_db

SEED = {
    "agent_id": "confluence_sync",
    "skill": "ax-confluence",
    "pages": {
        "project_todo": "${CONFLUENCE_TODO_PAGE_ID}",
        "play_db": "${CONFLUENCE_PLAY_DB_PAGE_ID}",
        "action_log": "786433",
    },
    "play_todo_pages": {"EXT_Desk_D01": "753719", "EXT_Desk_D02": "TBD"},
    "sync_schedule": "0 9 * * 1",
    "retry_count": 3,
    "retry_delay": 5,
}


@pytest.fixture
def load(tmp_path, settings):
    settings.CONFLUENCE_TODO_PAGE_ID = "720932"
    for play_id in ("EXT_Desk_D01", "EXT_Desk_D02"):
        make_play(play_id=play_id)

    def run(config, *options):
        path, out = tmp_path / "config.json", StringIO()
        text = config if isinstance(config, str) else json.dumps(config)
        path.write_text(text, encoding="utf-8")
        call_command("load_config", str(path), *options, stdout=out)
        return out.getvalue()

    return run


def mapped():
    pages = PageMapping.objects.filter(page__isnull=False).order_by("part")
    return {m.part: m.page.page_id for m in pages}


def test_its_pages_are_mapped_and_its_numbers_named(load):
    said = load(SEED)

    assert mapped() == {"project_todo": "720932", "action_log": "786433", "play_todo": "753719"}
    assert "project_todo: (not mapped) → 720932" in said
    assert "play_todo EXT_Desk_D01: (not mapped) → 753719" in said
    assert "play_db is not mapped: set CONFLUENCE_PLAY_DB_PAGE_ID" in said
    assert 'set SYNC_SCHEDULE="0 9 * * 1" in the environment (now "0 18 * * 5")' in said
    assert "set SYNC_RETRY_DELAY=5 in the environment (now 2)" in said
    assert "SYNC_RETRY_COUNT" not in said
    assert said.endswith("3 mapped, 0 unchanged\n")
    assert AuditEntry.objects.get().count == 3


def test_loading_twice_is_loading_once(load):
    load(SEED)
    assert load(SEED).endswith("0 mapped, 3 unchanged\n")
    assert AuditEntry.objects.count() == 1


def test_a_dry_run_changes_nothing(load):
    assert "would be 3 mapped" in load(SEED, "--dry-run")
    assert mapped() == {}


def test_tbd_leaves_a_mapped_page_where_it_is(load):
    make_mapping("action_log", page=make_page(page_id="7"))
    load({"pages": {"action_log": "TBD"}})
    assert mapped() == {"action_log": "7"}


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("{", ["not JSON"]),
        ("[]", ["one JSON object"]),
        ({"pages": [], "colour": 1}, ["colour: is unknown", "pages: must be an object"]),
        (
            {
                "pages": {"play_db": "the page", "wiki": "7", "action_log": "${SECRET_KEY}"},
                "play_todo_pages": {"X": "8", "EXT_Desk_D01": ["9"]},
                "retry_count": [3],
            },
            [
                "pages.play_db: ",
                "pages.wiki: is unknown",
                "pages.action_log: ${SECRET_KEY} is none of CONFLUENCE_TODO_PAGE_ID",
                "play_todo_pages.X: no Play is called X; import the Plays first",
                "play_todo_pages.EXT_Desk_D01: must be a page id",
                "retry_count: must be",
            ],
        ),
    ],
)
def test_every_problem_is_told_and_nothing_is_loaded(load, config, words):
    with pytest.raises(CommandError) as refused:
        load(config)
    lines = str(refused.value).splitlines()[1:]
    assert len(lines) == len(words)
    assert all(word in line for word, line in zip(words, lines, strict=True))
    assert mapped() == {}


def test_a_play_may_be_named_by_the_front_of_its_id(load):
    Play.objects.filter(play_id="EXT_Desk_D01").update(play_id="EXT_Desk_D01_세미나수집")

    assert "play_todo EXT_Desk_D01_세미나수집: (not mapped) → 753719" in load(SEED)


def test_a_name_of_several_plays_is_refused_with_all_of_them(load):
    Play.objects.filter(play_id="EXT_Desk_D01").update(play_id="EXT_Desk_D01_A")
    make_play(play_id="EXT_Desk_D01_B")

    with pytest.raises(CommandError, match="EXT_Desk_D01_A, EXT_Desk_D01_B"):
        load(SEED)
    assert mapped() == {}
