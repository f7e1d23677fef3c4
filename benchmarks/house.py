"""The house in figures: rooms, functions, imports, repetition, and what one act runs through.

    python benchmarks/house.py [DIR] [--json] [--no-trips] [--column FILE]

DIR is a checkout of this project (default: this one), of any age. All but the trips is read from
the source; they run in that checkout, in a database and against a sandbox of their own, and need
the `dev` extra. Nothing is written into DIR; `--column docs/house.md` puts the figures into the
last column of that document's table. Figures say where to look, not what is good.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[1]
PACKAGES = ("plays", "syncadmin")
WRITES = {"update", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
          "save", "delete"}  # fmt: skip
JOBS = re.compile(r"\bSyncJob\b|\b(?:jobs?|owed|again|waiting|pending|due)\b")
JOB_FIELDS = {"state", "run_after", "failures", "failing_since", "last_error", "revision",
              "settled_at", "written_to", "mapping"}  # fmt: skip
REPEATED_STATEMENTS, REPEATED_NODES = 2, 20

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file of the product or of its tests."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """The folder below the package; of `sync`, `views` and tests the folder below that too."""
        parts = Path(self.name).parts[:-1]
        deep = parts[:2] in {("plays", "sync"), ("plays", "views"), ("plays", "sandbox")}
        return "/".join(parts[: 3 if deep else 2])

    @property
    def module(self) -> str:
        return ".".join(Path(self.name).with_suffix("").parts).removesuffix(".__init__")

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @cached_property
    def functions(self) -> list[Function]:
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        return [node for node in ast.walk(self.tree) if isinstance(node, kinds)]

    @cached_property
    def documentable(self) -> list[ast.Module | ast.ClassDef | Function]:
        """What a docstring could stand in: the module if it has code, classes, functions."""
        kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        inside = [node for node in ast.walk(self.tree) if isinstance(node, kinds)]
        return [*([self.tree] if self.tree.body else []), *inside]


def read_sources(root: Path, *folders: str) -> list[Source]:
    files = (file for folder in folders for file in sorted((root / folder).rglob("*.py")))
    return [
        Source(str(file.relative_to(root)), file.read_text(encoding="utf-8"))
        for file in files
        if "migrations" not in file.parts
    ]


# --- Figures -----------------------------------------------------------------------------------


def measure(root: Path, *, trips: bool) -> dict[str, Any]:
    """Every figure of the checkout at `root`, ready for JSON."""
    product, tests = read_sources(root, *PACKAGES), read_sources(root, "tests")
    lengths = sorted(_length(each) for source in product for each in source.functions)
    importers = _importers(product)
    return {
        "files": len(product),
        "lines": sum(source.lines for source in product),
        "folders": len({Path(source.name).parent for source in product}),
        "test_files": len(tests),
        "test_lines": sum(source.lines for source in tests),
        "longest_file": max((source.lines, source.name) for source in product),
        "functions": {
            "count": len(lengths),
            "median": statistics.median(lengths),
            "p90": lengths[int(len(lengths) * 0.9)],
            "longest": lengths[-1],
        },
        "docstrings": _share(
            ast.get_docstring(node) is not None
            for source in product
            for node in source.documentable
        ),
        "typed": _share(_is_typed(each) for source in product for each in source.functions),
        "imported_by_one": sum(len(by) == 1 for by in importers.values()),
        "job_state_is_changed_in": _changers(product),
        "repeated": _repeated(product),
        "rooms": _rooms(product),
        "trips": _trips_of(root) if trips else {},
    }


def _rooms(sources: Iterable[Source]) -> dict[str, dict[str, int]]:
    rooms: dict[str, Counter[str]] = defaultdict(Counter)
    for source in sources:
        rooms[source.room].update(files=1, lines=source.lines)
    return {name: dict(rooms[name]) for name in sorted(rooms)}


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _is_typed(function: Function) -> bool:
    """Whether it says what it returns and takes, `self` and `cls` aside."""
    taken = function.args
    named = [*taken.posonlyargs, *taken.args, *taken.kwonlyargs, taken.vararg, taken.kwarg]
    mine = [each for each in named if each and each.arg not in ("self", "cls")]
    return function.returns is not None and all(each.annotation for each in mine)


def _share(truths: Iterable[bool]) -> float:
    seen = list(truths)
    return round(sum(seen) / len(seen), 3)


def _importers(sources: list[Source]) -> dict[str, set[str]]:
    """Which modules import each module of the product; relative imports count too."""
    modules = {source.module for source in sources}
    by: dict[str, set[str]] = {module: set() for module in modules if module not in PACKAGES}
    for source in sources:
        for target in _imported(source):
            found = target if target in modules else target.rpartition(".")[0]
            if found in by and found != source.module:
                by[found].add(source.module)
    return by


def _imported(source: Source) -> Iterator[str]:
    """Dotted names: of modules, or of names in a module."""
    package = source.module if source.name.endswith("__init__.py") else _parent(source.module)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package
            for _ in range(max(0, node.level - 1)):
                base = _parent(base)
            start = ".".join(filter(None, (base if node.level else "", node.module or "")))
            yield from (f"{start}.{alias.name}" for alias in node.names)


def _parent(module: str) -> str:
    return module.rpartition(".")[0]


def _changers(sources: Iterable[Source]) -> list[str]:
    """Files that write `SyncJob` rows: create or save them, or update one of their fields."""
    return sorted(
        source.name
        for source in sources
        if "Job" in source.text and any(_changes_jobs(node) for node in ast.walk(source.tree))
    )


def _changes_jobs(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr not in WRITES:
        return False
    target = ast.unparse(node.func.value)
    if not JOBS.search(target):
        return False
    fields = {keyword.arg for keyword in node.keywords}
    return "SyncJob" in target or None in fields or bool(fields & JOB_FIELDS)


def _repeated(sources: Iterable[Source]) -> dict[str, int]:
    """Runs of statements that stand in two or more places word for word, and functions of one
    shape (the same code but for its names and constants).
    """
    runs, shapes = Counter[str](), Counter[str]()
    for source in sources:
        runs.update(_runs(source.tree))
        shapes.update(_shape(each) for each in source.functions if _nodes(each) >= REPEATED_NODES)
    return {
        "runs_of_statements": sum(count > 1 for count in runs.values()),
        "functions_of_one_shape": sum(count for count in shapes.values() if count > 1),
    }


def _runs(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        for _, block in ast.iter_fields(node):
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                for start in range(len(block) - REPEATED_STATEMENTS + 1):
                    run = block[start : start + REPEATED_STATEMENTS]
                    imports = any(isinstance(each, ast.Import | ast.ImportFrom) for each in run)
                    if not imports and sum(map(_nodes, run)) >= REPEATED_NODES:
                        yield "\n".join(map(ast.dump, run))


def _shape(function: Function) -> str:
    body = "".join(map(ast.dump, function.body))
    return re.sub(r"'[^']*'|\"[^\"]*\"|\d+", "_", body)


def _nodes(node: ast.AST) -> int:
    return sum(1 for _ in ast.walk(node))


# --- Trips: what one act runs through ----------------------------------------------------------


class Trip:
    """Calls of the product's own functions while it is open; the sandbox is left out."""

    def __init__(self, root: Path) -> None:
        self._root = str(root / "plays") + os.sep
        self._left_out = str(root / "plays" / "sandbox") + os.sep
        self._last, self._depth = "", 0
        self.moves = self.calls = self.deepest = 0
        self.files: set[str] = set()
        self.functions: set[tuple[str, str]] = set()

    def __enter__(self) -> Trip:
        sys.setprofile(self._saw)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def figures(self) -> dict[str, int]:
        return {
            "files": len(self.files),
            "functions": len(self.functions),
            "calls": self.calls,
            "moves": self.moves,
            "deepest": self.deepest,
        }

    def _saw(self, frame: Any, event: str, _: object) -> None:
        code = frame.f_code
        file = code.co_filename
        if event not in ("call", "return") or not file.startswith(self._root):
            return
        if file.startswith(self._left_out):
            return
        if event == "return":
            self._depth -= 1
            return
        self._depth += 1
        self.deepest = max(self.deepest, self._depth)
        self.calls += 1
        self.files.add(file)
        self.functions.add((file, code.co_qualname))
        self.moves += file != self._last
        self._last = file


