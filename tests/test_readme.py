"""README is true: its commands are what CI runs; the tables that it leads to are whole."""

import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests import readme

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("heading", ["Try it", "Run the tests"])
def test_a_readme_command_is_one_line_that_installs_what_is_pinned(heading):
    command = readme.command(heading)

    assert "\n" not in command
    assert command.startswith("python3 -m venv .venv && ")
    assert "--constraint constraints.txt" in command
    assert all(part.startswith((".venv/bin/", "python3 ")) for part in command.split(" && "))


def test_ci_runs_the_test_command_of_readme_to_the_letter():
    script = (ROOT / ".ci" / "run").read_text()
    extract = script[script.index("readme_command()") : script.index("has_korean_font()")]

    said = subprocess.run(
        ["bash", "-c", f'{extract}\nreadme_command "Run the tests"'],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.strip() == readme.command("Run the tests")


def test_the_list_of_commands_has_every_one_of_ours_and_no_other():
    told = {row["command"].split()[0] for row in readme.table("commands.md")}

    assert told == {name for name, app in get_commands().items() if app == "plays"}


def test_the_korean_readme_has_the_same_two_commands():
    korean = (ROOT / "README.ko.md").read_text()

    assert readme.command("Try it") in korean
    assert readme.command("Run the tests") in korean


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_links_to_files_lead_somewhere(name):
    text = (ROOT / name).read_text()
    linked = [part.partition(")")[0] for part in text.split("](")[1:]]

    missing = [to for to in linked if "://" not in to and not (ROOT / to.split("#")[0]).exists()]

    assert missing == []
