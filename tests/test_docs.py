"""The documents are true: what is cited is there, and every command is told."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\(([^)\s]+)\)")
# In quotes it is an argument, somebody's own file; behind a tag it is a page's text.
DOCUMENT = re.compile(r"(?<![\w./\"'>-])(?:[\w-]+/)*[\w-]+\.md\b")
# A path below one of our own folders; `<noun>`, `*` and `{a,b}` mark a pattern, not a file.
PATH = re.compile(
    r"(?<![\w./<-])(?:plays|syncadmin|tests|benchmarks|docs|templates|\.ci|\.github)"
    r"/[\w./-]*\w\.(?:md|py|html|css|js|toml|ya?ml|json|po)\b(?![*{<])"
)
ROOTS = ("", "docs/", "templates/", "plays/static/")


def files():
    """Every file that a clone has, once this change is committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts():
    binary = (".png", ".mo", ".ico", ".woff2")
    return {name: _read(name) for name in files() if not name.endswith(binary)}


@pytest.mark.parametrize("name", [name for name in files() if name.endswith(".md")])
def test_links_lead_to_a_file_and_a_heading_that_exist(name):
    links = [to for to in LINK.findall(_read(name)) if "://" not in to]

    assert [to for to in links if not _exists(name, to)] == []


def test_a_file_that_is_cited_is_one_that_a_clone_has():
    here = set(files())
    documents = {Path(name).name for name in here if name.endswith(".md")}
    strangers = {
        (name, cited)
        for name, text in texts().items()
        if name != "tests/test_docs.py"
        for cited in _cited(text)
        if cited not in documents
        and not any(f"{root}{cited}" in here for root in (*ROOTS, f"{Path(name).parent}/"))
    }

    assert strangers == set()


def test_a_name_that_a_document_places_in_a_file_stands_there():
    """`NAME` in `path.py`, as recipes say it."""
    told = {
        (name, path)
        for document in files()
        if document.endswith(".md")
        for name, path in re.findall(r"`(\w+)` in `([\w./]+\.py)`", _read(document))
    }

    assert len(told) >= 10
    assert {(name, path) for name, path in told if name not in _read(path)} == set()


def test_the_interface_names_every_command():
    text = _read("docs/interface.md")
    lines = text[text.index("## Commands") : text.index("## Events in")].splitlines()
    told = {line.split("`")[1].split()[0] for line in lines if line.startswith("| `")}

    ours = {name for name, app in get_commands().items() if app == "plays"}
    assert told == ours | {"migrate", "qcluster"}


def test_each_of_the_thirty_features_is_proved_by_a_test_that_is_there():
    proofs = re.findall(
        r"^\| (\d+) \|.*`([\w/]+\.py)::(test_\w+)` \|$", _read("docs/features.md"), re.M
    )

    assert [int(number) for number, _, _ in proofs] == list(range(1, 31))
    assert [test for _, path, test in proofs if f"def {test}(" not in _read(path)] == []


def test_contributing_names_every_target_of_the_makefile():
    (phony,) = re.findall(r"^\.PHONY: (.*)$", _read("Makefile"), re.MULTILINE)

    assert phony.split() == ["demo", "test", "looks", "check", "fix", "messages", "screenshots"]
    assert set(phony.split()) <= set(re.findall(r"`make (\w+)`", _read("CONTRIBUTING.md")))


def test_the_makefile_runs_what_is_there():
    scripts = re.findall(r"[\w./]+\.py\b|\.ci/run", _read("Makefile"))

    looks = "tests/browser/test_every_look.py"
    assert set(scripts) == {".ci/run", "manage.py", "docs/screenshots/make.py", looks}
    assert all((ROOT / script).is_file() for script in scripts)


def test_hosted_ci_runs_what_everyone_runs():
    assert "- run: .ci/run" in _read(".github/workflows/ci.yml")


def _cited(text):
    return {*DOCUMENT.findall(text), *PATH.findall(text)}


def _read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def _exists(document, link):
    path, _, heading = link.partition("#")
    target = (ROOT / document).parent / path if path else ROOT / document
    if not target.exists():
        return False
    text = target.read_text(encoding="utf-8") if heading else ""
    return not heading or heading in map(_anchor, text.splitlines())


def _anchor(line):
    """The anchor that GitHub gives a heading; "" for any other line."""
    title = line.lstrip("#").strip().lower() if line.startswith("#") else ""
    return re.sub(r"[^\w\- ]", "", title).replace(" ", "-")


def test_each_benchmark_finds_what_it_takes_from_the_others():
    folder = ROOT / "benchmarks"
    trees = {path.stem: ast.parse(path.read_text()) for path in folder.glob("*.py")}
    taken = [
        (node.module.removeprefix("benchmarks."), alias.name)
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    ]
    taken = [(module, name) for module, name in taken if module in trees]
    made = {
        module: {
            name.id if isinstance(name, ast.Name) else name.name
            for part in tree.body
            for name in (part, *ast.walk(part))
            if isinstance(name, ast.Name | ast.FunctionDef | ast.ClassDef | ast.alias)
        }
        for module, tree in trees.items()
    }

    assert ("surroundings", "product_on") in taken
    assert [(module, name) for module, name in taken if name not in made[module]] == []
