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
import re
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
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


def _trips_of(root: Path) -> dict[str, dict[str, int]]:
    """The trips in a process of that checkout, so that it is its code that runs."""
    command = [sys.executable, str(HERE / "benchmarks" / "trips.py"), str(root)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"the trips failed in {root}\n{done.stderr}")
    figures: dict[str, dict[str, int]] = json.loads(done.stdout.splitlines()[-1])
    return figures


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
        told = (
            f"{saw['moves']:,}, {saw['ways']:,} different, over {saw['files']}"
            f" ({saw['functions']} functions, {saw['calls']:,} calls)"
        )
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
    asked = parser.parse_args()
    root = asked.dir.resolve()
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
