"""`manage.py import_plays FILE` as people and scripts use it."""

import io
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from plays.models import AuditEntry, Play
from tests.factories import make_play

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "plays.csv"
    path.write_text("play_id,name,next_action\nA,after,\nB,new,x\n", encoding="utf-8")
    return path


def run(*arguments):
    out = StringIO()
    call_command("import_plays", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_it_shows_what_changes_and_applies_it(file):
    make_play(play_id="A", name="before", next_action="call")
    said = run(file)
    assert "~ A after\n    name: before → after\n    next_action: call → (empty)\n" in said
    assert "+ B new\n" in said
    assert said.endswith("1 created, 1 changed, 0 unchanged\n")
    assert Play.objects.get(play_id="A").name == "after"
    assert AuditEntry.objects.get().by_name == "command line"


def test_a_dry_run_only_shows(file):
    said = run(file, "--dry-run")
    assert "would be: 2 created" in said
    assert not Play.objects.exists()


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("answer", "made"), [("y", 2), ("YES", 2), ("n", 0), ("", 0), ("why", 0)])
def test_on_a_terminal_it_asks_first(file, monkeypatch, answer, made):
    monkeypatch.setattr("sys.stdin", Terminal(answer + "\n"))
    run(file)
    assert Play.objects.count() == made


def test_with_yes_it_does_not_ask(file, monkeypatch):
    monkeypatch.setattr("sys.stdin", Terminal())
    run(file, "--yes")
    assert Play.objects.count() == 2


def test_standard_input_is_a_file_too(monkeypatch):
    monkeypatch.setattr(
        "sys.stdin", io.TextIOWrapper(io.BytesIO("이름;play_id\n가;A".encode("cp949")))
    )
    run("-")
    assert Play.objects.get().name == "가"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "give either a file or"),
        (("plays.csv", "--from-confluence"), "give either a file or"),
        (("plays.csv", "--create"), "goes with --from-confluence"),
        (("/no/such/file",), "cannot be read: No such file"),
    ],
)
def test_what_cannot_be_meant_is_said(arguments, words):
    with pytest.raises(CommandError, match=words):
        run(*arguments)


def test_problems_come_all_at_once_and_nothing_is_imported(file):
    file.write_text("play_id,s2_goal\nA,x\nB,1\nB,y\n", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        run(file)
    assert str(refused.value).splitlines() == [
        "nothing was imported",
        "line 2, s2_goal: must be a whole number from 0 to 100,000",
        "line 4, s2_goal: must be a whole number from 0 to 100,000",
        "line 4, play_id: B stands on line 3 already",
    ]
    assert not Play.objects.exists()


def test_it_speaks_english_whatever_the_screens_speak(file):
    with translation.override("ko"):
        assert run(file, "--dry-run").endswith("would be: 2 created, 0 changed, 0 unchanged\n")


ODD = "play_id,제목명칭,색,activity\nA,세미나,red,3\n"


def test_what_is_not_known_is_asked_with_what_it_may_be_and_how_to_say_so(file):
    file.write_text(ODD, encoding="utf-8")

    with pytest.raises(CommandError) as refused:
        run(file)

    said = str(refused.value)
    assert "line 1, 색: is unknown" in said
    assert "  --map '제목명칭=name'   '세미나'\n" in said
    assert "  --map '색='\n" in said
    assert not Play.objects.exists()


def test_what_was_said_of_a_column_is_remembered_for_the_next_file(file):
    file.write_text(ODD, encoding="utf-8")

    said = run(file, "--map", "제목명칭=이름", "--map", "색=", "--map", "activity=")
    assert "Left out, as you chose: 색, activity" in said
    assert Play.objects.get().name == "세미나"

    file.write_text("색,activity,제목명칭,play_id\nred,3,새 이름,A\n", encoding="utf-8")
    run(file)
    assert Play.objects.get().name == "새 이름"


def test_a_dry_run_remembers_nothing(file):
    file.write_text(ODD, encoding="utf-8")
    run(file, "--dry-run", "--map", "제목명칭=이름", "--map", "색=", "--map", "activity=")
    with pytest.raises(CommandError, match="is unknown"):
        run(file)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("제목명칭", "--map wants THEIRS=OURS"),
        ("none=name", "the file has no column none"),
        ("색=colour", "colour is no column here; there are play_id"),
    ],
)
def test_a_map_that_cannot_be_meant_is_said(file, said, words):
    file.write_text(ODD, encoding="utf-8")
    with pytest.raises(CommandError, match=words):
        run(file, "--map", said)