def _trips_of(root: Path) -> dict[str, dict[str, int]]:
    """The trips in a process of that checkout, so that it is its code that runs."""
    command = [sys.executable, __file__, str(root), "--only-trips"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"the trips failed in {root}\n{done.stderr}")
    figures: dict[str, dict[str, int]] = json.loads(done.stdout.splitlines()[-1])
    return figures


def make_trips(root: Path) -> dict[str, dict[str, int]]:
    """Run each act after the same act on other rows, so that caches are warm."""
    with tempfile.TemporaryDirectory() as folder:
        _configure(root, Path(folder))
        from plays.sandbox import Sandbox

        with Sandbox(email="demo@example.com", token="sandbox-token", space_key="AX") as sandbox:
            return _acts(root, sandbox)


def _configure(root: Path, folder: Path) -> None:
    sys.path.insert(0, str(root))
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import logging

    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    settings.DATABASES["default"]["NAME"] = str(folder / "trips.sqlite3")
    django.setup()
    setup_test_environment()
    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)


def _acts(root: Path, sandbox: Any) -> dict[str, dict[str, int]]:
    desk = Desk(sandbox)
    figures: dict[str, dict[str, int]] = {}

    def go(name: str, act: Callable[[], object]) -> None:
        trip = Trip(root)
        with trip:
            act()
        figures[name] = trip.figures()

    desk.warm_up()
    go("one event posted", desk.post_event)
    desk.post_event()
    go("the Action Log written, 2 rows, table new", lambda: desk.write("action_log"))
    go("a live doc written", lambda: desk.write("live_doc"))
    desk.fail_a_job()
    go("one retry clicked", desk.retry)
    go("a page looked up live, the first time", desk.look_up)
    go("a mapping saved", desk.save_mapping)
    go("the dashboard", desk.dashboard)
    return figures


class Desk:
    """A company with two Plays, and the acts of its people; knows only addresses and tasks."""

    def __init__(self, sandbox: Any) -> None:
        from django.conf import settings
        from django.contrib.auth.models import User
        from django.test import Client

        settings.CONFLUENCE_URL, settings.CONFLUENCE_EMAIL = sandbox.url, sandbox.email
        settings.CONFLUENCE_API_TOKEN, settings.CONFLUENCE_SPACE_KEY = sandbox.token, "AX"
        settings.EVENTS_TOKENS = ["token"]
        from tests.factories import make_user
        from tests.world import LIVE_DOC, make_world

        self.world = make_world(sandbox)
        self.plays = [self.world.add_play(f"EXT_{number}") for number in range(2)]
        self.page = sandbox.add_page("EXT_1 moved", LIVE_DOC)
        self.client, self.sent = Client(), 0
        self.client.force_login(User.objects.get(pk=make_user("Admin", username="admin").pk))

    def warm_up(self) -> None:
        """Every act once, on the first Play and on a log page of its own."""
        self.post_event(play=0)
        self.write("live_doc", play=0)
        self.write("action_log")
        self.fail_a_job(play=0)
        self.retry()
        self.dashboard()
        self.world.sandbox.edit(self.world.action_log, "<p>작업 이력</p>")
        self._forget_the_log()

    def post_event(self, play: int = 1) -> None:
        self.sent += 1
        data = {"activity_id": f"A-{self.sent}", "play_id": f"EXT_{play}", "title": "세미나"}
        event = {"specversion": "1.0", "id": str(self.sent), "source": "/trips",
                 "type": "activity.created", "data": data}  # fmt: skip
        answer = self.client.post("/api/events", json.dumps(event), "application/json",
                                  headers={"Authorization": "Bearer token"})  # fmt: skip
        assert answer.status_code == 202, answer.content

    def write(self, part: str, play: int = 1) -> None:
        from plays.tasks import write_page

        write_page(self._mapping(part, play).page_id)

    def fail_a_job(self, play: int = 1) -> None:
        """A job of the live doc that waits for a person; another page than the last written."""
        from plays.models import SyncJob

        mapping = self._mapping("live_doc", play)
        self.job = SyncJob.objects.filter(mapping=mapping).latest("pk")
        values = {"state": "failed", "last_error": "PageNotFound", "last_message": "gone"}
        for name, value in values.items():
            setattr(self.job, name, value)
        self.job.save()

    def retry(self) -> None:
        self._found(self.client.post(f"/jobs/{self.job.pk}/retry/"))

    def look_up(self) -> None:
        self._found(self.client.get("/mappings/live_doc/EXT_1/", {"page": self.page}))

    def save_mapping(self) -> None:
        expected = self._mapping("live_doc", 1).page.page_id
        fields = {"do": "save", "page": self.page, "expected": expected, "reason": "moved"}
        self._found(self.client.post("/mappings/live_doc/EXT_1/", fields))
        assert self._mapping("live_doc", 1).page.page_id == self.page, "the mapping was not saved"

    def dashboard(self) -> None:
        self._found(self.client.get("/"))

    def _mapping(self, part: str, play: int) -> Any:
        from plays.models import PageMapping

        if part == "live_doc":
            return PageMapping.objects.select_related("page").get(part=part, play=self.plays[play])
        return PageMapping.objects.select_related("page").get(part=part)

    def _forget_the_log(self) -> None:
        """As if the Action Log had never been written: its next write makes the table."""
        from plays.models import Page

        Page.objects.filter(page_id=self.world.action_log).update(written_at=None)

    @staticmethod
    def _found(answer: Any) -> None:
        assert answer.status_code in (200, 302), (answer.status_code, answer.content[:500])


# --- Output ------------------------------------------------------------------------------------


def as_rows(figures: dict[str, Any]) -> dict[str, str]:
    """Figure -> value, both as people read them."""
    functions, repeated = figures["functions"], figures["repeated"]
    lines, name = figures["longest_file"]
    rows = [
        ("product: files, lines, folders",
         f"{figures['files']}, {figures['lines']:,}, {figures['folders']}"),
        ("tests: files, lines", f"{figures['test_files']}, {figures['test_lines']:,}"),
        ("longest file", f"{lines} ({Path(name).name})"),
        ("functions: median / p90 / longest, lines",
         f"{functions['median']:g} / {functions['p90']} / {functions['longest']}"),
        ("docstrings", f"{figures['docstrings']:.0%}"),
        ("functions with all types", f"{figures['typed']:.0%}"),
        ("modules imported by exactly one other", f"{figures['imported_by_one']}"),
        ("files that change a job's state", f"{len(figures['job_state_is_changed_in'])}"),
        ("pairs of statements that stand twice or more", f"{repeated['runs_of_statements']}"),
        ("functions of one shape", f"{repeated['functions_of_one_shape']}"),
    ]  # fmt: skip
    for trip, saw in figures["trips"].items():
        told = "{moves:,} over {files} ({functions} functions, {calls:,} calls)".format(**saw)
        rows.append((f"moves between files: {trip}", told))
    return dict(rows)


def with_column(document: str, rows: dict[str, str]) -> str:
    """The document with `rows` in the last column of its table, found by the first."""
    lines = []
    for line in document.splitlines():
        cells = line.split(" | ")
        name = cells[0].removeprefix("| ")
        if line.startswith("| ") and name in rows:
            lines.append(" | ".join([*cells[:-1], f"{rows[name]} |"]))
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dir", nargs="?", type=Path, default=HERE)
    parser.add_argument("--json", action="store_true", help="all figures, rooms and files too")
    parser.add_argument("--no-trips", action="store_true", help="only what the source says")
    parser.add_argument("--column", type=Path, metavar="FILE", help="a document to write into")
    parser.add_argument("--only-trips", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    root = asked.dir.resolve()
    if asked.only_trips:
        print(json.dumps(make_trips(root)))
        return
    figures = measure(root, trips=not asked.no_trips)
    rows = as_rows(figures)
    if asked.column:
        text = asked.column.read_text(encoding="utf-8")
        asked.column.write_text(with_column(text, rows), encoding="utf-8")
    if asked.json:
        print(json.dumps(figures, indent=2))
    else:
        print("\n".join(f"{value:>44}  {name}" for name, value in rows.items()))


if __name__ == "__main__":
    main()
